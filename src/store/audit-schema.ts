import type { AuditRow } from "../model/index.js";
import type { Value } from "./audit-chain.js";

/** The database of the record, in the data folder: one of its own, so that nothing else ever locks it. */
export const auditFile = "audit.db";

/** The fields of a row, in the order of the columns. */
export const fields = [
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

/**
 * Every column but the chain value itself, in the order in which the chain covers them. `marks` names the row that a
 * row makes late: what is written is never changed.
 */
export const covered = ["id", "writer", "seq", "key", "written_at", "late", "marks", ...fields] as const;

export const columnList = [...covered, "chain"].map((name) => `"${name}"`).join(", ");

/** What leads from each version of the tables to the next; the last one also chains the rows that are there. */
export const tables = [
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
  `ALTER TABLE audit ADD COLUMN writer TEXT NOT NULL DEFAULT '';
   ALTER TABLE audit ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE audit ADD COLUMN chain TEXT NOT NULL DEFAULT '';
   ALTER TABLE audit ADD COLUMN marks INTEGER;
   CREATE INDEX audit_chain ON audit (writer, seq);
   CREATE INDEX audit_marks ON audit (marks) WHERE marks IS NOT NULL;
   CREATE INDEX audit_checkpoints ON audit (id) WHERE act = 'audit-checkpoint';
   CREATE INDEX audit_beginnings ON audit (id) WHERE act = 'audit-begun';`,
] as const;

/** Begun, and neither ended nor stopped before it came to a leg; `more` narrows what begins it. */
export function liveSupervisions(more = ""): string {
  return `SELECT supervision FROM audit AS begun WHERE act = 'listen' AND outcome = 'allowed' ${more} AND NOT EXISTS (
    SELECT 1 FROM audit AS over WHERE over.supervision = begun.supervision
    AND (over.act = 'ended' OR (over.act = 'listen' AND over.outcome <> 'allowed')))`;
}

/**
 * A field as SQLite keeps it. Its text ends at a NUL for many a reader: what a customer's number hides behind one must
 * show. Half a character cannot be kept, and the chain must be made of what is read again.
 */
export function column(value: string | number | undefined): Value {
  if (typeof value !== "string") return value ?? null;
  return value.replaceAll("\0", "\u2400").replace(/\p{Surrogate}/gu, "\ufffd");
}
