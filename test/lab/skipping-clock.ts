import { systemClock } from "../../src/clock/index.ts";
import type { Clock } from "../../src/model/index.ts";

interface Timer {
  readonly at: number;
  readonly run: () => void;
  readonly cancel: () => void;
}

/** The machine's clock, which can be put forward: what falls due on the way is done at once, in order. */
export class SkippingClock implements Clock {
  #ahead = 0;
  readonly #timers = new Set<Timer>();

  readonly now = (): number => systemClock.now() + this.#ahead;

  readonly after = (ms: number, run: () => void): (() => void) => {
    const timer: Timer = {
      at: this.now() + ms,
      run: () => {
        timer.cancel();
        run();
      },
      cancel: () => {
        this.#timers.delete(timer);
        stop();
      },
    };
    const stop = systemClock.after(ms, timer.run);
    this.#timers.add(timer);
    return timer.cancel;
  };

  skip(ms: number): void {
    this.#ahead += ms;
    const due = [...this.#timers].filter(({ at }) => at <= this.now()).toSorted((one, other) => one.at - other.at);
    for (const timer of due) if (this.#timers.has(timer)) timer.run();
  }
}
