import type { Clock, LegId, Log, PersonId, RefusalCode, SupervisionId } from "../../model/index.js";
import type { AriClient } from "./ari-client.js";
import type { Calls } from "./calls.js";
import { endpointOf, type Owners } from "./endpoints.js";
import type { OwnParts } from "./own-parts.js";
import type { TakenOver } from "./taken-over.js";
import type { Traces } from "./traces.js";

/** What every supervision works with. */
export interface Site {
  readonly ari: AriClient;
  readonly parts: OwnParts;
  readonly calls: Calls;
  readonly owners: Owners;
  readonly traces: Traces;
  readonly taken: TakenOver;
  readonly tag: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Looks now and after every event of ours; undefined when nothing was found in time. */
  until<Found>(look: () => Found | undefined, withinMs: number): Promise<Found | undefined>;
  /** The PBX has said that it has no such channel: it goes from the parts, and what has changed by that is reported. */
  gone(channel: string): void;
  /** These legs carry a supervision's mouth and send no sound now. */
  silent(supervision: SupervisionId, legs: readonly LegId[]): void;
  /** Why a channel's call may not be heard now, asked of the PBX: private, or that cannot be told (R20). */
  readonly privacy: (channel: string) => Promise<Refused | undefined>;
  /** Makes everybody who waits look again. */
  look(): void;
}

export interface Refused {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly detail: string;
}

export function refused(code: RefusalCode, detail: string): Refused {
  return { ok: false, code, detail };
}

/** What an opening is told when a closing came while it was under way. */
export const OVERTAKEN = refused("pbx-failed", "it was closed while it was being opened");

/** An event that confirms takes a few milliseconds; after this the PBX is asked. */
const EVENT_MS = 250;
const ATTEMPTS = 8;
/** How long something that was made may take to show up. */
export const CONFIRMED_MS = 1_500;

/**
 * Hangs up a channel of ours and waits until it is gone by the PBX's own word.
 * @returns false when the PBX gave no such word within about 2 s.
 */
export async function removed(site: Site, channel: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const answer = await site.ari.hangUp(channel);
    if (!answer.ok && answer.status === 404) return goneNow(site, channel);
    if (site.parts.channel(channel) !== undefined) {
      const gone = await site.until(() => (site.parts.channel(channel) === undefined ? true : undefined), EVENT_MS);
      if (gone === true) return true;
    }
    if (!answer.ok && answer.status === 0) return false;
    if ((await site.ari.exists(channel)) === false) return goneNow(site, channel);
  }
  return false;
}

/** No event may ever tell it: the websocket can be away, or another gateway's. */
function goneNow(site: Site, channel: string): true {
  site.gone(channel);
  return true;
}

/** All gone by the PBX's own word. */
export async function allRemoved(site: Site, channels: Iterable<string>): Promise<boolean> {
  const results = await Promise.all([...new Set(channels)].map((channel) => removed(site, channel)));
  return results.every((gone) => gone);
}

/** Makes a snoop and waits for it to be in our application: before that the PBX may take it away again. */
export async function snooped(
  site: Site,
  target: string,
  id: string,
  settings: Parameters<AriClient["snoop"]>[2],
  overtaken: () => boolean,
): Promise<Refused | undefined> {
  const answer = await site.ari.snoop(target, id, settings);
  if (!answer.ok) {
    return answer.status === 404 ? refused("call-gone", "the leg is gone") : refused("pbx-failed", answer.why);
  }
  const started = await site.until(() => {
    return overtaken() ? "overtaken" : site.parts.channel(id)?.stasis === "in" ? "started" : undefined;
  }, CONFIRMED_MS);
  if (started === "overtaken") return OVERTAKEN;
  return started === undefined ? refused("pbx-failed", "the PBX did not hand the snoop over") : undefined;
}

/**
 * Whether a channel is that person's own device beyond doubt, read from the PBX now.
 * @returns undefined when it is; else the refusal.
 */
export async function verified(site: Site, channel: string, agent: PersonId): Promise<Refused | undefined> {
  const answer = await site.ari.channel(channel);
  if (!answer.ok) {
    return answer.status === 404 ? refused("call-gone", "the leg is gone") : refused("pbx-failed", answer.why);
  }
  if (!belongsTo(site.owners, answer.value.name, agent)) return refused("leg-uncertain", "the leg is another device's");
  return undefined;
}

/** Whether a channel's name is that of a device which is this person's and nobody else's. */
export function belongsTo(owners: Owners, channelName: string, agent: PersonId): boolean {
  const endpoint = endpointOf(channelName);
  const owner = endpoint === undefined ? undefined : owners.endpoint(endpoint);
  return owner?.certain === true && owner.person.id === agent;
}
