import type { LegId, Mouth, Reach, SupervisionFacts, SupervisionId } from "../../model/index.js";
import type { AriBridge, AriChannel, AriEvent } from "./ari-messages.js";
import { legIdOf } from "./calls.js";
import { type OwnName, ownName, type PartKind, reachOf, snoopTarget } from "./own-names.js";
import type { TakenOver } from "./taken-over.js";

/** Events overtake each other by moments only, so the last few are enough. */
const GONE_KEPT = 1_000;

/** A channel that this gateway made. */
export interface OwnChannel extends OwnName {
  readonly id: string;
  readonly up: boolean;
  /** In our application: a snoop that is not yet may die at once; a leg that has left it is on its way out. */
  readonly stasis: "before" | "in" | "left";
  readonly held: boolean;
  /** The channel a snoop was made of. */
  readonly target?: string;
  readonly bridge?: string;
}

/** An ear and a mouth that have been let go of, to be there again in a moment. */
interface Kept {
  readonly ear?: LegId | undefined;
  readonly mouth?: Mouth | undefined;
}

/**
 * Our own channels and bridges, as the PBX reports them and by nothing else. The facts of a supervision are read from
 * here, so that a gateway that has just started says the same as one that made them.
 */
export class OwnParts {
  readonly #tag: string;
  readonly #channels = new Map<string, OwnChannel>();
  readonly #bridges = new Map<string, { readonly name: OwnName; readonly members: Set<string> }>();
  readonly #silent = new Map<SupervisionId, readonly LegId[]>();
  readonly #bySupervision = new Map<SupervisionId, Set<string>>();
  /** Channels that the PBX has said are gone: a late event or an older list must not bring them back. */
  readonly #gone = new Set<string>();

  readonly #taken: TakenOver;

  constructor(tag: string, taken: TakenOver) {
    this.#tag = tag;
    this.#taken = taken;
  }

  /** Every supervision of which anything is left at the PBX. */
  supervisions(): SupervisionId[] {
    return [...this.#bySupervision.keys()];
  }

  channel(id: string): OwnChannel | undefined {
    return this.#channels.get(id);
  }

  /** The channels of a supervision that are of one of these kinds. */
  channels(supervision: SupervisionId, ...kinds: readonly PartKind[]): OwnChannel[] {
    const ids = [...(this.#bySupervision.get(supervision) ?? [])];
    return ids.flatMap((id) => this.#channels.get(id) ?? []).filter(({ part }) => kinds.includes(part));
  }

  /** The ids of a supervision's bridges, of one kind or of all. */
  bridges(supervision: SupervisionId, kind?: PartKind): string[] {
    const ids = [...(this.#bySupervision.get(supervision) ?? [])];
    return ids.filter((id) => {
      const part = this.#bridges.get(id)?.name.part;
      return part !== undefined && (kind === undefined || part === kind);
    });
  }

  /** What of ours is of no known supervision: snoops and bridges that have lost their leg. */
  orphans(): SupervisionId[] {
    return this.supervisions().filter((supervision) => this.channels(supervision, "leg").length === 0);
  }

  /**
   * What the PBX says of a supervision; undefined when the supervisor's leg is not there. `kept` is what is missing for a
   * moment only.
   */
  facts(supervision: SupervisionId, kept: Kept = {}): SupervisionFacts | undefined {
    const [leg] = this.channels(supervision, "leg");
    if (leg === undefined) return undefined;
    const ear = this.channels(supervision, "ear").find((snoop) => this.#together(snoop, leg.id, "earbridge"));
    const heard = ear?.target === undefined ? kept.ear : legIdOf(ear.target);
    const mouth = this.#mouth(supervision) ?? kept.mouth;
    const silent = this.#silent.get(supervision) ?? [];
    return {
      id: supervision,
      leg: leg.held ? "held" : leg.up && leg.stasis !== "before" ? "up" : "ringing",
      ...(heard === undefined ? {} : { ear: heard }),
      ...(mouth === undefined ? {} : { mouth }),
      ...(mouth === undefined || silent.length === 0 ? {} : { silent }),
    };
  }

  /** The legs that carry a mouth and send no sound; none to forget it. */
  silent(supervision: SupervisionId, legs: readonly LegId[]): void {
    if (legs.length === 0) this.#silent.delete(supervision);
    else this.#silent.set(supervision, legs);
  }

  #mouth(supervision: SupervisionId): Mouth | undefined {
    const voices = this.channels(supervision, "voice");
    const speaking = this.channels(supervision, "everyone", "agent").filter((snoop) => {
      return voices.some((voice) => this.#together(snoop, voice.id, "mouthbridge"));
    });
    const worst = speaking.find(({ part }) => part === "everyone") ?? speaking[0];
    const reach: Reach | undefined = worst === undefined ? undefined : reachOf(worst.part);
    return worst?.target === undefined || reach === undefined ? undefined : { leg: legIdOf(worst.target), reach };
  }

  #together(snoop: OwnChannel, other: string, kind: PartKind): boolean {
    const bridge = snoop.bridge === undefined ? undefined : this.#bridges.get(snoop.bridge);
    return bridge !== undefined && bridge.name.part === kind && bridge.members.has(other);
  }

  /** The supervision whose bridge holds a stranger, or whose channel is in a stranger's bridge, by this event. */
  intruded(event: AriEvent): SupervisionId | undefined {
    if (event.kind === "transfer") {
      const ids = [...event.channels, ...event.bridges];
      return ids.map((id) => this.#named(id)?.supervision).find((supervision) => supervision !== undefined);
    }
    if (event.kind === "channel") {
      // A transfer of our leg makes new channels, some milliseconds before they come into our bridge.
      const { id, linkedid } = event.channel;
      const root = linkedid === undefined || this.#taken.isEarshots(id) ? undefined : this.#named(linkedid);
      return root?.supervision;
    }
    if (event.kind === "merged") return (this.#named(event.into.id) ?? this.#named(event.from.id))?.supervision;
    if (event.kind !== "entered") return undefined;
    const channel = this.#named(event.channel.id);
    const bridge = this.#named(event.bridge.id);
    if (channel?.supervision === bridge?.supervision) return undefined;
    return (bridge ?? channel)?.supervision;
  }

  /** The supervisions whose bridges hold a stranger, or whose channels are in a stranger's bridge, by these lists. */
  intrudedIn(bridges: readonly AriBridge[]): SupervisionId[] {
    return bridges.flatMap(({ id, members }) => {
      const own = this.#named(id)?.supervision;
      return members.flatMap((member) => {
        const theirs = this.#named(member)?.supervision;
        return own === theirs ? [] : (own ?? theirs ?? []);
      });
    });
  }

  /** Whether the event is about something that any earshot made, so that it is no business of the board. */
  concerns(event: AriEvent): boolean {
    const madeByEarshot = (id: string): boolean => this.#taken.isEarshots(id);
    switch (event.kind) {
      case "bridge":
      case "bridge-gone":
        return madeByEarshot(event.bridge.id);
      case "merged":
        return madeByEarshot(event.into.id) || madeByEarshot(event.from.id);
      case "dial":
        return madeByEarshot(event.peer.id) || (event.caller !== undefined && madeByEarshot(event.caller.id));
      case "entered":
      case "left":
        return madeByEarshot(event.channel.id) || madeByEarshot(event.bridge.id);
      case "transfer":
      case "replaced":
        return false;
      default:
        return madeByEarshot(event.channel.id);
    }
  }

  /** Starts anew from what the PBX lists. */
  replace(channels: readonly AriChannel[], bridges: readonly AriBridge[], onHold: ReadonlyMap<string, boolean>): void {
    this.#channels.clear();
    this.#bridges.clear();
    this.#bySupervision.clear();
    for (const channel of channels)
      this.#seen(channel, channel.app === "Stasis" ? "in" : "before", onHold.get(channel.id) ?? false);
    for (const bridge of bridges) {
      this.#bridge(bridge.id);
      for (const member of bridge.members) if (!this.#gone.has(member)) this.#joined(member, bridge.id);
    }
  }

  /** Takes an event in. @returns the supervision it was about. */
  apply(event: AriEvent): SupervisionId | undefined {
    switch (event.kind) {
      case "bridge":
        return this.#bridge(event.bridge.id)?.supervision;
      case "bridge-gone":
        return this.#bridgeGone(event.bridge.id);
      case "entered":
        if (this.#gone.has(event.channel.id)) return this.#named(event.channel.id)?.supervision;
        this.#bridge(event.bridge.id);
        this.#seen(event.channel);
        this.#joined(event.channel.id, event.bridge.id);
        return (this.#named(event.channel.id) ?? this.#named(event.bridge.id))?.supervision;
      case "left":
        this.#left(event.channel.id, event.bridge.id);
        return (this.#named(event.channel.id) ?? this.#named(event.bridge.id))?.supervision;
      case "destroyed":
        return this.#destroyed(event.channel.id);
      case "dial":
        return this.#seen(event.peer);
      case "stasis-start":
        return this.#seen(event.channel, "in");
      case "stasis-end":
        return this.#seen(event.channel, "left");
      case "hold":
      case "unhold":
        return this.#seen(event.channel, undefined, event.kind === "hold");
      case "transfer":
      case "merged":
      case "replaced":
        return undefined;
      default:
        return this.#seen(event.channel);
    }
  }

  /** A channel of which the PBX says that it is not there. @returns the supervision, where it was known. */
  gone(channel: string): SupervisionId | undefined {
    // One that was never seen may still come of a request under way, and must be seen then to be taken away.
    return this.#channels.has(channel) ? this.#destroyed(channel) : undefined;
  }

  /** A supervisor's leg has become a party of a call: nothing of it is ours any more. @returns its supervision. */
  release(leg: string): SupervisionId | undefined {
    return this.#channels.has(leg) ? this.#destroyed(leg) : undefined;
  }

  /** A channel of this id is about to be made: the id of a leg is the same whenever its supervision is rung. */
  expect(channel: string): void {
    this.#gone.delete(channel);
  }

  #named(id: string): OwnName | undefined {
    return this.#taken.has(id) ? undefined : ownName(this.#tag, id);
  }

  #seen(channel: AriChannel, stasis?: OwnChannel["stasis"], held?: boolean): SupervisionId | undefined {
    const name = this.#named(channel.id);
    if (name === undefined) return undefined;
    if (this.#gone.has(channel.id)) return name.supervision;
    const known = this.#channels.get(channel.id);
    const target = snoopTarget(channel.name);
    this.#channels.set(channel.id, {
      ...name,
      id: channel.id,
      up: channel.state === "Up",
      stasis: stasis ?? known?.stasis ?? "before",
      held: held ?? known?.held ?? false,
      ...(target === undefined ? {} : { target }),
      ...(known?.bridge === undefined ? {} : { bridge: known.bridge }),
    });
    return this.#index(name.supervision, channel.id);
  }

  #bridge(id: string): OwnName | undefined {
    const name = this.#named(id);
    if (name === undefined) return undefined;
    if (!this.#bridges.has(id)) this.#bridges.set(id, { name, members: new Set() });
    this.#index(name.supervision, id);
    return name;
  }

  #index(supervision: SupervisionId, id: string): SupervisionId {
    const ids = this.#bySupervision.get(supervision) ?? new Set();
    this.#bySupervision.set(supervision, ids.add(id));
    return supervision;
  }

  #joined(channel: string, bridge: string): void {
    this.#bridges.get(bridge)?.members.add(channel);
    const known = this.#channels.get(channel);
    if (known !== undefined) this.#channels.set(channel, { ...known, bridge });
  }

  #left(channel: string, bridge: string): void {
    this.#bridges.get(bridge)?.members.delete(channel);
    const known = this.#channels.get(channel);
    if (known?.bridge !== bridge) return;
    const { bridge: _left, ...rest } = known;
    this.#channels.set(channel, rest);
  }

  #destroyed(channel: string): SupervisionId | undefined {
    const known = this.#channels.get(channel);
    if (known?.bridge !== undefined) this.#left(channel, known.bridge);
    this.#channels.delete(channel);
    if (this.#named(channel) !== undefined) this.#bury(channel);
    return this.#drop(channel);
  }

  #bury(channel: string): void {
    this.#gone.add(channel);
    const [oldest] = this.#gone;
    if (this.#gone.size > GONE_KEPT && oldest !== undefined) this.#gone.delete(oldest);
  }

  #bridgeGone(id: string): SupervisionId | undefined {
    for (const member of this.#bridges.get(id)?.members ?? []) this.#left(member, id);
    this.#bridges.delete(id);
    return this.#drop(id);
  }

  #drop(id: string): SupervisionId | undefined {
    const supervision = this.#named(id)?.supervision;
    if (supervision === undefined) return undefined;
    const ids = this.#bySupervision.get(supervision);
    ids?.delete(id);
    if (ids?.size === 0) {
      this.#bySupervision.delete(supervision);
      this.#silent.delete(supervision);
    }
    return supervision;
  }
}
