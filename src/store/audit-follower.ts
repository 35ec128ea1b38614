import type { AuditEntry, AuditFilter } from "../model/index.js";

const rowsAtOnce = 1000;

/** Reads the record on as it grows, one read at a time, for one who follows it. */
export class AuditFollower {
  readonly #rows: (filter: AuditFilter) => Promise<readonly AuditEntry[]>;
  readonly #count: number;
  readonly #told: (rows: readonly AuditEntry[]) => void;
  #lastId: number | undefined;
  #reading = false;
  #more = false;
  #over = false;

  /** @param count how many of the newest rows are told first. */
  constructor(
    rows: (filter: AuditFilter) => Promise<readonly AuditEntry[]>,
    count: number,
    told: (rows: readonly AuditEntry[]) => void,
  ) {
    this.#rows = rows;
    this.#count = count;
    this.#told = told;
  }

  /** Something has become durable. */
  readOn(): void {
    this.#more = true;
    if (!this.#reading) void this.#read();
  }

  end(): void {
    this.#over = true;
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#more && !this.#over) {
        this.#more = false;
        const rows = await this.#rows(
          this.#lastId === undefined
            ? { newest: true, limit: this.#count }
            : { afterId: this.#lastId, limit: rowsAtOnce },
        );
        if (this.#over) return;
        if (this.#lastId !== undefined && rows.length === rowsAtOnce) this.#more = true;
        this.#lastId = rows.at(-1)?.id ?? this.#lastId ?? 0;
        this.#told(rows);
      }
    } catch {
      // The log of whoever writes the record has the reason; the next row that is written is a new attempt.
    } finally {
      this.#reading = false;
    }
  }
}
