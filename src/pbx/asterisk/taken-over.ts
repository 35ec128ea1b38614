import type { AriChannel, AriEvent } from "./ari-messages.js";
import { isLeg, madeByEarshot } from "./own-names.js";
import { names } from "./setup/needs.js";

const AT_ITS_PLACE = new RegExp(`^(?:${names.takeOver}|${names.tookOver})`);

/**
 * Supervisors' legs that have taken a call over, whichever gateway made them: from then on each is a party of its call as
 * any other. It is told from where the dialplan has them, so that a gateway that has just started knows it too.
 */
export class TakenOver {
  readonly #legs = new Set<string>();

  has(channel: string): boolean {
    return this.#legs.has(channel);
  }

  /** Whether an earshot made this channel or bridge and it is no party of a call: then it is never a call and never a leg. */
  isEarshots(id: string): boolean {
    return madeByEarshot(id) && !this.#legs.has(id);
  }

  /** The leg that becomes a party by this event: it has come into the bridge of a call, sent there by its gateway. */
  arriving(event: AriEvent): string | undefined {
    if (event.kind !== "entered" || madeByEarshot(event.bridge.id)) return undefined;
    const { channel } = event;
    return isLeg(channel.id) && !this.#legs.has(channel.id) && isAtItsPlace(channel) ? channel.id : undefined;
  }

  add(leg: string): void {
    this.#legs.add(leg);
  }

  /** Starts anew from what the PBX lists. */
  replace(channels: readonly AriChannel[]): void {
    this.#legs.clear();
    for (const channel of channels) if (isLeg(channel.id) && isAtItsPlace(channel)) this.#legs.add(channel.id);
  }

  /** After an event about a channel that is gone. */
  forget(channel: string): void {
    this.#legs.delete(channel);
  }
}

function isAtItsPlace({ exten }: AriChannel): boolean {
  return AT_ITS_PLACE.test(exten);
}
