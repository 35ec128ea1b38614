import { systemClock } from "../../src/clock/index.ts";
import type { Clock } from "../../src/model/index.ts";

/** The real clock, which tells the waits that are over; some of them take less time than they say. */
export class Waits implements Clock {
  /** In milliseconds, as they were asked for. */
  readonly over: number[] = [];
  readonly #shorter: ReadonlyMap<number, number>;

  constructor(shorter: ReadonlyMap<number, number> = new Map()) {
    this.#shorter = shorter;
  }

  now(): number {
    return systemClock.now();
  }

  after(ms: number, run: () => void): () => void {
    return systemClock.after(this.#shorter.get(ms) ?? ms, () => {
      this.over.push(ms);
      run();
    });
  }
}
