import type { ActionResult, Mouth as MouthFact, PersonId, Reach, SupervisionId } from "../../model/index.js";
import { legIdOf } from "./calls.js";
import { Carriers } from "./carriers.js";
import { endpointOf } from "./endpoints.js";
import { ownId, type PartKind, reachOf } from "./own-names.js";
import type { OwnChannel } from "./own-parts.js";
import {
  allRemoved,
  belongsTo,
  CONFIRMED_MS,
  OVERTAKEN,
  type Refused,
  refused,
  type Site,
  snooped,
  verified,
} from "./site.js";
import { Turn } from "./turn.js";

interface Wanted {
  readonly channel: string;
  readonly agent: PersonId;
  readonly reach: Reach;
}

const WATCH_MS = 2_000;
const INSIST_MS = 500;

/**
 * The path that carries a supervisor's voice: a snoop of the supervisor's leg and a speaking snoop of the agent's leg, in
 * a bridge of their own. It exists only while it is wanted. Closing never waits for an opening; an opening looks after
 * every step whether it was overtaken, and takes away what it made.
 */
export class Mouth {
  readonly #site: Site;
  readonly #supervision: SupervisionId;
  readonly #legId: string;
  readonly #carriers: Carriers;
  /** Raised by every closing. */
  #closings = 0;
  #opening: Promise<unknown> = Promise.resolve();
  #wanted: Wanted | undefined;
  /** The snoops and bridges of ours that may be there; any other one is taken away on sight. */
  #allowed = new Set<string>();
  /** It was connected and nobody has closed it: what is missing now was taken away by somebody else. */
  #sounding = false;
  #renewing = false;
  #turn = 0;
  #resting = false;
  #cancelWatch: () => void = () => undefined;
  #cancelInsist: () => void = () => undefined;

  constructor(site: Site, supervision: SupervisionId) {
    this.#site = site;
    this.#supervision = supervision;
    this.#legId = ownId(site.tag, supervision, "leg");
    this.#carriers = new Carriers(site, supervision);
  }

  /** The channel that is spoken to or about to be, and whose it must be. */
  get target(): { readonly channel: string; readonly agent: PersonId } | undefined {
    return this.#wanted;
  }

  /** The mouth that is there again in a moment: nobody has closed it. */
  get kept(): MouthFact | undefined {
    const wanted = this.#wanted;
    return this.#renewing && wanted !== undefined ? { leg: legIdOf(wanted.channel), reach: wanted.reach } : undefined;
  }

  /** Takes over a mouth that was there before this gateway started, where it is beyond doubt whose leg it is on. */
  adopt(): void {
    for (const snoop of this.#speaking()) {
      const name = snoop.target === undefined ? undefined : this.#site.calls.node(snoop.target)?.channel.name;
      const endpoint = name === undefined ? undefined : endpointOf(name);
      const owner = endpoint === undefined ? undefined : this.#site.owners.endpoint(endpoint);
      const reach = reachOf(snoop.part);
      if (owner?.certain !== true || snoop.target === undefined || reach === undefined) continue;
      this.#wanted = { channel: snoop.target, agent: owner.person.id, reach };
      this.#allowed.add(snoop.id);
    }
    if (this.#wanted === undefined) {
      void this.close();
      return;
    }
    for (const { id } of this.#parts("voice")) this.#allowed.add(id);
    for (const id of this.#bridges()) this.#allowed.add(id);
    this.#sounding = true;
    this.#watch();
    this.#listenToCarriers();
  }

  /** Opens, or changes who hears: the old reach is gone before the new one sounds. Openings run one after another. */
  async open(wanted: Wanted): Promise<ActionResult> {
    const closings = this.#closings;
    const result = this.#opening.then(() => this.#open(wanted, closings));
    this.#opening = result.catch(() => undefined);
    return await result;
  }

  /**
   * Lets go of the leg that it speaks to, for a moment. @returns how to speak to it again, which must be called: an opening
   * waits for it, and where somebody has closed meanwhile it does nothing.
   */
  async letGo(channel: string): Promise<() => Promise<void>> {
    const closings = this.#closings;
    const overtaken = () => this.#closings !== closings;
    const turn = new Turn(this.#opening);
    this.#opening = turn.over;
    await turn.begun;
    const wanted = this.#wanted;
    if (overtaken() || wanted?.channel !== channel) return turn.end;
    this.#renewing = true;
    this.#sounding = false;
    const speaking = this.#speaking().map(({ id }) => id);
    const gone = await allRemoved(this.#site, speaking);
    for (const id of speaking) this.#allowed.delete(id);
    return async () => {
      const result = gone && !overtaken() ? await this.#open(wanted, closings) : OVERTAKEN;
      if (!result.ok && !overtaken()) await this.close();
      this.#renewing = false;
      await turn.end();
    };
  }

  /** Looks at the call again: who carries the voice may have changed. */
  look(): void {
    this.#carriers.look();
  }

  /** @returns true once the PBX has said that nothing speaks any more; what is left over goes in the background. */
  async close(): Promise<boolean> {
    this.#closings += 1;
    this.#wanted = undefined;
    this.#sounding = false;
    this.#cancelWatch();
    this.#cancelInsist();
    this.#carriers.stop();
    this.#site.look();
    const attempted = [...this.#allowed];
    this.#allowed = new Set();
    const speaking = [...this.#speaking().map(({ id }) => id), ...attempted.filter(isSpeaking)];
    const closed = await allRemoved(this.#site, speaking);
    if (!closed) this.#insist();
    void this.#clear(attempted);
    return closed;
  }

  /** Forgets its timers for good, those of requests under way included; what is at the PBX stays. */
  rest(): void {
    this.#resting = true;
    this.#cancelWatch();
    this.#cancelInsist();
    this.#carriers.stop();
  }

  /** Looks after what is there, after every event of this supervision. */
  tend(): void {
    if (this.#sounding && this.#site.parts.facts(this.#supervision)?.mouth === undefined) void this.close();
    const strays = [...this.#speaking(), ...this.#parts("voice")].filter(({ id }) => !this.#allowed.has(id));
    for (const { id } of strays) void this.#site.ari.hangUp(id);
    for (const id of this.#bridges()) if (!this.#allowed.has(id)) void this.#site.ari.destroyBridge(id);
  }

  /** Asks the PBX whose leg it is, and closes when it is not certain any more. */
  async verify(): Promise<void> {
    const { target } = this;
    if (target === undefined) return;
    const doubt = await verified(this.#site, target.channel, target.agent);
    if (doubt !== undefined && this.target === target) await this.close();
  }

  async #open(wanted: Wanted, closings: number): Promise<ActionResult> {
    const overtaken = () => this.#closings !== closings;
    if (overtaken()) return OVERTAKEN;
    const doubt = await verified(this.#site, wanted.channel, wanted.agent);
    if (overtaken()) return OVERTAKEN;
    if (doubt !== undefined) {
      await this.close();
      return doubt;
    }
    const leg = this.#site.parts.facts(this.#supervision)?.leg;
    if (leg !== "up") return refused("not-supervising", "the supervisor's phone is not up");
    const present = this.#site.parts.facts(this.#supervision)?.mouth;
    if (present !== undefined && this.#same(wanted)) return { ok: true };

    const before = this.#speaking();
    this.#wanted = wanted;
    this.#sounding = false;
    this.#carriers.stop();
    const made = await this.#prepare(wanted, before, overtaken);
    if (!overtaken() && !("ok" in made)) {
      const failure = await this.#connect(wanted, made, overtaken);
      if (failure === undefined && !overtaken()) {
        this.#sounding = true;
        this.#watch();
        this.#listenToCarriers();
        return { ok: true };
      }
      if (!overtaken()) {
        await this.close();
        return failure ?? OVERTAKEN;
      }
    }
    if (overtaken()) {
      // The closing may have come too early to see what was made meanwhile.
      await allRemoved(this.#site, this.#unwanted());
      return OVERTAKEN;
    }
    await this.close();
    return "ok" in made ? made : OVERTAKEN;
  }

  /** Makes both snoops and takes the old speaking one away; nothing is connected yet, so nothing sounds. */
  async #prepare(wanted: Wanted, before: readonly OwnChannel[], overtaken: () => boolean): Promise<Made | Refused> {
    const speaker = this.#id(wanted.reach === "agent" ? "agent" : "everyone");
    const remove = () =>
      allRemoved(
        this.#site,
        before.map(({ id }) => id),
      );
    // Whoever narrows, or turns to another leg, must not go on being heard because the new snoop is slow or fails.
    const first = before.some((snoop) => snoop.part === "everyone" || snoop.target !== wanted.channel);
    const early = first ? remove() : undefined;
    const settings = { spy: "none", whisper: wanted.reach === "agent" ? "out" : "both" } as const;
    const [path, failure] = await Promise.all([
      this.#voice(overtaken),
      snooped(this.#site, wanted.channel, speaker, settings, overtaken),
    ]);
    if ("ok" in path) return path;
    if (failure !== undefined) return failure;
    if (overtaken()) return OVERTAKEN;
    const gone = await (early ?? remove());
    for (const { id } of before) this.#allowed.delete(id);
    return gone ? { ...path, speaker } : refused("pbx-failed", "the PBX does not let go of the old reach");
  }

  /** The bridge and the snoop of the supervisor's own leg, made or still there. */
  async #voice(overtaken: () => boolean): Promise<{ readonly bridge: string; readonly voice: string } | Refused> {
    const [voice] = this.#parts("voice").filter(({ id, bridge }) => this.#allowed.has(id) && bridge !== undefined);
    if (voice?.bridge !== undefined) return { voice: voice.id, bridge: voice.bridge };
    const made = { voice: this.#id("voice"), bridge: this.#id("mouthbridge") };
    const [bridge, failure] = await Promise.all([
      this.#site.ari.createBridge(made.bridge),
      snooped(this.#site, this.#legId, made.voice, { spy: "in", whisper: "none" }, overtaken),
    ]);
    if (!bridge.ok) return refused("pbx-failed", bridge.why);
    return failure ?? made;
  }

  async #connect(
    wanted: Wanted,
    { bridge, voice, speaker }: Made,
    overtaken: () => boolean,
  ): Promise<Refused | undefined> {
    // Events since the PBX was asked are in here already: the last look before there is sound.
    const node = this.#site.calls.node(wanted.channel);
    if (node === undefined || !belongsTo(this.#site.owners, node.channel.name, wanted.agent)) {
      return refused("leg-uncertain", "the leg changed while the mouth was being opened");
    }
    if (this.#site.calls.callOf(wanted.channel)?.private !== undefined) {
      return refused("call-private", "the call is private");
    }
    const voiceIn = this.#site.parts.channel(voice)?.bridge === bridge;
    const answer = await this.#site.ari.addToBridge(bridge, voiceIn ? [speaker] : [voice, speaker]);
    if (!answer.ok) return refused("pbx-failed", answer.why);
    const confirmed = await this.#site.until(() => {
      return overtaken() || this.#site.parts.facts(this.#supervision)?.mouth !== undefined || undefined;
    }, CONFIRMED_MS);
    return confirmed === undefined ? refused("pbx-failed", "the PBX did not confirm the mouth") : undefined;
  }

  #same({ channel, reach }: Wanted): boolean {
    const speaking = this.#speaking();
    const [only] = speaking;
    return (
      speaking.length === 1 && only?.target === channel && reachOf(only.part) === reach && this.#wanted !== undefined
    );
  }

  #speaking(): OwnChannel[] {
    return this.#parts("agent", "everyone");
  }

  #parts(...kinds: PartKind[]): OwnChannel[] {
    return this.#site.parts.channels(this.#supervision, ...kinds);
  }

  #bridges(): string[] {
    return this.#site.parts.bridges(this.#supervision, "mouthbridge");
  }

  #unwanted(): string[] {
    return [...this.#speaking(), ...this.#parts("voice")].map(({ id }) => id).filter((id) => !this.#allowed.has(id));
  }

  #id(part: PartKind): string {
    this.#turn += 1;
    const id = ownId(this.#site.tag, this.#supervision, part, `${this.#site.clock.now().toString(36)}${this.#turn}`);
    this.#allowed.add(id);
    return id;
  }

  /** A name can change without any event (masquerade), so while somebody may be heard the PBX is asked again. */
  #watch(): void {
    this.#cancelWatch();
    if (this.#resting) return;
    this.#cancelWatch = this.#site.clock.after(WATCH_MS, () => {
      this.#watch();
      void this.verify();
    });
  }

  #listenToCarriers(): void {
    if (!this.#resting && this.#wanted !== undefined) this.#carriers.watch(this.#wanted.channel, this.#wanted.reach);
  }

  #insist(): void {
    this.#cancelInsist();
    if (this.#resting) return;
    this.#cancelInsist = this.#site.clock.after(INSIST_MS, () => {
      if (this.#wanted === undefined && this.#speaking().length > 0) void this.close();
    });
  }

  async #clear(attempted: readonly string[]): Promise<void> {
    const voices = [...this.#parts("voice").map(({ id }) => id), ...attempted.filter((id) => id.includes("-voice-"))];
    await allRemoved(
      this.#site,
      voices.filter((id) => !this.#allowed.has(id)),
    );
    const bridges = new Set([...this.#bridges(), ...attempted.filter((id) => id.includes("-mouthbridge-"))]);
    for (const id of bridges) if (!this.#allowed.has(id)) await this.#site.ari.destroyBridge(id);
  }
}

interface Made {
  readonly bridge: string;
  readonly voice: string;
  readonly speaker: string;
}

function isSpeaking(id: string): boolean {
  return /-(?:agent|everyone)-[a-z0-9]+$/.test(id);
}
