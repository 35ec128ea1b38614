import type { Clock } from "../model/index.js";

/**
 * The machine's own clock. Timers keep the process alive on purpose: what waits may be the closing of a mouth, and
 * whoever stops cancels what they started.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Milliseconds since this process began. They only ever go forward, whatever is done to the machine's clock. */
export const steadyClock: Clock = { now: () => Math.round(performance.now()), after: systemClock.after };
