import { existsSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import type { AuditEntry, AuditFilter } from "../model/index.js";
import { auditFile, fields, liveSupervisions, tables } from "./audit-schema.js";
import { type Connection, patiently, versionOf } from "./database.js";

/** Most rows that one answer holds. */
const usualRows = 1000;
const mostRows = 10_000;

/** The rows that pass the filter, oldest first, 1000 at most. */
export function readRows(connection: Connection, filter: AuditFilter): AuditEntry[] {
  const conditions: [string, string | number | undefined][] = [
    ["at >= ?", filter.since],
    ["at <= ?", filter.until],
    ["supervisor = ?", filter.supervisor],
    ["agent = ?", filter.agent],
    ["call = ?", filter.call],
    ["supervision = ?", filter.supervision],
    ["act = ?", filter.act],
    ["id > ?", filter.afterId],
  ];
  const set = conditions.filter(([, value]) => value !== undefined);
  const live = filter.live ? [`supervision IN (${liveSupervisions()})`] : [];
  const where = ["marks IS NULL", ...set.map(([condition]) => condition), ...live].join(" AND ");
  const limit = Math.max(0, Math.min(mostRows, Math.trunc(filter.limit ?? usualRows)));
  const order = filter.newest ? "DESC" : "ASC";
  const marked = "late OR EXISTS (SELECT 1 FROM audit AS mark WHERE mark.marks = audit.id) AS marked";
  const statement = connection.prepare(`SELECT *, ${marked} FROM audit WHERE ${where} ORDER BY id ${order} LIMIT ?`);
  const rows = statement.all(...set.map(([, value]) => value), limit);
  const entries = rows.map((row) => entry(row as Record<string, unknown>));
  return filter.newest ? entries.reverse() : entries;
}

/**
 * Reads the record of a data folder beside a running gateway, or without one. Empty when there is none yet.
 * Throws when the file stays locked for 10 s, is no record, or was written by an earshot older than its chain.
 */
export async function readAudit(folder: string, filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const file = join(folder, auditFile);
  if (!existsSync(file)) return [];
  return patiently(() =>
    reading(file, (connection) => (versionOf(connection, tables.length) === 0 ? [] : readRows(connection, filter))),
  );
}

/** Opens the record so that nothing can be written, for as long as `work` takes. */
export function reading<T>(file: string, work: (connection: Connection) => T): T {
  const connection = new Database(file, { timeout: 0 });
  try {
    connection.exec("PRAGMA query_only = ON");
    return work(connection);
  } finally {
    connection.close();
  }
}

function entry(row: Record<string, unknown>): AuditEntry {
  const present = fields.flatMap((field) => (row[field] === null ? [] : [[field, row[field]]]));
  const rest = { id: row["id"], writtenAt: row["written_at"], late: row["marked"] === 1 };
  return { ...Object.fromEntries(present), ...rest } as AuditEntry;
}
