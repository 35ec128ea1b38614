import type { Clock, EpochMs } from "../../model/index.js";

interface Waiting {
  /** Of the call centre's own time. */
  left: number;
  since: EpochMs;
  readonly run: () => void;
  cancel: () => void;
}

/** The call centre's own time: timers that go faster or slower with its speed, those that already run among them. */
export class Rhythm {
  private readonly waiting = new Set<Waiting>();

  constructor(
    private readonly clock: Clock,
    private pace: number,
  ) {}

  get speed(): number {
    return this.pace;
  }

  /** Calls `run` once after `ms` of the call centre's time; the returned function forgets it. */
  after(ms: number, run: () => void): () => void {
    const one: Waiting = { left: ms, since: this.clock.now(), run, cancel: () => {} };
    this.waiting.add(one);
    this.arm(one);
    return () => {
      one.cancel();
      this.waiting.delete(one);
    };
  }

  /** From now on this many times as fast as a real call centre. */
  change(speed: number): void {
    const now = this.clock.now();
    for (const one of this.waiting) {
      one.cancel();
      one.left = Math.max(0, one.left - (now - one.since) * this.pace);
      one.since = now;
    }
    this.pace = speed;
    for (const one of this.waiting) this.arm(one);
  }

  /** Forgets everything that waits. */
  stop(): void {
    for (const one of this.waiting) one.cancel();
    this.waiting.clear();
  }

  private arm(one: Waiting): void {
    one.cancel = this.clock.after(Math.round(one.left / this.pace), () => {
      this.waiting.delete(one);
      one.run();
    });
  }
}
