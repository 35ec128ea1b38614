import type { Clock } from "../../model/index.js";
import type { Answer, AriClient } from "./ari-client.js";
import type { AriBridge, AriChannel } from "./ari-messages.js";
import { madeByEarshot } from "./own-names.js";
import { privateVariable } from "./setup/needs.js";

/** What the PBX has now. */
export interface Listing {
  readonly channels: readonly AriChannel[];
  readonly bridges: readonly AriBridge[];
  /** By channel id; a call's channel that could not be asked is missing, a supervisor's leg counts as held then. */
  readonly onHold: ReadonlyMap<string, boolean>;
  /** By channel id: what the site says of its privacy; missing where that could not be asked. */
  readonly privacy: ReadonlyMap<string, string>;
}

const AT_ONCE = 12;

/** Reads channels, bridges, and which channels are on hold, which the lists do not say. */
export async function listing(ari: AriClient): Promise<Answer<Listing>> {
  const [channels, bridges] = await Promise.all([ari.channels(), ari.bridges()]);
  if (!channels.ok) return channels;
  if (!bridges.ok) return bridges;
  const [onHold, privacy] = await Promise.all([
    holdsOf(
      ari,
      channels.value.filter(({ name, state }) => state === "Up" && name.startsWith("PJSIP/")).map(({ id }) => id),
    ),
    privaciesOf(ari, channels.value),
  ]);
  return { ok: true, value: { channels: channels.value, bridges: bridges.value, onHold, privacy } };
}

/** The list has it where ari.conf names the variable, as it is now (Asterisk 22); elsewhere each channel is asked. */
async function privaciesOf(ari: AriClient, channels: readonly AriChannel[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const waiting: string[] = [];
  for (const { id, privacy } of channels.filter((channel) => !madeByEarshot(channel.id))) {
    if (privacy === undefined) waiting.push(id);
    else found.set(id, privacy);
  }
  await each(waiting, async (id) => {
    const value = await privacyOf(ari, id);
    if (value !== undefined) found.set(id, value);
  });
  return found;
}

/** What the site says now of a channel's privacy, empty where nothing; undefined where the PBX does not tell. */
export async function privacyOf(ari: Pick<AriClient, "variable">, channel: string): Promise<string | undefined> {
  const answer = await ari.variable(channel, privateVariable);
  if (answer.ok) return answer.value;
  // A variable that is not set, or a channel that is gone: nothing is heard on that one.
  return answer.status === 404 ? "" : undefined;
}

async function holdsOf(ari: AriClient, channels: readonly string[]): Promise<Map<string, boolean>> {
  const onHold = new Map<string, boolean>();
  await each(channels, async (id) => {
    const answer = await ari.variable(id, "CHANNEL(rtp,hold)");
    if (answer.ok) onHold.set(id, answer.value === "1");
    // A phone on hold may be lying open in a room: without an answer the supervision is cut, not kept.
    else if (madeByEarshot(id)) onHold.set(id, true);
  });
  return onHold;
}

async function each(channels: readonly string[], ask: (channel: string) => Promise<void>): Promise<void> {
  const waiting = [...channels];
  const worker = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) await ask(id);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** How far the PBX's clock is ahead of ours, in ms; undefined when it does not say. */
export async function clockSkew(ari: AriClient, clock: Clock): Promise<number | undefined> {
  const before = clock.now();
  const theirs = await ari.time();
  return theirs === undefined ? undefined : Math.round(theirs - (before + clock.now()) / 2);
}
