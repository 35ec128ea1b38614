import type { Clock, Log, Refusals } from "../model/index.js";

const minuteMs = 60_000;
/** Addresses of a kind that have a line of their own in a minute, and that its count names. */
const addressesEach = 20;

/** What was refused for one reason in this minute. */
interface Kind {
  readonly by: Map<string, number>;
  /** Of addresses beyond those. */
  others: number;
}

/**
 * Refusals in the log, in few lines however many there are: the first of each address, then one count for each reason when
 * its minute is over. What it keeps is bounded as well.
 */
export class RefusalLog implements Refusals {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #kinds = new Map<string, Kind>();
  #cancel: (() => void) | undefined;

  constructor({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  tell(what: string, address: string, about: object = {}): void {
    this.#cancel ??= this.#clock.after(minuteMs, () => this.stop());
    const kind = this.#kinds.get(what) ?? { by: new Map<string, number>(), others: 0 };
    this.#kinds.set(what, kind);
    const before = kind.by.get(address);
    if (before === undefined && kind.by.size >= addressesEach) {
      kind.others += 1;
      return;
    }
    kind.by.set(address, (before ?? 0) + 1);
    if (before === undefined) this.#log.warn({ address, ...about }, what);
  }

  /** Writes the counts that are due; what is told after that begins a new minute. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const [what, { by, others }] of this.#kinds) {
      const again = [...by].filter(([, times]) => times > 1);
      if (again.length === 0 && others === 0) continue;
      const times = [...by.values()].reduce((sum, one) => sum + one, others);
      this.#log.warn({ times, addresses: Object.fromEntries(again), others }, `${what}: so often in a minute`);
    }
    this.#kinds.clear();
  }
}
