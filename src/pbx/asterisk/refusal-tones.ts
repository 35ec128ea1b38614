import type { ActionResult, SupervisionId } from "../../model/index.js";
import { ownId } from "./own-names.js";
import { refused, removed, type Site, snooped } from "./site.js";

/** Once: 1425 Hz for 120 ms, a pause of 80 ms, and again. No digit has that frequency. */
const media = "tone:!1425/120,!0/80,!1425/120,!0/1000";
/** What is played does not end by itself (Asterisk 22). */
const lastsMs = 450;

/**
 * Two short tones for the supervisor. A snoop of their own leg says them, beside what they hear and towards them alone:
 * played on the leg itself they would take the call's sound away for that time, and played in the ear's bridge they would
 * need a channel of their own in it.
 */
export async function refusalTones(
  site: Site,
  supervision: SupervisionId,
  overtaken: () => boolean,
): Promise<ActionResult> {
  if (site.parts.facts(supervision)?.leg !== "up")
    return refused("not-supervising", "the supervisor's phone is not up");
  const leg = ownId(site.tag, supervision, "leg");
  const tone = ownId(site.tag, supervision, "tone", site.clock.now().toString(36));
  const failure = await snooped(site, leg, tone, { spy: "none", whisper: "out" }, overtaken);
  const played = failure ?? (await site.ari.play(tone, media));
  if (played.ok) await new Promise<void>((resolve) => site.clock.after(lastsMs, resolve));
  await removed(site, tone);
  if (failure !== undefined) return failure;
  return played.ok ? { ok: true } : refused("pbx-failed", "why" in played ? played.why : played.detail);
}
