import type { PersonId } from "../../model/index.js";
import type { AmiAnswer, AmiClient } from "./ami-client.js";
import { amiHeader } from "./ami-messages.js";
import type { AriBridge, AriChannel, AriEvent } from "./ari-messages.js";
import { applicationOf, handedOverAt, names, placeIn } from "./setup/needs.js";
import { CONFIRMED_MS, type Refused, refused, type Site, verified } from "./site.js";
import type { Place } from "./transfers.js";

const MODULE = "app_confbridge.so";

export interface RoomsParts {
  readonly site: Site;
  readonly ami: AmiClient | undefined;
  readonly gateway: string;
}

/**
 * Bridges for three that are the PBX's own (ConfBridge): legs are sent there by the dialplan that setup writes, and stay
 * together whatever becomes of this gateway. Once two are left, they are connected as in any call.
 */
export class Rooms {
  readonly #site: Site;
  readonly #ami: AmiClient | undefined;
  readonly context: string;
  readonly #bridges = new Set<string>();
  readonly #connecting = new Set<string>();

  constructor({ site, ami, gateway }: RoomsParts) {
    this.#site = site;
    this.#ami = ami;
    this.context = applicationOf(gateway);
  }

  /** Starts anew from what the PBX lists, and connects whoever was left as two while nobody looked. */
  replace(channels: readonly AriChannel[], bridges: readonly AriBridge[]): void {
    this.#bridges.clear();
    const here = new Set(channels.filter((channel) => this.#isHere(channel)).map(({ id }) => id));
    for (const { id, members } of bridges) {
      if (!members.some((member) => here.has(member))) continue;
      this.#bridges.add(id);
      this.#look(id, members);
    }
  }

  /** After the calls have taken an event in. */
  tend(event: AriEvent): void {
    if (event.kind === "entered" && this.#isHere(event.channel)) this.#bridges.add(event.bridge.id);
    if (event.kind === "bridge-gone") this.#bridges.delete(event.bridge.id);
    if (event.kind !== "left" || !this.#bridges.has(event.bridge.id)) return;
    this.#look(event.bridge.id, this.#site.calls.members(event.bridge.id));
  }

  /** Why nobody can be put into a room now; undefined when the PBX has everything for it. */
  async missing(): Promise<Refused | undefined> {
    const ami = this.#ami;
    if (ami?.loggedIn !== true) return refused("take-over-missing", "AMI is not logged in");
    const places = handedOverAt.map((exten) => `DIALPLAN_EXISTS(${this.context},${placeIn(exten)},1)`);
    const [modules, profiles, ...extensions] = await Promise.all([
      this.#site.ari.modules(),
      ami.action("GetConfig", [["Filename", "confbridge.conf"]]),
      ...places.map((variable) => ami.action("Getvar", [["Variable", variable]])),
    ]);
    if (!modules.ok || !modules.value.includes(MODULE)) return refused("take-over-missing", `${MODULE} is not loaded`);
    const sections = profiles.ok ? profiles.response.map(([, value]) => value) : [];
    const needed = [names.roomProfile, names.partyProfile];
    if (!needed.every((name) => sections.includes(name))) {
      return refused("take-over-missing", "confbridge.conf does not have what `earshot pbx setup` writes");
    }
    const there = extensions.every((answer) => answer.ok && amiHeader(answer.response, "Value") === "1");
    return there ? undefined : refused("take-over-missing", `the dialplan has no context ${this.context} as written`);
  }

  /**
   * Puts an agent's leg and the one it talks to into a room, both at once. @returns undefined once both are there, or the
   * far one is at least: then somebody must come to it.
   */
  async fill(room: string, channel: string, agent: PersonId): Promise<Refused | undefined> {
    const { calls } = this.#site;
    const far = this.farOf(channel);
    if (typeof far !== "string") return far;
    const failure =
      (await this.missing()) ?? (await verified(this.#site, channel, agent)) ?? (await this.#site.privacy(channel));
    if (failure !== undefined) return failure;
    const [nameOfFar, name] = [far, channel].map((id) => calls.node(id)?.channel.name);
    if (nameOfFar === undefined || name === undefined || this.farOf(channel) !== far) {
      return refused("call-gone", "the call changed while it was looked at");
    }
    // Both at once: apart, the one that stays would be hung up with its call.
    const place = `${names.takeOver}${room}`;
    const redirected = await this.#redirect([
      [nameOfFar, place],
      [name, place],
    ]);
    if (redirected !== undefined) return redirected;
    const roomOf = (id: string): string | undefined => {
      const bridge = calls.node(id)?.bridge;
      return bridge !== undefined && this.#bridges.has(bridge) ? bridge : undefined;
    };
    const together = await this.#site.until(() => {
      if (calls.node(far) === undefined) return "gone";
      return roomOf(far) !== undefined && roomOf(far) === roomOf(channel) ? "there" : undefined;
    }, CONFIRMED_MS);
    return together === "there" || roomOf(far) !== undefined
      ? undefined
      : refused(together === "gone" ? "call-gone" : "pbx-failed", "the call did not come into the room");
  }

  /**
   * Connects a leg that is on its way somewhere with one that waits. @param elsewhere where it goes when that one is gone
   * by then. @returns why it was surely not done; else it may have been, seen or not.
   */
  async connect(channel: string, waiting: string, elsewhere: Place | undefined): Promise<Refused | undefined> {
    const { ari, calls, parts } = this.#site;
    const left = await this.#site.until(() => {
      const leg = parts.channel(waiting);
      return leg === undefined ? "gone" : leg.stasis === "left" ? "waits" : undefined;
    }, CONFIRMED_MS);
    const waiter = await ari.channel(waiting);
    const name = calls.node(channel)?.channel.name;
    if (left !== "waits" || name === undefined || !waiter.ok) return refused("call-gone", "one of the two is gone");
    const variables = [
      [names.connectWith, waiter.value.name],
      [names.elseTo, elsewhere === undefined ? "" : `${elsewhere.context},${elsewhere.exten},1`],
    ];
    for (const [variable = "", value = ""] of variables) {
      const set = await this.#ami?.action("Setvar", [
        ["Channel", name],
        ["Variable", variable],
        ["Value", value],
      ]);
      if (set?.ok !== true) return refused("pbx-failed", set?.why ?? "AMI is not configured");
    }
    const closed = this.closed(channel);
    if (closed !== undefined) return closed;
    if (parts.channel(waiting) === undefined || this.#isAnswered(channel)) {
      return refused("call-gone", "somebody else has answered meanwhile, or nobody waits");
    }
    const answer = await this.#order([[name, names.connect]]);
    if (answer === undefined) return refused("take-over-missing", "AMI is not configured");
    return answer.ok || answer.perhaps === true ? undefined : refused("pbx-failed", answer.why);
  }

  /** Nobody else will come to the room that this channel is in, if it is in one. */
  settle(channel: string): void {
    const bridge = this.#site.calls.node(channel)?.bridge;
    if (bridge !== undefined && this.#bridges.has(bridge)) this.#look(bridge, this.#site.calls.members(bridge));
  }

  /** Why nobody may come to this channel's call, as it is known here now: it is private (R20). */
  closed(channel: string): Refused | undefined {
    const isPrivate = this.#site.calls.callOf(channel)?.private !== undefined;
    return isPrivate ? refused("call-private", "the call is private") : undefined;
  }

  /** Whom an agent's leg talks to, where that is one leg and no more. */
  farOf(channel: string): string | Refused {
    const [far, ...more] = this.#site.calls.parties(channel).filter((id) => id !== channel);
    if (far === undefined) return refused("call-gone", "nobody is on the call with the agent");
    return more.length === 0 ? far : refused("more-than-two", "more than two are on the call");
  }

  #isHere({ exten }: AriChannel): boolean {
    return exten.startsWith(names.takeOver);
  }

  #look(bridge: string, members: readonly string[]): void {
    const [one, other, ...more] = members;
    if (one === undefined || other === undefined || more.length > 0 || this.#connecting.has(bridge)) return;
    this.#connecting.add(bridge);
    void this.#connect(bridge, one, other).finally(() => this.#connecting.delete(bridge));
  }

  /**
   * Connects two as any call is connected, with hold music; not done, they go on talking in the room. One after the other:
   * a leg that is fetched while it is still on its way out would go on its way afterwards.
   */
  async #connect(bridge: string, one: string, other: string): Promise<void> {
    const { calls, taken, log } = this.#site;
    const [runs, waits] = taken.has(one) ? [other, one] : [one, other];
    const [nameOfRunner, nameOfWaiter] = [runs, waits].map((id) => calls.node(id)?.channel.name);
    if (this.#ami?.loggedIn !== true || nameOfRunner === undefined || nameOfWaiter === undefined) return;
    const named = await this.#ami.action("Setvar", [
      ["Channel", nameOfRunner],
      ["Variable", names.connectWith],
      ["Value", nameOfWaiter],
    ]);
    const failure = named.ok
      ? ((await this.#redirect([[nameOfWaiter, names.tookOver]])) ??
        (await this.#hasLeft(waits, bridge)) ??
        (await this.#redirect([[nameOfRunner, names.connect]])))
      : refused("pbx-failed", named.why);
    if (failure !== undefined) log.warn({ why: failure.detail }, "two parties stay in the room of a call handed over");
  }

  async #hasLeft(channel: string, bridge: string): Promise<Refused | undefined> {
    const left = await this.#site.until(() => {
      return this.#site.calls.node(channel)?.bridge === bridge ? undefined : true;
    }, CONFIRMED_MS);
    return left === true ? undefined : refused("pbx-failed", "a leg did not leave the room");
  }

  /** Whether a leg already talks to another party, on its own way. */
  #isAnswered(channel: string): boolean {
    const { calls } = this.#site;
    const others = calls.parties(channel).filter((id) => id !== channel);
    return others.some((id) => calls.node(id)?.channel.state === "Up" && calls.node(id)?.bridge !== undefined);
  }

  async #redirect(legs: Legs): Promise<Refused | undefined> {
    const answer = await this.#order(legs);
    if (answer === undefined) return refused("take-over-missing", "AMI is not configured");
    return answer.ok ? undefined : refused("pbx-failed", answer.why);
  }

  async #order(legs: Legs): Promise<AmiAnswer | undefined> {
    const headers = legs.flatMap(([channel, exten], place) => {
      const extra = place === 0 ? "" : "Extra";
      return [
        [`${extra}Channel`, channel],
        [`${extra}Context`, this.context],
        [`${extra}Exten`, exten],
        [`${extra}Priority`, "1"],
      ] as const;
    });
    return await this.#ami?.action("Redirect", headers);
  }
}

/** A channel's name, and the extension it is sent to. */
type LegAndPlace = readonly [channel: string, exten: string];
type Legs = readonly [LegAndPlace] | readonly [LegAndPlace, LegAndPlace];

/** The extension of a room, for the leg that takes the call over. */
export function placeOfTaker(room: string): string {
  return `${names.tookOver}${room}`;
}
