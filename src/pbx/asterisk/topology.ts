import type { EpochMs } from "../../model/index.js";
import type { AriBridge, AriChannel, AriEvent } from "./ari-messages.js";
import { dialledBy, wasDialled } from "./callers.js";
import { Links } from "./links.js";

/** A channel with what only its history tells. Times are by the gateway's clock. */
export interface Node {
  readonly channel: AriChannel;
  readonly createdAt: EpochMs;
  readonly holding: boolean;
  /** When it answered a Dial, had its Dial answered, or joined somebody in a bridge. */
  readonly talkSince?: EpochMs;
  /** The mixing bridge it is in. */
  readonly bridge?: string;
  /** The holding bridge it waits in: parked. */
  readonly parked?: string;
  /** The channel that dialled it. */
  readonly caller?: string;
}

interface Bridge {
  readonly mixing: boolean;
  readonly createdAt: EpochMs;
  readonly members: Set<string>;
}

const DIALLING = new Set(["", "RINGING", "PROGRESS", "PROCEEDING", "ANSWER"]);
/** Events of one channel may overtake each other between Asterisk's topics: who is gone stays gone. */
const GONE_REMEMBERED = 2_000;

/**
 * Which channels there are and which belong together: by a mixing bridge, by a Dial, as halves of one Local channel.
 * Each change costs what the conversation it touches has channels, whatever else is going on.
 */
export class Topology {
  readonly #nodes = new Map<string, Node>();
  readonly #bridges = new Map<string, Bridge>();
  readonly #links = new Links();
  readonly #halves = new Map<string, Set<string>>();
  readonly #gone = new Set<string>();
  #skew = 0;

  node(id: string): Node | undefined {
    return this.#nodes.get(id);
  }

  /** Every channel id, longest known first. */
  ids(): string[] {
    return [...this.#nodes.keys()];
  }

  /** The channels in a bridge; empty when it is not known. */
  members(bridge: string): readonly string[] {
    return [...(this.#bridges.get(bridge)?.members ?? [])];
  }

  /** All channels of the conversation that this one is part of, itself included. */
  component(id: string): Node[] {
    const found = new Map<string, Node>();
    const waiting = [id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const node = this.#nodes.get(next);
      if (node === undefined || found.has(next)) continue;
      found.set(next, node);
      waiting.push(...this.#neighbours(node));
    }
    return [...found.values()];
  }

  /**
   * Starts anew from what the PBX lists. What the list cannot tell (hold, when it was answered, who dialled) is kept for
   * channels known before. `skew` is how far the PBX's clock is ahead of ours, in ms.
   */
  replace(channels: readonly AriChannel[], bridges: readonly AriBridge[], skew: number): void {
    const before = new Map(this.#nodes);
    this.#nodes.clear();
    this.#bridges.clear();
    this.#links.clear();
    this.#halves.clear();
    this.#gone.clear();
    this.#skew = skew;
    for (const channel of channels) {
      const known = before.get(channel.id);
      const history = known === undefined ? {} : historyOf(known);
      this.#add({ channel, createdAt: known?.createdAt ?? channel.createdAt - skew, holding: false, ...history });
    }
    for (const bridge of bridges) {
      for (const member of this.#bridge(bridge).members) this.#joined(member, bridge.id, bridge.createdAt - skew);
    }
    for (const node of this.#nodes.values()) this.#guessCaller(node);
  }

  /** Says whether a channel is on hold, where the PBX was asked. */
  hold(id: string, holding: boolean): void {
    this.#update(id, { holding });
  }

  /** Takes an event in. @returns the channels whose conversation it may have changed. */
  apply(event: AriEvent): string[] {
    const at = event.at - this.#skew;
    switch (event.kind) {
      case "channel":
      case "connected-line":
      case "privacy":
        return this.#seen(event.channel);
      case "dialplan": {
        // Told of every step; where it stands on the same context, nothing that earshot reads has changed.
        const known = this.#nodes.get(event.channel.id)?.channel;
        return known === undefined || known.context === event.channel.context ? [] : this.#seen(event.channel);
      }
      case "hangup-asked":
        return this.#nodes.has(event.channel.id) ? this.#seen(event.channel) : [];
      case "stasis-start":
      case "stasis-end":
        return [...this.#seen(event.channel), ...this.#moveOn(event.channel.id)];
      case "hold":
      case "unhold":
        this.#seen(event.channel);
        this.hold(event.channel.id, event.kind === "hold");
        return [event.channel.id];
      case "destroyed":
        return this.#remove(event.channel.id);
      case "entered":
        this.#bridge({ ...event.bridge, members: [] });
        this.#seen(event.channel);
        return this.#joined(event.channel.id, event.bridge.id, at);
      case "left":
        if (this.#nodes.has(event.channel.id)) this.#seen(event.channel);
        return this.#leave(event.channel.id, event.bridge.id);
      case "bridge":
        this.#bridge({ ...event.bridge, members: [] });
        return [];
      case "bridge-gone": {
        const members = this.members(event.bridge.id);
        const touched = members.flatMap((member) => this.#leave(member, event.bridge.id));
        this.#bridges.delete(event.bridge.id);
        return touched;
      }
      case "merged":
        return this.members(event.from.id).flatMap((member) => {
          return [...this.#leave(member, event.from.id), ...this.#joined(member, event.into.id, at)];
        });
      case "dial":
        return this.#dial(event, at);
      case "transfer":
      case "replaced":
        return [];
    }
  }

  #dial(event: Extract<AriEvent, { kind: "dial" }>, at: EpochMs): string[] {
    const { caller, peer, status } = event;
    const touched = this.#seen(peer);
    if (caller === undefined) return touched;
    touched.push(...this.#seen(caller));
    if (!DIALLING.has(status)) return [...touched, ...this.#links.unlink(peer.id, (other) => other === caller.id)];
    touched.push(...this.#moveOn(caller.id, peer.id), ...this.#moveOn(peer.id, caller.id));
    if (!this.#nodes.has(caller.id) || !this.#nodes.has(peer.id)) return touched;
    this.#links.link(caller.id, peer.id);
    this.#update(peer.id, { caller: caller.id });
    if (status === "ANSWER") {
      for (const id of [caller.id, peer.id]) this.#update(id, { talkSince: this.#nodes.get(id)?.talkSince ?? at });
    }
    return touched;
  }

  #seen(channel: AriChannel): string[] {
    if (this.#gone.has(channel.id)) return [];
    const known = this.#nodes.get(channel.id);
    if (known === undefined) this.#add({ channel, createdAt: channel.createdAt - this.#skew, holding: false });
    else this.#nodes.set(channel.id, { ...known, channel });
    return [channel.id];
  }

  #add(node: Node): void {
    const { id, name } = node.channel;
    this.#nodes.set(id, node);
    const half = halfOf(name);
    if (half === undefined) return;
    const pair = this.#halves.get(half) ?? new Set();
    this.#halves.set(half, pair.add(id));
  }

  #remove(id: string): string[] {
    this.#gone.add(id);
    for (const oldest of this.#gone) {
      if (this.#gone.size <= GONE_REMEMBERED) break;
      this.#gone.delete(oldest);
    }
    const node = this.#nodes.get(id);
    if (node === undefined) return [];
    const touched = [id, ...this.#neighbours(node)];
    if (node.bridge !== undefined) this.#bridges.get(node.bridge)?.members.delete(id);
    this.#links.unlink(id, () => true);
    const half = halfOf(node.channel.name);
    const pair = half === undefined ? undefined : this.#halves.get(half);
    pair?.delete(id);
    if (half !== undefined && pair?.size === 0) this.#halves.delete(half);
    this.#nodes.delete(id);
    return touched;
  }

  #bridge(bridge: AriBridge): Bridge {
    const known = this.#bridges.get(bridge.id);
    if (known !== undefined) return known;
    const made = { mixing: bridge.mixing, createdAt: bridge.createdAt - this.#skew, members: new Set(bridge.members) };
    this.#bridges.set(bridge.id, made);
    return made;
  }

  #joined(id: string, bridgeId: string, at: EpochMs): string[] {
    const bridge = this.#bridges.get(bridgeId);
    const node = this.#nodes.get(id);
    if (bridge === undefined || node === undefined) return [];
    const touched = [id, ...bridge.members];
    if (node.bridge !== undefined && node.bridge !== bridgeId) touched.push(...this.#leave(id, node.bridge));
    bridge.members.add(id);
    if (!bridge.mixing) {
      this.#update(id, { parked: bridgeId });
      return touched;
    }
    this.#update(id, { bridge: bridgeId });
    this.#links.meet(id, (other) => bridge.members.has(other));
    touched.push(
      ...this.#links.unlink(id, (other, met) => {
        const elsewhere = this.#nodes.get(other)?.bridge;
        return !bridge.members.has(other) && (met || elsewhere !== undefined);
      }),
    );
    if (bridge.members.size > 1) {
      for (const member of bridge.members) {
        const known = this.#nodes.get(member);
        if (known !== undefined && known.talkSince === undefined) this.#update(member, { talkSince: at });
      }
    }
    return touched;
  }

  #leave(id: string, bridgeId: string): string[] {
    const members = this.#bridges.get(bridgeId)?.members;
    members?.delete(id);
    const node = this.#nodes.get(id);
    if (node?.bridge === bridgeId) {
      const { bridge: _left, ...rest } = node;
      this.#nodes.set(id, rest);
    }
    if (node?.parked === bridgeId) {
      const { parked: _taken, ...rest } = node;
      this.#nodes.set(id, rest);
    }
    return [id, ...(members ?? [])];
  }

  /** A channel that does something new has left those it talked to, except for the one it does it with. */
  #moveOn(id: string, except?: string): string[] {
    return this.#links.unlink(id, (other, met) => {
      const bridge = this.#nodes.get(id)?.bridge;
      const together = bridge !== undefined && this.#nodes.get(other)?.bridge === bridge;
      return other !== except && met && !together;
    });
  }

  #neighbours(node: Node): string[] {
    const { id, name } = node.channel;
    const linked = this.#links.of(id);
    const half = halfOf(name);
    const halves = half === undefined ? [] : [...(this.#halves.get(half) ?? [])];
    const bridged = node.bridge === undefined ? [] : [...(this.#bridges.get(node.bridge)?.members ?? [])];
    return [...linked, ...halves, ...bridged].filter((other) => other !== id);
  }

  /** A list does not say who rings whom. */
  #guessCaller({ channel, bridge, caller: known }: Node): void {
    if (bridge !== undefined || channel.linkedid === undefined || !wasDialled(channel)) return;
    const dialling = [...this.#nodes.values()].filter((other) => {
      const same = other.channel.linkedid === channel.linkedid && other.channel.id !== channel.id;
      return same && other.bridge === undefined && !wasDialled(other.channel);
    });
    const callers = dialling.map((node) => node.channel);
    const caller = known === undefined ? dialledBy(channel, callers) : callers.find(({ id }) => id === known);
    if (caller === undefined) return;
    this.#links.link(caller.id, channel.id);
    this.#update(channel.id, { caller: caller.id });
  }

  #update(id: string, change: Partial<Node>): void {
    const node = this.#nodes.get(id);
    if (node !== undefined) this.#nodes.set(id, { ...node, ...change });
  }
}

function historyOf({ holding, talkSince, caller }: Node): Partial<Node> {
  return {
    holding,
    ...(talkSince === undefined ? {} : { talkSince }),
    ...(caller === undefined ? {} : { caller }),
  };
}

/** What both halves of a Local channel share: `Local/2001@from-queue-00000003` of `…;1` and `…;2`. */
export function halfOf(name: string): string | undefined {
  return name.endsWith(";1") || name.endsWith(";2") ? name.slice(0, -2) : undefined;
}
