import type { AuditEntry, AuditReader, Log } from "../model/index.js";

/** Rows that are read from the record at once. */
const rowsAtOnce = 10_000;

/**
 * Every row of every supervision that the record says is live, oldest first. None where it cannot be read: then nothing
 * is adopted, and what the PBX still has is ended.
 */
export async function liveRows(audit: Pick<AuditReader, "rows">, log: Log): Promise<readonly AuditEntry[]> {
  const rows: AuditEntry[] = [];
  try {
    for (;;) {
      const more = await audit.rows({ live: true, afterId: rows.at(-1)?.id ?? 0, limit: rowsAtOnce });
      rows.push(...more);
      if (more.length < rowsAtOnce) return rows;
    }
  } catch (error) {
    log.error({ why: String(error) }, "The record cannot be read: no supervision of before is adopted.");
    return [];
  }
}
