import type { Call, CallId, Direction, Leg, LegId, Party, Person } from "../../model/index.js";
import type { AriChannel } from "./ari-messages.js";
import { believed } from "./believed.js";
import { endpointOf, type Owners } from "./endpoints.js";
import type { Node } from "./topology.js";

/** Technologies whose channels are Asterisk's own plumbing and nobody's ear. */
const PLUMBING =
  /^(?:Local|Snoop|Recorder|Announcer|Message|Surrogate|Bridge|ConfBridgeRecorder|CBAnn|CBRec|UnicastRTP|MulticastRTP|AudioSocket|WebSocket|Null)\//i;

export interface CallFrame {
  readonly id: CallId;
  readonly owners: Owners;
  readonly legId: (channel: string) => LegId;
  /** The call of this id as it was; what it knows and the channels cannot tell any more is kept. */
  readonly previous?: Call | undefined;
  /** Whether the device that this channel is of has another channel. */
  readonly second: (channel: string) => boolean;
  /** Since when a channel makes its call private; undefined where it does not. */
  readonly privateSince: (channel: string) => number | undefined;
}

/** Whether a channel is a party of its own. */
export function isParty(channel: AriChannel): boolean {
  return !PLUMBING.test(channel.name);
}

/**
 * The Call that channels in conversation make, one Leg per party; undefined where no configured person has a part in it,
 * or has had: whoever an agent has talked to is still their call's customer while it goes from one to the next.
 */
export function callOf(
  nodes: readonly Node[],
  { id, owners, legId, previous, second, privateSince }: CallFrame,
): Call | undefined {
  const parties = nodes.filter(({ channel }) => isParty(channel)).sort(byAge);
  const own = ownersIn(parties, nodes, owners);
  const legs = parties.map((node, index): Leg => {
    const owner = own[index];
    const up = node.channel.state === "Up";
    return {
      id: legId(node.channel.id),
      party: owner === undefined ? external(node, parties) : { kind: "internal", person: owner.person.id },
      state: up ? "up" : "ringing",
      holding: up && node.holding,
      certain: owner?.certain === true && !twice(own, owner.person),
      ...(owner !== undefined && second(node.channel.id) && { second: true }),
    };
  });
  const goesOn = legs.length > 0 && previous?.answeredAt !== undefined;
  if (!goesOn && !legs.some(({ party }) => party.kind === "internal")) return undefined;
  // A device that is being called is there some milliseconds before the PBX says who calls it.
  if (parties.length === 1 && /^(?:Down|Ringing)$/.test(parties[0]?.channel.state ?? "")) return undefined;
  const answered = parties.filter((node, index) => own[index] !== undefined && node.channel.state === "Up");
  const answeredAt = previous?.answeredAt ?? earliest(answered.map(({ talkSince }) => talkSince));
  const queue = queueOf(nodes) ?? previous?.queue;
  const since = earliest(nodes.map(({ channel }) => privateSince(channel.id)));
  const waiting = parties.length === 1 && nodes.some(isWaiting);
  const contexts = contextsOf(nodes);
  return {
    id,
    legs,
    direction: directionOf(parties, legs, owners, previous),
    startedAt: Math.min(previous?.startedAt ?? Number.POSITIVE_INFINITY, ...parties.map(({ createdAt }) => createdAt)),
    ...(queue === undefined ? {} : { queue }),
    ...(answeredAt === undefined ? {} : { answeredAt }),
    ...(waiting && { waiting }),
    ...(since === undefined ? {} : { private: { since } }),
    ...(contexts.length > 0 && { contexts }),
  };
}

/** Of the halves of Local channels too: it is there that FreePBX reaches an agent. */
function contextsOf(nodes: readonly Node[]): readonly string[] {
  return [...new Set(nodes.map(({ channel }) => channel.context))].filter((context) => context !== "").sort();
}

function isWaiting({ channel, bridge, parked }: Node): boolean {
  return parked !== undefined || (bridge === undefined && channel.app === "Queue");
}

/** Oldest first; Asterisk's ids end in a running number, which decides between channels of the same millisecond. */
export function byAge(a: Node, b: Node): number {
  return a.createdAt - b.createdAt || runningNumber(a) - runningNumber(b) || (a.channel.id < b.channel.id ? -1 : 1);
}

function runningNumber({ channel }: Node): number {
  return Number(/\.(\d+)$/.exec(channel.id)?.[1] ?? 0);
}

interface Ownership {
  readonly person: Person;
  readonly certain: boolean;
}

/**
 * Whose each party's leg is. A device that is nobody's counts, without certainty, as that of the person it was rung for,
 * unless that person has a leg already: nobody is on a call twice because they can be reached at two places.
 */
function ownersIn(
  parties: readonly Node[],
  nodes: readonly Node[],
  owners: Owners,
): ReadonlyArray<Ownership | undefined> {
  const own = parties.map(({ channel }): Ownership | undefined => {
    const endpoint = endpointOf(channel.name);
    return endpoint === undefined ? undefined : owners.endpoint(endpoint);
  });
  const there = new Set(own.map((owner) => owner?.person.id));
  const inTalkFirst = parties.map((node, index) => ({ node, index, up: node.channel.state === "Up" }));
  for (const { node, index } of inTalkFirst.sort((a, b) => Number(b.up) - Number(a.up))) {
    const person = own[index] === undefined ? believed(node, nodes, owners) : undefined;
    if (person === undefined || there.has(person.id)) continue;
    there.add(person.id);
    own[index] = { person, certain: false };
  }
  return own;
}

/** The same person with two legs that are up in one conversation: which device speaks for them is not known. */
function twice(own: ReadonlyArray<Ownership | undefined>, person: Person): boolean {
  return own.filter((owner) => owner?.person.id === person.id).length > 1;
}

function external(node: Node, parties: readonly Node[]): Party {
  const { caller, dialled } = node.channel;
  if (caller.number !== "" || node.caller === undefined) return { kind: "external", ...caller };
  const from = parties.find(({ channel }) => channel.id === node.caller)?.channel;
  const number = [from?.connected.number, dialled?.split("@")[0], from?.exten].find((digits) => (digits ?? "") !== "");
  return { kind: "external", number: number ?? "", name: caller.name };
}

function directionOf(
  parties: readonly Node[],
  legs: readonly Leg[],
  owners: Owners,
  previous: Call | undefined,
): Direction {
  if (previous !== undefined && (previous.legs.length > 1 || previous.answeredAt !== undefined)) {
    return previous.direction;
  }
  const [first] = legs;
  const [root] = parties;
  if (first === undefined || root === undefined || first.party.kind === "external") return "inbound";
  if (legs.length > 1) return legs.some(({ party }) => party.kind === "external") ? "outbound" : "internal";
  if (root.caller !== undefined || /^AppDial/.test(root.channel.app)) return "inbound";
  return owners.extension(root.channel.exten) === undefined ? "outbound" : "internal";
}

function queueOf(nodes: readonly Node[]): string | undefined {
  // QUEUENAME is set only when the agent has answered, and a call that went on to another queue still has the first one's.
  const name = nodes.find(({ channel }) => channel.app === "Queue")?.channel.appData.split(",")[0];
  if (name) return name;
  return nodes.find(({ channel }) => channel.queue !== undefined)?.channel.queue;
}

function earliest(times: ReadonlyArray<number | undefined>): number | undefined {
  const known = times.filter((time): time is number => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
