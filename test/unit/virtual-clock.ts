import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../src/model/index.js";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until told: timers run in the order of their time, then of their making. */
export class VirtualClock implements Clock {
  private moment: number;
  private readonly timers = new Set<Timer>();

  /**
   * `start` is an arbitrary morning, so that times in a failing test read like times. `settled` resolves once what a timer
   * began is done, where that takes more than promises.
   */
  constructor(
    start = Date.UTC(2026, 0, 5, 9, 0, 0),
    private readonly settled: () => Promise<unknown> = () => setImmediate(),
  ) {
    this.moment = start;
  }

  now(): number {
    return this.moment;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.moment + Math.max(0, ms), run };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** How many timers wait: 0 after everything has been stopped. */
  waiting(): number {
    return this.timers.size;
  }

  /** Moves on by `ms`, running what falls due on the way; promises settle before each timer and at the end. */
  async advance(ms: number): Promise<void> {
    const end = this.moment + ms;
    await this.settled();
    for (let due = this.earliest(end); due !== undefined; due = this.earliest(end)) {
      this.timers.delete(due);
      this.moment = due.at;
      due.run();
      await this.settled();
    }
    this.moment = end;
  }

  private earliest(end: number): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.at <= end && (found === undefined || timer.at < found.at)) found = timer;
    }
    return found;
  }
}
