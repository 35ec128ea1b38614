import type { Call, Leg, LegId, Reach, SupervisionId } from "../../model/index.js";
import type { AriClient } from "./ari-client.js";
import { type Calls, legIdOf } from "./calls.js";
import type { Site } from "./site.js";

interface CarrierSite extends Pick<Site, "clock" | "silent"> {
  readonly ari: Pick<AriClient, "packetsReceived">;
  readonly calls: Pick<Calls, "callOf" | "channelOf">;
}

const EVERY_MS = 1_000;
/** The mouth's own making is over by then. */
const FIRST_MS = 250;
/** Over a shorter time a phone's own rhythm could look like silence. */
const LEAST_MS = 500;
/** A phone that speaks sends 16 packets a second and more (60 ms each); comfort noise (RFC 3389) comes far less often. */
const LEAST_A_SECOND = 8;

/** Packets of a channel, counted at some moment between the asking and the answer. */
interface Count {
  readonly packets: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/**
 * Whether the legs that a mouth rides on send sound: what is said into a snoop goes out only with a frame that passes.
 * Asks the PBX about once a second while a mouth is open, and at no other time. A leg counts as silent only where two
 * answers leave no doubt, however late they came, and where it holds. Music carries a voice or does not, and what comes
 * after it may not either (Asterisk 22): so the others count as silent from then on, until there is a new mouth.
 */
export class Carriers {
  readonly #site: CarrierSite;
  readonly #supervision: SupervisionId;
  readonly #counts = new Map<LegId, Count>();
  #on: { readonly channel: string; readonly reach: Reach } | undefined;
  /** Those whose packets were found missing last. */
  #quiet: ReadonlySet<LegId> = new Set();
  #music = false;
  /** What was said last; undefined where it is to be said whatever it is. */
  #named: string | undefined;
  #turn = 0;
  #cancel: () => void = () => undefined;

  constructor(site: CarrierSite, supervision: SupervisionId) {
    this.#site = site;
    this.#supervision = supervision;
  }

  /** Begins anew for a mouth on this channel. */
  watch(channel: string, reach: Reach): void {
    this.stop();
    this.#on = { channel, reach };
    this.#music = false;
    this.#quiet = new Set();
    this.#named = undefined;
    this.look();
    this.#again(FIRST_MS);
  }

  stop(): void {
    this.#turn += 1;
    this.#cancel();
    this.#on = undefined;
    this.#counts.clear();
  }

  /** Names who is silent by what is known of the call now. */
  look(): void {
    if (this.#on === undefined) return;
    const { channel, reach } = this.#on;
    const id = legIdOf(channel);
    const call = this.#site.calls.callOf(channel);
    const legs = upOn(call);
    if (call !== undefined && onMusic(call, channel)) this.#music = true;
    const sends = (leg: Leg) => !leg.holding && !this.#quiet.has(leg.id);
    // The agent's leg gets a frame when anybody else sends one.
    const carried = !this.#music && legs.some((leg) => leg.id !== id && sends(leg));
    const silent = legs.filter((leg) => {
      if (leg.id !== id) return !carried && (this.#music || !sends(leg));
      return leg.holding || (reach === "everyone" && !sends(leg));
    });
    this.#name(silent.map((leg) => leg.id));
  }

  async #round(channel: string, reach: Reach, turn: number): Promise<void> {
    const id = legIdOf(channel);
    const carriers = upOn(this.#site.calls.callOf(channel)).filter((leg) => leg.id !== id || reach === "everyone");
    const found = await Promise.all(carriers.map((leg) => this.#isSilent(leg)));
    if (turn !== this.#turn) return;
    this.#quiet = new Set(carriers.filter((_, place) => found[place]).map((leg) => leg.id));
    this.look();
    this.#again(EVERY_MS);
  }

  #again(ms: number): void {
    const turn = this.#turn;
    const on = this.#on;
    if (on !== undefined) this.#cancel = this.#site.clock.after(ms, () => void this.#round(on.channel, on.reach, turn));
  }

  #name(legs: readonly LegId[]): void {
    const named = legs.join(" ");
    if (named === this.#named) return;
    this.#named = named;
    this.#site.silent(this.#supervision, legs);
  }

  async #isSilent(leg: Leg): Promise<boolean> {
    const { ari, calls, clock } = this.#site;
    const channel = calls.channelOf(leg.id);
    const before = this.#counts.get(leg.id);
    this.#counts.delete(leg.id);
    if (channel === undefined) return false;
    const askedAt = clock.now();
    const answer = await ari.packetsReceived(channel);
    if (!answer.ok) return false;
    const now = { packets: answer.value, askedAt, answeredAt: clock.now() };
    this.#counts.set(leg.id, now);
    if (before === undefined) return false;
    const leastMs = now.askedAt - before.answeredAt;
    return leastMs >= LEAST_MS && now.packets - before.packets < (LEAST_A_SECOND * leastMs) / 1_000;
  }
}

/** Whether the other side of that leg holds, so that the leg is given music. */
export function onMusic(call: Call, channel: string): boolean {
  const others = upOn(call).filter(({ id }) => id !== legIdOf(channel));
  return others.length > 0 && others.every(({ holding }) => holding);
}

function upOn(call: Call | undefined): readonly Leg[] {
  return (call?.legs ?? []).filter(({ state }) => state === "up");
}
