import type { Audit, AuditRow, Clock, Log } from "../model/index.js";

/** What is not a press waits this long for its durable row. */
const recordWithinMs = 2_000;

export interface OrderRecordParts {
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}

type Row = Omit<AuditRow, "at" | "outcome">;

/** How the orders of whoever keeps people or phones are given one at a time, and stand in the record (R19). */
export class OrderRecord {
  readonly #parts: OrderRecordParts;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: OrderRecordParts) {
    this.#parts = parts;
  }

  /** One order at a time: what was looked at must still be so when it is written. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Whether the row of what opens something is durable; else it must not be done. */
  async allowed(row: Row): Promise<boolean> {
    const { audit, clock } = this.#parts;
    if (audit.behind()) return false;
    return (await audit.append({ ...row, at: clock.now(), outcome: "allowed" }, recordWithinMs)) === "written";
  }

  /** Resolves when the row is durable, or shortly: whoever has been answered is on record. */
  async after(row: Row, outcome: "done" | "failed"): Promise<void> {
    const { audit, clock } = this.#parts;
    const behind = audit.behind();
    const written = audit.append({ ...row, at: clock.now(), outcome }, recordWithinMs);
    if (!behind) await written;
  }

  /** Whether it could be written. */
  async kept(act: AuditRow["act"], write: () => Promise<unknown>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      this.#parts.log.error({ error: String(error), act }, "an order could not be written");
      return false;
    }
  }
}
