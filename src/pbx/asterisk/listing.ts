import type { Clock } from "../../model/index.js";
import type { Answer, AriClient } from "./ari-client.js";
import type { AriBridge, AriChannel } from "./ari-messages.js";
import { madeByEarshot } from "./own-names.js";

/** What the PBX has now. */
export interface Listing {
  readonly channels: readonly AriChannel[];
  readonly bridges: readonly AriBridge[];
  /** By channel id; a call's channel that could not be asked is missing, a supervisor's leg counts as held then. */
  readonly onHold: ReadonlyMap<string, boolean>;
}

const AT_ONCE = 12;

/** Reads channels, bridges, and which channels are on hold, which the lists do not say. */
export async function listing(ari: AriClient): Promise<Answer<Listing>> {
  const [channels, bridges] = await Promise.all([ari.channels(), ari.bridges()]);
  if (!channels.ok) return channels;
  if (!bridges.ok) return bridges;
  const onHold = await holdsOf(
    ari,
    channels.value.filter(({ name, state }) => state === "Up" && name.startsWith("PJSIP/")).map(({ id }) => id),
  );
  return { ok: true, value: { channels: channels.value, bridges: bridges.value, onHold } };
}

async function holdsOf(ari: AriClient, channels: readonly string[]): Promise<Map<string, boolean>> {
  const onHold = new Map<string, boolean>();
  const waiting = [...channels];
  const worker = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const answer = await ari.variable(id, "CHANNEL(rtp,hold)");
      if (answer.ok) onHold.set(id, answer.value === "1");
      // A phone on hold may be lying open in a room: without an answer the supervision is cut, not kept.
      else if (madeByEarshot(id)) onHold.set(id, true);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return onHold;
}

/** How far the PBX's clock is ahead of ours, in ms; undefined when it does not say. */
export async function clockSkew(ari: AriClient, clock: Clock): Promise<number | undefined> {
  const before = clock.now();
  const theirs = await ari.time();
  return theirs === undefined ? undefined : Math.round(theirs - (before + clock.now()) / 2);
}
