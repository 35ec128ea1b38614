import type { ActionResult, Ending, PersonId, Reach, SupervisionId } from "../../model/index.js";
import type { AriEvent } from "./ari-messages.js";
import { Ear } from "./ear.js";
import { endpointOf } from "./endpoints.js";
import { Mouth } from "./mouth.js";
import { ownId } from "./own-names.js";
import type { OwnChannel } from "./own-parts.js";
import { names } from "./setup/needs.js";
import { belongsTo, type Refused, refused, removed, type Site } from "./site.js";

const LEASE_SECONDS = 90;
const RENEW_MS = 20_000;
const RENEW_AGAIN_MS = 5_000;
const INSIST_MS = 500;
const RING_SECONDS = 30;

/** The dialplan function that makes the PBX end a leg by itself, and what it is set to. */
export const lease = { variable: "TIMEOUT(absolute)", value: String(LEASE_SECONDS) } as const;

/** A blind transfer looks for its destination in this context, which nobody has: the phone's REFER is answered 404. */
const noTransfer = { TRANSFER_CONTEXT: names.nowhere } as const;

/** What has to be known to ring the supervisor's phone. */
export interface Ringing {
  /** `PJSIP/<endpoint>/<contact uri>`: that device and no other. */
  readonly endpoint: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * One supervision at the PBX: the supervisor's leg with its lease, an ear, a mouth. It closes by itself whatever is not
 * certain any more; it never opens anything by itself, but for what it has let go of for a moment.
 */
export class Session {
  readonly supervision: SupervisionId;
  readonly legId: string;
  readonly mouth: Mouth;
  readonly ear: Ear;
  readonly #site: Site;
  #ending: Ending | undefined;
  #wasUp = false;
  #rung = false;
  #resting = false;
  #renewedAt: number;
  #cancelLease: () => void = () => undefined;
  #cancelInsist: () => void = () => undefined;
  #closing: Promise<boolean> | undefined;
  #renewing: Promise<void> = Promise.resolve();
  /** The leg is on its way into the call: what it leaves by that is no end of it. */
  #handing = false;
  /** The leg is a party of the call, and nobody's to hang up. */
  #handedOver = false;

  constructor(site: Site, supervision: SupervisionId) {
    this.supervision = supervision;
    this.legId = ownId(site.tag, supervision, "leg");
    this.mouth = new Mouth(site, supervision);
    this.ear = new Ear(site, supervision);
    this.#site = site;
    this.#renewedAt = site.clock.now();
  }

  /** Why it ends, once it does. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** The PBX has said that it rings the phone, so that the leg is in every list read from then on. */
  get rung(): boolean {
    return this.#rung;
  }

  /** Takes over what an earlier gateway left at the PBX. */
  adopt(): void {
    for (const { id } of this.#site.parts.channels(this.supervision, "tone")) void this.#site.ari.hangUp(id);
    this.ear.adopt();
    this.mouth.adopt();
    this.tend(undefined);
    this.guardEar();
  }

  /** Rings; resolves once the phone is being rung. */
  async ring({ endpoint, variables }: Ringing): Promise<ActionResult> {
    this.#site.parts.expect(this.legId);
    const answer = await this.#site.ari.originate({
      id: this.legId,
      endpoint,
      callerId: "earshot <>",
      timeoutSeconds: RING_SECONDS,
      variables: { ...variables, ...noTransfer, [lease.variable]: lease.value },
    });
    if (this.#ending !== undefined) {
      await removed(this.#site, this.legId);
      return { ok: false, code: "pbx-failed", detail: "it was ended while the phone was being rung" };
    }
    if (answer.ok || answer.status === 409) {
      this.#rung = true;
      return { ok: true };
    }
    // Nobody knows whether a request without an answer was carried out.
    if (answer.status === 0) void removed(this.#site, this.legId);
    const code = answer.status === 500 ? "phone-not-registered" : "pbx-failed";
    return { ok: false, code, detail: answer.why };
  }

  async open(channel: string, agent: PersonId, reach: Reach): Promise<ActionResult> {
    return await this.mouth.open({ channel, agent, reach });
  }

  /**
   * Mouth, ear, leg, bridges, in that order, again and again until the PBX confirms it. Asked twice it is the same
   * ending. @returns true once the leg is gone, false when a first try has not done it.
   */
  end(ending: Ending): Promise<boolean> {
    this.#ending ??= ending;
    this.#cancelLease();
    this.#cancelInsist();
    this.#closing ??= this.#end().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  /** Forgets its timers for good, those of requests under way included; what is at the PBX stays. */
  rest(): void {
    this.#resting = true;
    this.#cancelLease();
    this.#cancelInsist();
    this.mouth.rest();
  }

  /**
   * Sends the leg into the room of the call, without its lease. Until it is there it is a supervision's leg, which an end
   * hangs up. @param lastLook why it may not go after all. @returns undefined once it is on its way.
   */
  async handOver(
    context: string,
    extension: string,
    lastLook: () => Refused | undefined,
  ): Promise<Refused | undefined> {
    this.#handing = true;
    this.#cancelLease();
    // A renewal that comes after the dialplan has taken the lease away would end the call.
    await this.#renewing;
    const refusal = lastLook();
    const goes = this.#ending === undefined && refusal === undefined;
    const answer = goes ? await this.#site.ari.goOn(this.legId, context, extension) : undefined;
    // The leg may be there before the PBX's answer is.
    if (answer?.ok === true && (this.#ending === undefined || this.#handedOver)) return undefined;
    this.#handing = false;
    void this.renew();
    return refusal ?? refused("pbx-failed", answer === undefined || answer.ok ? "it was ended meanwhile" : answer.why);
  }

  /** The leg has arrived: ear and mouth go, the leg stays. */
  handedOver(): void {
    this.#handedOver = true;
    void this.end("took-over");
  }

  /** After an event about our own channels and bridges. */
  tend(event: AriEvent | undefined): void {
    if (this.#ending !== undefined) {
      this.#takeAway();
      return;
    }
    this.#upOrNot();
    if (this.#handing) return;
    const goes = event?.kind === "stasis-end" || (event?.kind === "hangup-asked" && this.#wasUp);
    if (goes && event.channel.id === this.legId) void this.end("supervisor-hung-up");
    if (this.#leg()?.held === true) {
      // Held, the phone may go on sending what is said in the room, and resume would bring it back.
      void this.mouth.close();
      void this.ear.detach();
    }
    this.ear.tend();
    this.mouth.tend();
  }

  /** After the board has taken an event in, or the lists were read again. */
  guardEar(): void {
    if (this.#ending !== undefined) return;
    this.ear.guard();
    const isPrivate = (channel: string | undefined) =>
      channel !== undefined && this.#site.calls.callOf(channel)?.private !== undefined;
    if (!isPrivate(this.ear.target) && !isPrivate(this.mouth.target?.channel)) return;
    this.#cut();
    void this.ear.detach();
  }

  /** Before the board takes an event in: closes the mouth where the agent's leg is not what it was. */
  guard(event: AriEvent, bridgeOf: (channel: string) => string | undefined): void {
    const { target } = this.mouth;
    if (target === undefined) return;
    const bridge = bridgeOf(target.channel);
    if (event.kind === "transfer") {
      const touched =
        event.channels.includes(target.channel) || (bridge !== undefined && event.bridges.includes(bridge));
      if (touched) void this.mouth.close();
      return;
    }
    const about = channelOf(event);
    if (about !== undefined && this.#isSecond(about, target.channel)) {
      this.#cut();
      return;
    }
    if (about?.id !== target.channel) {
      const joins = event.kind === "entered" && event.bridge.id === bridge;
      if (joins || event.kind === "merged") void this.mouth.verify();
      return;
    }
    const left = event.kind === "left" || event.kind === "destroyed" || event.kind === "hangup-asked";
    if (left || !belongsTo(this.#site.owners, about.name, target.agent)) void this.mouth.close();
    else if (event.kind !== "hold" && event.kind !== "unhold") void this.mouth.verify();
  }

  /** Whether this is another channel of the device that is spoken to. */
  #isSecond(about: { readonly id: string; readonly name: string }, spokenTo: string): boolean {
    const endpoint = endpointOf(about.name);
    const name = this.#site.calls.node(spokenTo)?.channel.name;
    return about.id !== spokenTo && endpoint !== undefined && name !== undefined && endpointOf(name) === endpoint;
  }

  /** A second leg can be answered, and the first passed on to it, within milliseconds: a bridge falls apart the fastest. */
  #cut(): void {
    for (const bridge of this.#site.parts.bridges(this.supervision, "mouthbridge")) {
      void this.#site.ari.destroyBridge(bridge);
    }
    void this.mouth.close();
  }

  /** How it ended, now that the leg is gone; `cause` as the PBX gave it (Q.850). */
  endingBy(cause: number | undefined): Ending {
    if (this.#ending !== undefined) return this.#ending;
    if (this.#wasUp) {
      const lapsed = this.#site.clock.now() - this.#renewedAt >= LEASE_SECONDS * 1000;
      return lapsed ? "lost" : "supervisor-hung-up";
    }
    if (cause === 17 || cause === 21) return "declined";
    return cause !== undefined && UNREACHABLE.has(cause) ? "phone-unreachable" : "not-answered";
  }

  async #end(): Promise<boolean> {
    const closing = this.mouth.close();
    if (this.#ending === "intruder") {
      // What a stranger would hear must not wait for anything; a bridge falls apart faster than a snoop hangs up.
      await Promise.all([this.#withoutBridges(), closing, this.ear.detach()]);
    }
    await closing;
    await this.ear.detach();
    const gone = this.#handedOver || (await removed(this.#site, this.legId));
    const apart = await this.#withoutBridges();
    if (!gone || !apart) this.#insist();
    return gone;
  }

  /** Nobody else may know of it (an intruder is found here), so nobody else would ask again. */
  #insist(): void {
    this.#cancelInsist();
    if (this.#resting) return;
    this.#cancelInsist = this.#site.clock.after(INSIST_MS, () => void this.end(this.#ending ?? "lost"));
  }

  /** @returns true when the PBX has confirmed that none is left. */
  async #withoutBridges(): Promise<boolean> {
    const bridges = this.#site.parts.bridges(this.supervision);
    const answers = await Promise.all(bridges.map((bridge) => this.#site.ari.destroyBridge(bridge)));
    return answers.every((answer) => answer.ok || answer.status === 404);
  }

  /** What appears after the end was asked (a request that was under way) goes as well. */
  #takeAway(): void {
    if (this.#closing !== undefined) return;
    const channels = this.#site.parts.channels(this.supervision, "leg", "ear", "voice", "tone", "agent", "everyone");
    for (const { id } of channels) void this.#site.ari.hangUp(id);
    for (const id of this.#site.parts.bridges(this.supervision)) void this.#site.ari.destroyBridge(id);
  }

  #leg(): OwnChannel | undefined {
    return this.#site.parts.channel(this.legId);
  }

  #upOrNot(): void {
    const leg = this.#leg();
    if (this.#resting || this.#wasUp || leg?.up !== true || leg.stasis !== "in") return;
    this.#wasUp = true;
    void this.renew();
  }

  /** Has the PBX keep the leg for another lease, and asks again in time. */
  renew(): Promise<void> {
    if (this.#handing) return this.#renewing;
    this.#renewing = this.#renew();
    return this.#renewing;
  }

  async #renew(): Promise<void> {
    if (!this.#wasUp || this.#ending !== undefined) return;
    const answer = await this.#site.ari.setVariable(this.legId, lease.variable, lease.value);
    if (this.#resting || this.#handing || this.#ending !== undefined || this.#leg() === undefined) return;
    if (answer.ok) this.#renewedAt = this.#site.clock.now();
    else this.#site.log.warn({ why: answer.why }, "the lease of a supervision was not renewed");
    this.#cancelLease();
    this.#cancelLease = this.#site.clock.after(answer.ok ? RENEW_MS : RENEW_AGAIN_MS, () => void this.renew());
  }
}

/** Q.850: unassigned, no route, unacceptable, out of order, network out of order, temporary failure, subscriber absent. */
const UNREACHABLE = new Set([1, 2, 3, 6, 20, 27, 38, 41]);

function channelOf(event: AriEvent): { readonly id: string; readonly name: string } | undefined {
  if (event.kind === "dial") return event.peer;
  return "channel" in event ? event.channel : undefined;
}
