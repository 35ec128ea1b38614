import { KillBench } from "./kill-bench.ts";

/** Several benches, each of them lent to one row at a time: a row mostly waits, so two of them take half as long. */
export class BenchPool {
  readonly #all: readonly KillBench[];
  readonly #free: KillBench[] = [];
  readonly #waiting: ((bench: KillBench) => void)[] = [];

  constructor(count: number) {
    this.#all = Array.from({ length: count }, () => new KillBench());
  }

  async start(): Promise<void> {
    // One after the other: each looks for free ports.
    for (const bench of this.#all) {
      await bench.start();
      this.#free.push(bench);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((bench) => bench.stop()));
  }

  /** Runs on the next bench that is free; first come, first served. */
  async lend<T>(act: (bench: KillBench) => Promise<T>): Promise<T> {
    const bench = this.#free.shift() ?? (await new Promise<KillBench>((resolve) => this.#waiting.push(resolve)));
    try {
      return await act(bench);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(bench);
      else this.#free.push(bench);
    }
  }
}
