import { createHash } from "node:crypto";
import { parseSupervisionId, type Reach, type SupervisionId } from "../../model/index.js";

/**
 * What each of our channels and bridges is for. `leg` is the supervisor's own; `ear`, `agent` and `everyone` are snoops
 * of the agent's leg (heard through; speaking to the agent; speaking to all); `voice` is a snoop of the
 * supervisor's leg (what is said there); `tone` one of any leg on which a tone is played to it, for a moment.
 */
export const parts = ["leg", "ear", "voice", "tone", "agent", "everyone", "earbridge", "mouthbridge"] as const;
export type PartKind = (typeof parts)[number];

export interface OwnName {
  readonly supervision: SupervisionId;
  readonly part: PartKind;
}

const SHAPE = /^es-([0-9a-f]{8})-([a-z0-9]+)-([a-z]+)(?:-[a-z0-9]+)?$/;

/** The mark in the ids of everything a gateway makes, so that two gateways at one PBX leave each other's alone. */
export function tagOf(gateway: string): string {
  return createHash("sha256").update(gateway).digest("hex").slice(0, 8);
}

/** The id of a channel or bridge of ours. It names nobody; `turn` makes it unique where a part is made again. */
export function ownId(tag: string, supervision: SupervisionId, part: PartKind, turn?: string): string {
  return `es-${tag}-${supervision}-${part}${turn === undefined ? "" : `-${turn}`}`;
}

/** What an id of this gateway stands for; undefined for everything else, other gateways' included. */
export function ownName(tag: string, id: string): OwnName | undefined {
  const [, mark, name = "", word] = SHAPE.exec(id) ?? [];
  const part = parts.find((known) => known === word);
  const supervision = parseSupervisionId(name);
  return mark !== tag || part === undefined || supervision === undefined ? undefined : { supervision, part };
}

/** Whether any earshot made this channel or bridge: then it is never a call and never a leg. */
export function madeByEarshot(id: string): boolean {
  return SHAPE.test(id);
}

/** Whether this is the supervisor's own leg of a supervision of any earshot's. */
export function isLeg(id: string): boolean {
  return SHAPE.exec(id)?.[3] === "leg";
}

/** Who hears what is said into a snoop of this part; undefined when it says nothing. */
export function reachOf(part: PartKind): Reach | undefined {
  return part === "agent" || part === "everyone" ? part : undefined;
}

/** The id of the channel that a snoop listens to: Asterisk names it `Snoop/<id>-<eight hex digits>`. */
export function snoopTarget(channelName: string): string | undefined {
  return /^Snoop\/(.+)-[0-9a-f]{8}$/.exec(channelName)?.[1];
}
