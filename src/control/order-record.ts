import type { Audit, AuditRow, Clock, Log } from "../model/index.js";
import { slices } from "./turns.js";

/** What is not a press waits this long for its durable row. */
const recordWithinMs = 2_000;
/** So long wait the rows of a list that are on their way together: nobody waits for a page meanwhile. */
const listWithinMs = 10_000;

/** So many rows of a list are on their way at once: the row of a press, with its 300 ms, waits behind no more than these. */
const rowsAtOnce = 200;

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
  #stopping = false;

  constructor(parts: OrderRecordParts) {
    this.#parts = parts;
  }

  /** One order at a time: what was looked at must still be so when it is written. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Allows nothing any more. Resolves once the orders that were given are over: a list ends at its next rows, on record. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#turn;
  }

  /** Whether the row of what opens something is durable; else it must not be done. */
  async allowed(row: Row, withinMs = recordWithinMs): Promise<boolean> {
    const { audit, clock } = this.#parts;
    if (this.#stopping || audit.behind()) return false;
    return (await audit.append({ ...row, at: clock.now(), outcome: "allowed" }, withinMs)) === "written";
  }

  /**
   * Whether the rows of all of them are durable; the more there are, the more time they have. Where not all can be, those
   * that are have another row each that says so.
   */
  async allowedAll(rows: readonly Row[]): Promise<boolean> {
    const durable: Row[] = [];
    for (const some of slices(rows, rowsAtOnce)) {
      const allowed = await Promise.all(some.map((row) => this.allowed(row, listWithinMs)));
      durable.push(...some.filter((_, at) => allowed[at]));
      if (allowed.every(Boolean)) continue;
      await this.failedAll(durable);
      return false;
    }
    return true;
  }

  /** That nothing has come of them. */
  async failedAll(rows: readonly Row[]): Promise<void> {
    for (const some of slices(rows, rowsAtOnce)) await Promise.all(some.map((row) => this.after(row, "failed")));
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
