import { randomBytes } from "node:crypto";
import type { ActionResult, LegId, SupervisionId } from "../../model/index.js";
import { ownId } from "./own-names.js";
import { OVERTAKEN, type Refused, refused, removed, type Site, snooped } from "./site.js";

interface Tone {
  readonly media: string;
  /** What is played does not end by itself (Asterisk 22). */
  readonly lastsMs: number;
}

/** Once: 1425 Hz for 120 ms, a pause of 80 ms, and again. No digit has that frequency. */
const refusal: Tone = { media: "tone:!1425/120,!0/80,!1425/120,!0/1000", lastsMs: 450 };
/** Once: 1400 Hz, as a recording warning has it, for 200 ms. */
const notification: Tone = { media: "tone:!1400/200,!0/1000", lastsMs: 300 };
/** The PBX takes the snoop away by itself, should this gateway be gone by then. */
const lease = { variable: "TIMEOUT(absolute)", value: "2" } as const;

/** Two short tones for the supervisor. */
export async function refusalTones(
  site: Site,
  supervision: SupervisionId,
  overtaken: () => boolean,
): Promise<ActionResult> {
  if (site.parts.facts(supervision)?.leg !== "up")
    return refused("not-supervising", "the supervisor's phone is not up");
  const leg = ownId(site.tag, supervision, "leg");
  const doubt = (): Refused | undefined => (overtaken() ? OVERTAKEN : undefined);
  return await whispered(site, supervision, { to: leg, tone: refusal }, doubt);
}

/** One short tone for the party at this leg of the call that the supervision hears. */
export async function notificationTone(
  site: Site,
  supervision: SupervisionId,
  leg: LegId,
  wanted: () => boolean,
): Promise<ActionResult> {
  const channel = site.calls.channelOf(leg);
  if (channel === undefined) return refused("call-gone", "the leg is not part of a call");
  const doubt = (): Refused | undefined => {
    const ear = site.parts.facts(supervision)?.ear;
    const heard = ear && site.calls.channelOf(ear);
    const call = site.calls.callOf(channel);
    if (call === undefined || heard === undefined || site.calls.callOf(heard)?.id !== call.id) {
      return refused("not-supervising", "the supervision does not hear this call");
    }
    if (call.private !== undefined) return refused("call-private", "the call is private");
    return wanted() ? undefined : OVERTAKEN;
  };
  return await whispered(site, supervision, { to: channel, tone: notification }, doubt);
}

/**
 * Plays a tone to one channel. A snoop of it says the tone, beside what is heard there and towards it alone: played on
 * the channel itself it would take the call's sound away for that time, and played in a bridge it would need a channel of
 * its own in it. `doubt` is asked first, again right before it sounds, and while it
 * does.
 */
async function whispered(
  site: Site,
  supervision: SupervisionId,
  { to, tone }: { readonly to: string; readonly tone: Tone },
  doubt: () => Refused | undefined,
): Promise<ActionResult> {
  const before = doubt();
  if (before !== undefined) return before;
  // Two parties may get theirs at the same moment.
  const turn = `${site.clock.now().toString(36)}${randomBytes(4).toString("hex")}`;
  const snoop = ownId(site.tag, supervision, "tone", turn);
  const failure = await snooped(site, to, snoop, { spy: "none", whisper: "out" }, () => doubt() !== undefined);
  const result = doubt() ?? failure ?? (await played(site, snoop, tone, doubt));
  await removed(site, snoop);
  return result;
}

async function played(
  site: Site,
  snoop: string,
  { media, lastsMs }: Tone,
  doubt: () => Refused | undefined,
): Promise<ActionResult> {
  const [answer] = await Promise.all([
    site.ari.play(snoop, media),
    site.ari.setVariable(snoop, lease.variable, lease.value),
  ]);
  if (!answer.ok) return refused("pbx-failed", answer.why);
  return (await site.until(doubt, lastsMs)) ?? { ok: true };
}
