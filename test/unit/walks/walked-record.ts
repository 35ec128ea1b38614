import { takeUp } from "../../../src/control/index.ts";
import type { Audit, AuditEntry, AuditRow, Mac, Phone, Supervision, SupervisionId } from "../../../src/model/index.ts";
import type { RandomStream } from "../../../src/pbx/simulator/random.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { everybody } from "../core/world.ts";
import type { VirtualClock } from "../virtual-clock.ts";

/** Beyond it nothing new is allowed. */
const slowMs = 300;
/** What a row takes, and what it takes now and then. */
const usualMs = 30;
const lateMs = 450;

interface Given {
  readonly at: number;
  readonly entry: AuditEntry;
}

/** A record in memory whose disk takes its time, and now and then too much of it. Rows become durable in order. */
export class WalkedRecord implements Audit {
  readonly rows: AuditEntry[] = [];
  readonly #clock: VirtualClock;
  readonly #random: RandomStream;
  readonly #waiting: Given[] = [];
  #read: { readonly rows: number; readonly supervisions: ReadonlyMap<SupervisionId, Supervision> } | undefined;
  #free = 0;
  #id = 0;

  constructor(clock: VirtualClock, random: RandomStream) {
    this.#clock = clock;
    this.#random = random;
  }

  async append(row: AuditRow, withinMs: number): Promise<"written" | "late"> {
    const ms = this.#write(row, withinMs);
    await new Promise<void>((resolve) => this.#clock.after(Math.min(ms, withinMs), resolve));
    return ms <= withinMs ? "written" : "late";
  }

  after(row: AuditRow): void {
    this.#write(row, slowMs);
  }

  behind(): boolean {
    const [oldest] = this.#waiting;
    return oldest !== undefined && this.#clock.now() - oldest.at > slowMs;
  }

  /** What a restart would take up by the rows that are durable now. */
  remembered(phones: ReadonlyMap<Mac, Phone>): ReadonlyMap<SupervisionId, Supervision> {
    if (this.#read?.rows === this.rows.length) return this.#read.supervisions;
    const supervisions = this.#replayed(phones);
    this.#read = { rows: this.rows.length, supervisions };
    return supervisions;
  }

  #replayed(phones: ReadonlyMap<Mac, Phone>): ReadonlyMap<SupervisionId, Supervision> {
    const ended = new Set(this.rows.filter(({ outcome }) => outcome === "ended").map(({ supervision }) => supervision));
    // What was refused after its row had allowed it never began.
    for (const { act, outcome, supervision } of this.rows) {
      if (act === "listen" && (outcome === "refused" || outcome === "failed")) ended.add(supervision);
    }
    const live = this.rows.filter(({ supervision }) => supervision !== undefined && !ended.has(supervision));
    const fail = (error: unknown): never => {
      throw error;
    };
    const writer = new Writer(emptyState(everybody, 0, 0), this.#clock, fail);
    takeUp({ writer, audit: { append: fail, after: () => {}, behind: () => false }, clock: this.#clock }, live, phones);
    return writer.state.supervisions;
  }

  /** Rows that are not durable yet. */
  get pending(): number {
    return this.#waiting.length;
  }

  #write(row: AuditRow, withinMs: number): number {
    const now = this.#clock.now();
    const takes = this.#random.chance(0.02) ? lateMs : this.#random.between(0, usualMs);
    this.#free = Math.max(this.#free, now) + takes;
    const ms = this.#free - now;
    this.#id += 1;
    const entry: AuditEntry = { ...row, id: this.#id, writtenAt: this.#free, late: ms > withinMs };
    this.#waiting.push({ at: now, entry });
    this.#clock.after(ms, () => {
      const durable = this.#waiting.shift();
      if (durable) this.rows.push(durable.entry);
    });
    return ms;
  }
}
