import type { Leg, LegId, Reach, SupervisionId } from "../../model/index.js";
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
 * answers leave no doubt, however late they came.
 */
export class Carriers {
  readonly #site: CarrierSite;
  readonly #supervision: SupervisionId;
  readonly #counts = new Map<LegId, Count>();
  #turn = 0;
  #cancel: () => void = () => undefined;

  constructor(site: CarrierSite, supervision: SupervisionId) {
    this.#site = site;
    this.#supervision = supervision;
  }

  /** Begins anew for a mouth on this channel. */
  watch(channel: string, reach: Reach): void {
    this.stop();
    this.#site.silent(this.#supervision, []);
    this.#again(FIRST_MS, channel, reach);
  }

  stop(): void {
    this.#turn += 1;
    this.#cancel();
    this.#counts.clear();
  }

  async #round(channel: string, reach: Reach, turn: number): Promise<void> {
    const id = legIdOf(channel);
    const legs = (this.#site.calls.callOf(channel)?.legs ?? []).filter(({ state }) => state === "up");
    const carriers = legs.filter((leg) => leg.id !== id || reach === "everyone");
    const found = await Promise.all(carriers.map((leg) => this.#isSilent(leg)));
    if (turn !== this.#turn) return;
    const silent = carriers.filter((_, place) => found[place]);
    const others = carriers.filter((leg) => leg.id !== id);
    // The agent's leg gets a frame when anybody else sends one, or the music of whoever holds.
    const carried = others.some((leg) => leg.holding || !silent.includes(leg));
    const named = silent.filter((leg) => leg.id === id || !carried).map((leg) => leg.id);
    this.#site.silent(this.#supervision, named);
    this.#again(EVERY_MS, channel, reach);
  }

  #again(ms: number, channel: string, reach: Reach): void {
    const turn = this.#turn;
    this.#cancel = this.#site.clock.after(ms, () => void this.#round(channel, reach, turn));
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
