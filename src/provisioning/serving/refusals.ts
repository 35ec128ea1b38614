import { setTimeout as delay } from "node:timers/promises";

/** From a refused request to its reply. */
export const refusalMs = 250;
/** The same for an address that has tried too many phones that there are not. */
export const slowMs = 2_000;
const triesPerMinute = 30;
/** Replies being waited with at a time, so that a flood costs neither memory nor timers. */
const mostWaiting = 200;
const mostAddresses = 1_000;

/** How long who is refused waits, on whichever listener; the same for a phone that there is and one that there is not. */
export class Refusals {
  readonly #wait: (ms: number) => Promise<unknown>;
  /** Tries for phones that there are not, by address, in this minute. */
  #tries: { minute: number; readonly by: Map<string, number> } = { minute: 0, by: new Map() };
  #waiting = 0;

  constructor(wait: (ms: number) => Promise<unknown> = delay) {
    this.#wait = wait;
  }

  /** One more try that slows its address down. */
  count(address: string, now: number): void {
    const minute = Math.floor(now / 60_000);
    if (this.#tries.minute !== minute || this.#tries.by.size >= mostAddresses) this.#tries = { minute, by: new Map() };
    this.#tries.by.set(address, (this.#tries.by.get(address) ?? 0) + 1);
  }

  /** Resolves once the refusal is due: `crowded` at once, where too many are waiting. */
  async due(address: string): Promise<"crowded" | "waited"> {
    if (this.#waiting >= mostWaiting) return "crowded";
    this.#waiting += 1;
    try {
      await this.#wait((this.#tries.by.get(address) ?? 0) > triesPerMinute ? slowMs : refusalMs);
    } finally {
      this.#waiting -= 1;
    }
    return "waited";
  }
}
