import { createHash } from "node:crypto";
import { type Call, type CallId, type LegId, type PbxEvent, parseCallId, parseLegId } from "../../model/index.js";
import type { AriBridge, AriChannel, AriEvent } from "./ari-messages.js";
import { Devices } from "./devices.js";
import { endpointOf, type Owners } from "./endpoints.js";
import { byAge, callOf, isParty } from "./projection.js";
import { TakenOver } from "./taken-over.js";
import { type Node, Topology } from "./topology.js";

export type CallEvent = Extract<PbxEvent, { type: "call" | "call-ended" }>;

/** The leg id of a channel: the channel's own id, or a digest of it where an application chose a stranger one. */
export function legIdOf(channel: string): LegId {
  return (parseLegId(channel) ?? parseLegId(digest("leg", channel))) as LegId;
}

function callIdOf(root: string): CallId {
  return (parseCallId(root) ?? parseCallId(digest("call", root))) as CallId;
}

function digest(kind: string, text: string): string {
  return `${kind}-${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
}

/**
 * The live calls, kept from ARI's events. A conversation keeps its id while channels come and go: the id stays with the
 * outside party, else with what is oldest, and is first made of the linkedid, so that a later gateway finds the same.
 */
export class Calls {
  readonly #owners: Owners;
  readonly #taken: TakenOver;
  readonly #topology = new Topology();
  readonly #calls = new Map<
    CallId,
    { readonly call: Call; readonly channels: readonly string[]; readonly key: string }
  >();
  readonly #callOf = new Map<string, CallId>();
  /** The call an outside party was in last: picked up or queued again, they are in the same conversation. */
  readonly #outside = new Map<string, CallId>();
  readonly #channelOf = new Map<LegId, string>();
  /** The channels of each person's device, part of a call or not. */
  readonly #devices = new Devices();
  readonly #privateSince: (channel: string) => number | undefined;

  /** @param privateSince since when a channel makes its call private. */
  constructor(
    owners: Owners,
    privateSince: (channel: string) => number | undefined = () => undefined,
    taken = new TakenOver(),
  ) {
    this.#owners = owners;
    this.#privateSince = privateSince;
    this.#taken = taken;
  }

  /** Every live call. */
  all(): Call[] {
    return [...this.#calls.values()].map(({ call }) => call);
  }

  /** The channel of a leg that is part of a live call. */
  channelOf(leg: LegId): string | undefined {
    return this.#channelOf.get(leg);
  }

  /** The live call that a channel is part of. */
  callOf(channel: string): Call | undefined {
    const id = this.#callOf.get(channel);
    return id === undefined ? undefined : this.#calls.get(id)?.call;
  }

  /** Every channel of a live call, those that are nobody's ear among them. */
  channelsOf(call: CallId): readonly string[] {
    return this.#calls.get(call)?.channels ?? [];
  }

  /** Looks at the calls of these channels again, because of something that no event about them tells. */
  refresh(channels: readonly string[]): CallEvent[] {
    return this.#recompute(channels);
  }

  /** What is known of a channel, part of a call or not. */
  node(channel: string): Node | undefined {
    return this.#topology.node(channel);
  }

  /** Channels on which dialplan functions can be read: never one of our own; answered ones first. */
  channels(): string[] {
    const up = (id: string) => this.#topology.node(id)?.channel.state === "Up";
    return this.#topology.ids().sort((a, b) => Number(up(b)) - Number(up(a)));
  }

  /** The channels that are in conversation with this one. */
  partners(channel: string): readonly string[] {
    const bridge = this.#topology.node(channel)?.bridge;
    return bridge === undefined ? [] : this.#topology.members(bridge).filter((member) => member !== channel);
  }

  /** The channels of the call that this one is part of which are a party of their own. */
  parties(channel: string): readonly string[] {
    return this.#topology.component(channel).flatMap((node) => (isParty(node.channel) ? [node.channel.id] : []));
  }

  /** The channels in a bridge. */
  members(bridge: string): readonly string[] {
    return this.#topology.members(bridge);
  }

  /** Starts anew from lists, without what any earshot made; `onHold` are the channels that the PBX said are on hold, where it could be asked. */
  replace(
    channels: readonly AriChannel[],
    bridges: readonly AriBridge[],
    skew: number,
    onHold: ReadonlyMap<string, boolean>,
  ): void {
    const theirs = <Item extends { readonly id: string }>(items: readonly Item[]) =>
      items.filter(({ id }) => !this.#taken.isEarshots(id));
    this.#topology.replace(theirs(channels), theirs(bridges), skew);
    for (const [channel, holding] of onHold) this.#topology.hold(channel, holding);
    for (const channel of [...this.#outside.keys()]) {
      if (this.#topology.node(channel) === undefined) this.#outside.delete(channel);
    }
    const ids = this.#topology.ids();
    this.#devices.clear();
    this.#onDevices(ids);
    this.#recompute([...ids, ...this.#callOf.keys()]);
  }

  /** Takes an event in. @returns what changed on the board, and nothing where nothing did. */
  apply(event: AriEvent): CallEvent[] {
    const touched = this.#topology.apply(event);
    if (event.kind === "destroyed") this.#outside.delete(event.channel.id);
    return touched.length === 0 ? [] : this.#recompute([...touched, ...this.#onDevices(touched)]);
  }

  /** @returns the channels whose devices have got another channel, or lost one. */
  #onDevices(channels: readonly string[]): string[] {
    return channels.flatMap((id) => {
      const name = this.#topology.node(id)?.channel.name;
      const endpoint = name === undefined ? undefined : endpointOf(name);
      const owned = endpoint !== undefined && this.#owners.endpoint(endpoint) !== undefined;
      return this.#devices.put(id, owned ? endpoint : undefined);
    });
  }

  #recompute(touched: readonly string[]): CallEvent[] {
    const before = new Set<CallId>();
    const seeds = new Set<string>(touched);
    for (const channel of touched) {
      const id = this.#callOf.get(channel);
      if (id === undefined || before.has(id)) continue;
      before.add(id);
      for (const other of this.#calls.get(id)?.channels ?? []) seeds.add(other);
    }
    const components = this.#components(seeds);
    for (const nodes of components) {
      for (const { channel } of nodes) {
        const id = this.#callOf.get(channel.id);
        if (id !== undefined) before.add(id);
      }
    }
    const events: CallEvent[] = [];
    const taken = new Set<CallId>();
    for (const nodes of components) {
      const inherited = this.#inherited(nodes, taken);
      const id = inherited ?? this.#fresh(nodes, taken);
      const previous = inherited === undefined ? undefined : this.#calls.get(inherited)?.call;
      const call = callOf(nodes, {
        ...{ id, previous, owners: this.#owners, legId: legIdOf },
        second: (channel) => this.#devices.hasAnother(channel),
        privateSince: this.#privateSince,
      });
      if (call === undefined) continue;
      taken.add(id);
      if (this.#keep(call, nodes)) events.push({ type: "call", call });
    }
    for (const id of before) {
      if (taken.has(id)) continue;
      this.#forget(id);
      events.push({ type: "call-ended", call: id });
    }
    return events;
  }

  /** The conversations among these channels, those with an outside party first: they have the better claim to an id. */
  #components(seeds: ReadonlySet<string>): Node[][] {
    const seen = new Set<string>();
    const found: Node[][] = [];
    for (const seed of seeds) {
      if (seen.has(seed)) continue;
      const nodes = this.#topology.component(seed).sort(byAge);
      for (const { channel } of nodes) seen.add(channel.id);
      if (nodes.length > 0) found.push(nodes);
    }
    const rank = (nodes: readonly Node[]) => (nodes.some((node) => this.#isOutside(node)) ? 0 : 1);
    const age = (nodes: readonly Node[]) => nodes[0]?.createdAt ?? 0;
    return found.sort((a, b) => rank(a) - rank(b) || age(a) - age(b));
  }

  #isOutside({ channel }: Node): boolean {
    const endpoint = endpointOf(channel.name);
    return isParty(channel) && (endpoint === undefined || this.#owners.endpoint(endpoint) === undefined);
  }

  #inherited(nodes: readonly Node[], taken: ReadonlySet<CallId>): CallId | undefined {
    const ordered = [...nodes].sort((a, b) => Number(this.#isOutside(b)) - Number(this.#isOutside(a)));
    for (const { channel } of ordered) {
      const id = this.#callOf.get(channel.id) ?? this.#outside.get(channel.id);
      if (id !== undefined && !taken.has(id)) return id;
    }
    return undefined;
  }

  #fresh(nodes: readonly Node[], taken: ReadonlySet<CallId>): CallId {
    const [oldest] = nodes;
    const root =
      nodes.map(({ channel }) => channel.linkedid).find((id) => id !== undefined) ?? oldest?.channel.id ?? "";
    const id = callIdOf(root);
    if (!taken.has(id) && !this.#calls.has(id)) return id;
    // Two conversations that were one share a linkedid.
    return callIdOf(digest("call", `${root} ${oldest?.channel.id}`));
  }

  #keep(call: Call, nodes: readonly Node[]): boolean {
    const key = JSON.stringify(call);
    const known = this.#calls.get(call.id);
    const channels = nodes.map(({ channel }) => channel.id);
    for (const channel of known?.channels ?? []) {
      if (channels.includes(channel) || this.#callOf.get(channel) !== call.id) continue;
      this.#callOf.delete(channel);
      this.#channelOf.delete(legIdOf(channel));
    }
    for (const node of nodes) if (this.#isOutside(node)) this.#outside.set(node.channel.id, call.id);
    for (const channel of channels) {
      this.#callOf.set(channel, call.id);
      this.#channelOf.set(legIdOf(channel), channel);
    }
    this.#calls.set(call.id, { call, channels, key });
    return known?.key !== key;
  }

  #forget(id: CallId): void {
    for (const channel of this.#calls.get(id)?.channels ?? []) {
      if (this.#callOf.get(channel) !== id) continue;
      this.#callOf.delete(channel);
      this.#channelOf.delete(legIdOf(channel));
    }
    this.#calls.delete(id);
  }
}
