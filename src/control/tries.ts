import { networkOf } from "./network-of.js";

const minuteMs = 60_000;
/** Addresses that are counted one by one in a minute; all others share one count. */
const mostAddresses = 1_000;

/** How often each address has been refused in this minute. An IPv6 address is its network of 64 bits. */
export class Tries {
  readonly #clock: { now(): number };
  readonly #by = new Map<string, number>();
  #minute = 0;

  constructor(clock: { now(): number }) {
    this.#clock = clock;
  }

  of(address: string): number {
    return this.#by.get(this.#key(address)) ?? 0;
  }

  /** One more. @returns how many there are now. */
  count(address: string): number {
    const key = this.#key(address);
    const times = (this.#by.get(key) ?? 0) + 1;
    this.#by.set(key, times);
    return times;
  }

  /** One less: what was refused turned out to be right. */
  forgive(address: string): void {
    const key = this.#key(address);
    const times = this.#by.get(key) ?? 0;
    if (times > 0) this.#by.set(key, times - 1);
  }

  #key(address: string): string {
    const minute = Math.floor(this.#clock.now() / minuteMs);
    if (this.#minute !== minute) this.#by.clear();
    this.#minute = minute;
    const network = networkOf(address);
    return this.#by.has(network) || this.#by.size < mostAddresses ? network : "others";
  }
}
