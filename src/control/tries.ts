import { networkOf } from "./network-of.js";

const minuteMs = 60_000;
/** Those who are refused are few. */
const mostAddresses = 1_000;

/** How often each address has been refused, in the minute that begins with its first. An IPv6 address is its network of 64 bits. */
export class Tries {
  readonly #clock: { now(): number };
  readonly #most: number;
  /** The oldest first. */
  readonly #by = new Map<string, { times: number; readonly until: number }>();

  /** @param most addresses that are counted one by one; all others share one count. */
  constructor(clock: { now(): number }, most = mostAddresses) {
    this.#clock = clock;
    this.#most = most;
  }

  of(address: string): number {
    return this.#by.get(this.#key(address))?.times ?? 0;
  }

  /** One more. @returns how many there are now. */
  count(address: string): number {
    const key = this.#key(address);
    const entry = this.#by.get(key) ?? { times: 0, until: this.#clock.now() + minuteMs };
    this.#by.set(key, entry);
    entry.times += 1;
    return entry.times;
  }

  /** One less: what was refused turned out to be right. */
  forgive(address: string): void {
    const entry = this.#by.get(this.#key(address));
    if (entry && entry.times > 0) entry.times -= 1;
  }

  #key(address: string): string {
    this.#forget();
    const network = networkOf(address);
    return this.#by.has(network) || this.#by.size < this.#most ? network : "others";
  }

  /** Drops whose minute is over. */
  #forget(): void {
    const now = this.#clock.now();
    for (const [key, { until }] of this.#by) {
      if (until > now && until <= now + minuteMs) return;
      this.#by.delete(key);
    }
  }
}
