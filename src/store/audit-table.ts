import { existsSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import type { AuditEntry, AuditFilter, AuditRow } from "../model/index.js";
import type { GivenRow } from "./audit-protocol.js";
import { type Connection, connect, migrate, patiently, versionOf } from "./database.js";

/** The database of the record, in the data folder: one of its own, so that nothing else ever locks it. */
export const auditFile = "audit.db";

/** Most rows that one answer holds. */
const usualRows = 1000;
const mostRows = 10_000;

/** The fields of a row, in the order of the columns. A chain of hashes over the rows would be one more column. */
const fields = [
  "at",
  "act",
  "outcome",
  "supervisor",
  "supervision",
  "agent",
  "call",
  "leg",
  "phone",
  "customer",
  "mode",
  "visibility",
  "mic",
  "refusal",
  "ending",
  "detail",
] as const satisfies readonly (keyof AuditRow)[];

const steps = [
  `CREATE TABLE audit (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     key TEXT NOT NULL UNIQUE,
     written_at INTEGER NOT NULL,
     late INTEGER NOT NULL,
     at REAL NOT NULL,
     act TEXT, outcome TEXT, supervisor TEXT, supervision TEXT, agent TEXT, call TEXT, customer TEXT,
     mode TEXT, visibility TEXT, mic TEXT, refusal TEXT, ending TEXT, detail TEXT
   ) STRICT;
   CREATE INDEX audit_at ON audit (at);`,
  `ALTER TABLE audit ADD COLUMN leg TEXT;
   ALTER TABLE audit ADD COLUMN phone TEXT;
   CREATE INDEX audit_supervision ON audit (supervision);
   CREATE INDEX audit_begun ON audit (supervision) WHERE act = 'listen' AND outcome = 'allowed';`,
] as const;

/** Begun, and neither ended nor stopped before it came to a leg. */
const live = `supervision IN (
  SELECT supervision FROM audit AS begun WHERE act = 'listen' AND outcome = 'allowed' AND NOT EXISTS (
    SELECT 1 FROM audit AS over WHERE over.supervision = begun.supervision
    AND (over.act = 'ended' OR (over.act = 'listen' AND over.outcome <> 'allowed'))))`;

/** Opens the record. Throws when it is locked, damaged, or written by a newer earshot. */
export function openAudit(file: string): Connection {
  const connection = connect(file);
  try {
    migrate(connection, steps);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Writes rows as one transaction, in their order; those that are there already are left alone. When it returns they are
 * on disk. `late` says of each whether it is past its time. Gives the `n` of the late ones.
 */
export function writeRows(
  connection: Connection,
  given: readonly GivenRow[],
  late: (row: GivenRow) => boolean,
): number[] {
  // Not INSERT OR IGNORE: that would use up an id, and a hole in the ids should mean that a row was taken away.
  const insert = connection.prepare(
    `INSERT INTO audit (key, written_at, late, ${fields.map((field) => `"${field}"`).join(", ")})
     SELECT ?, ?, ?, ${fields.map(() => "?").join(", ")} WHERE NOT EXISTS (SELECT 1 FROM audit WHERE key = ?)`,
  );
  const isLate: number[] = [];
  connection
    .transaction(() => {
      for (const one of given) {
        const mark = late(one);
        if (mark) isLate.push(one.n);
        const { changes } = insert.run(
          one.key,
          Date.now(),
          mark ? 1 : 0,
          ...fields.map((f) => column(one.row[f])),
          one.key,
        );
        if (changes === 0 && mark) markLate(connection, [one.key]);
      }
    })
    .immediate();
  return isLate;
}

/** Marks rows late that are in the record already. */
export function markLate(connection: Connection, keys: readonly string[]): void {
  const mark = connection.prepare("UPDATE audit SET late = 1 WHERE key = ?");
  for (const key of keys) mark.run(key);
}

/** The rows that pass the filter, oldest first, 1000 at most. */
export function readRows(connection: Connection, filter: AuditFilter): AuditEntry[] {
  const conditions: [string, string | number | undefined][] = [
    ["at >= ?", filter.since],
    ["at <= ?", filter.until],
    ["supervisor = ?", filter.supervisor],
    ["agent = ?", filter.agent],
    ["call = ?", filter.call],
    ["supervision = ?", filter.supervision],
    ["id > ?", filter.afterId],
  ];
  const set = conditions.filter(([, value]) => value !== undefined);
  const all = [...set.map(([condition]) => condition), ...(filter.live ? [live] : [])];
  const where = all.length === 0 ? "" : `WHERE ${all.join(" AND ")}`;
  const limit = Math.max(0, Math.min(mostRows, Math.trunc(filter.limit ?? usualRows)));
  const order = filter.newest ? "DESC" : "ASC";
  const statement = connection.prepare(`SELECT * FROM audit ${where} ORDER BY id ${order} LIMIT ?`);
  const rows = statement.all(...set.map(([, value]) => value), limit);
  const entries = rows.map((row) => entry(row as Record<string, unknown>));
  return filter.newest ? entries.reverse() : entries;
}

/**
 * Reads the record of a data folder beside a running gateway, or without one. Empty when there is none yet.
 * Throws when the file stays locked for 10 s, or is no record.
 */
export async function readAudit(folder: string, filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const file = join(folder, auditFile);
  if (!existsSync(file)) return [];
  return patiently(() => {
    const connection = new Database(file, { timeout: 0 });
    try {
      connection.exec("PRAGMA query_only = ON");
      return versionOf(connection, steps.length) === 0 ? [] : readRows(connection, filter);
    } finally {
      connection.close();
    }
  });
}

/** SQLite text ends at a NUL for many a reader: what a customer's number hides behind one must show. */
function column(value: string | number | undefined): string | number | null {
  return typeof value === "string" ? value.replaceAll("\0", "\u2400") : (value ?? null);
}

function entry(row: Record<string, unknown>): AuditEntry {
  const present = fields.flatMap((field) => (row[field] === null ? [] : [[field, row[field]]]));
  const rest = { id: row["id"], writtenAt: row["written_at"], late: row["late"] === 1 };
  return { ...Object.fromEntries(present), ...rest } as AuditEntry;
}
