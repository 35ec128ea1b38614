import type { Clock } from "../../model/index.js";

/** Waits for something to become true of what events tell. */
export class Lookouts {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  readonly #ends = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Looks now and at every `look()`; undefined when nothing was found in time, or at `stop()`. */
  until<Found>(find: () => Found | undefined, withinMs: number): Promise<Found | undefined> {
    const found = find();
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      const done = (result: Found | undefined) => {
        cancel();
        this.#waiting.delete(again);
        this.#ends.delete(end);
        resolve(result);
      };
      const again = () => {
        const late = find();
        if (late !== undefined) done(late);
      };
      const end = () => done(undefined);
      const cancel = this.#clock.after(withinMs, end);
      this.#waiting.add(again);
      this.#ends.add(end);
    });
  }

  look(): void {
    for (const again of [...this.#waiting]) again();
  }

  stop(): void {
    for (const end of [...this.#ends]) end();
  }
}
