import type { Clock, Log, Refusals } from "../model/index.js";

const minuteMs = 60_000;
/** Addresses of a kind that have lines of their own in a minute, and that its count names. */
const addressesEach = 20;
/** Lines that one address has in a minute, of what is not the same. */
const linesEach = 10;

/** How often an address was refused, and what its lines were about. */
interface Told {
  times: number;
  readonly lines: Set<string>;
}

/** What was refused for one reason in this minute. */
interface Kind {
  readonly by: Map<string, Told>;
  /** Of addresses beyond those. */
  others: number;
}

/**
 * Refusals in the log, in few lines however many there are: some of each address, no two the same, then one count for each reason when
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
    const kind = this.#kinds.get(what) ?? { by: new Map<string, Told>(), others: 0 };
    this.#kinds.set(what, kind);
    const told = kind.by.get(address) ?? { times: 0, lines: new Set<string>() };
    if (told.times === 0 && kind.by.size >= addressesEach) {
      kind.others += 1;
      return;
    }
    kind.by.set(address, told);
    told.times += 1;
    const line = JSON.stringify(about);
    if (told.lines.has(line) || told.lines.size >= linesEach) return;
    told.lines.add(line);
    this.#log.warn({ address, ...about }, what);
  }

  /** Writes the counts that are due; what is told after that begins a new minute. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const [what, { by, others }] of this.#kinds) {
      const again = [...by].filter(([, { times, lines }]) => times > lines.size);
      if (again.length === 0 && others === 0) continue;
      const times = [...by.values()].reduce((sum, one) => sum + one.times, others);
      const addresses = Object.fromEntries(again.map(([address, one]) => [address, one.times]));
      this.#log.warn({ times, addresses, others }, `${what}: so often in a minute`);
    }
    this.#kinds.clear();
  }
}
