import { setTimeout as delay } from "node:timers/promises";
import { spread, Tries } from "../../control/index.js";
import type { Mac, Refusals } from "../../model/index.js";

/** From a refused request to its reply, at least. */
export const refusalMs = 250;
/**
 * The same for an address that has been refused often, and for one that guesses; phones that begin to sign in from there wait,
 * too. How many wait is bounded by the connections.
 */
export const slowMs = 2_000;
export const slowestMs = 4_000;
/**
 * The same for a device that shows whose it is and has been refused often: nobody else waits with it. With half as much again
 * by chance it ends before a connection that is idle is closed.
 */
export const strangersMs = 12_000;
/** Refusals of one address in a minute: until it is slowed down, is not listed any more, and may have nothing by a window. */
const triesPerMinute = { quick: 30, listed: 60, most: 300 } as const;
/** Refusals of one device in a minute until it is slowed down: a phone that nobody has added yet asks for a handful of files. */
const triesOfDevice = 10;

/** How long who is refused waits, on whichever listener; the same for a phone that there is and one that there is not. */
export class Delays {
  readonly #tries: Tries;
  readonly #devices: Tries;
  readonly #refusals: Refusals;
  readonly #wait: (ms: number) => Promise<unknown>;

  constructor(
    clock: { now(): number },
    refusals: Refusals,
    wait: (ms: number) => Promise<unknown> = (ms) => delay(spread(ms), undefined, { ref: false }),
  ) {
    this.#tries = new Tries(clock);
    this.#devices = new Tries(clock);
    this.#refusals = refusals;
    this.#wait = wait;
  }

  /**
   * Whether what an address tells of a device that nobody knows stands in the list of what was seen.
   * @param device as for {@link due}
   */
  isListed(address: string, device?: Mac): boolean {
    if (device !== undefined) return this.#devices.of(device) < triesOfDevice;
    return this.#tries.of(address) < triesPerMinute.listed;
  }

  /** Whether an address is refused so often that it must not meet an open window, nor take it from its phone. */
  guesses(address: string): boolean {
    return this.#tries.of(address) >= triesPerMinute.most;
  }

  /** What was refused was the first half of what is right. */
  forgive(address: string): void {
    this.#tries.forgive(address);
  }

  /**
   * Resolves once a refusal is due. Each counts, whether or not there is such a phone: a count of some would tell which there
   * are. Nobody is told that there were too many: behind a proxy a whole site begins to sign in with one refusal each.
   * @param device whose certificate was shown, where one was shown that counts: it is counted instead of the address.
   */
  async due(address: string, device?: Mac): Promise<void> {
    if (device !== undefined) {
      await this.#wait(this.#devices.count(device) > triesOfDevice ? strangersMs : refusalMs);
      return;
    }
    const tries = this.#tries.count(address);
    if (tries === triesPerMinute.quick + 1)
      this.#refusals.tell("An address asks for many files that it does not get", address);
    if (tries > triesPerMinute.most) await this.#wait(slowestMs);
    else await this.#wait(tries > triesPerMinute.quick ? slowMs : refusalMs);
  }
}
