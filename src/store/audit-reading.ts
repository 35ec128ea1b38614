import type { AuditAct, AuditCheck, AuditEntry, AuditFilter, AuditRow } from "../model/index.js";
import type { AuditLog } from "./audit-log.js";

/** Reading waits this long for the row that says so. */
const rowWithinMs = 2000;
/** Rows that an export reads at once: the thread that answers phones has them in hand. */
const exportedAtOnce = 500;

/** The record as people are shown it: who reads, exports or verifies it is on record. */
export class AuditReading {
  readonly #audit: AuditLog;

  constructor(audit: AuditLog) {
    this.#audit = audit;
  }

  /** The rows that pass, once the row that says who read them is durable. Throws, and shows none, without that row. */
  async read(who: string, filter: AuditFilter): Promise<readonly AuditEntry[]> {
    await this.#told("audit-read", who, filter);
    return this.#audit.rows(filter);
  }

  /** Every row that passes, oldest first, some at a time. Throws as `read` does, before the first. */
  async *export(who: string, filter: Omit<AuditFilter, "limit" | "newest">): AsyncGenerator<readonly AuditEntry[]> {
    await this.#told("audit-exported", who, filter);
    for (let afterId = filter.afterId ?? 0; ; ) {
      const rows = await this.#audit.rows({ ...filter, afterId, limit: exportedAtOnce });
      if (rows.length > 0) yield rows;
      if (rows.length < exportedAtOnce) return;
      afterId = rows.at(-1)?.id ?? afterId;
    }
  }

  /** Verifies the record; what came of it is a row. Throws when it cannot be read. */
  async verify(who: string, head?: string): Promise<AuditCheck> {
    const check = await this.#audit.verify(head);
    const found = check.fault?.sentence ?? `${check.rows} rows are as they were written`;
    const detail = head === undefined ? found : `${found} (head ${head})`;
    this.#audit.after(row("audit-verified", check.ok ? "done" : "failed", who, detail));
    return check;
  }

  async #told(act: AuditAct, who: string, filter: AuditFilter): Promise<void> {
    const written = await this.#audit.append(row(act, "allowed", who, JSON.stringify(filter)), rowWithinMs);
    if (written === "late")
      throw new Error("the record cannot be written at this moment, and reading it is a row itself");
  }
}

function row(act: AuditAct, outcome: AuditRow["outcome"], who: string, detail: string): AuditRow {
  return { at: Date.now(), act, outcome, supervisor: `os:${who}`, detail };
}
