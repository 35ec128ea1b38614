import type { PersonId, Reach, SupervisionId } from "../../model/index.js";
import { ownId, type PartKind } from "./own-names.js";
import type { OwnChannel } from "./own-parts.js";
import { allRemoved, belongsTo, CONFIRMED_MS, OVERTAKEN, type Refused, refused, type Site, snooped } from "./site.js";

/** Who is to be heard where. */
export interface Wanted {
  readonly channel: string;
  readonly agent: PersonId;
  readonly reach: Reach;
}

interface Made {
  readonly bridge: string;
  readonly voice: string;
  readonly speaker: string;
}

/**
 * The path that carries a supervisor's voice: a snoop of the supervisor's leg and a speaking snoop of the agent's leg, in
 * a bridge of their own. Makes it, step by step, and takes it away; whether it is wanted, the mouth says.
 */
export class VoicePath {
  readonly #site: Site;
  readonly #supervision: SupervisionId;
  readonly #legId: string;
  /** The snoops and bridges of ours that may be there; any other one is taken away on sight. */
  #allowed = new Set<string>();
  #turn = 0;

  constructor(site: Site, supervision: SupervisionId) {
    this.#site = site;
    this.#supervision = supervision;
    this.#legId = ownId(site.tag, supervision, "leg");
  }

  /** Our snoops that speak. */
  speaking(): OwnChannel[] {
    return this.#parts("agent", "everyone");
  }

  /** These channels and bridges of ours may stay. */
  keep(ids: readonly string[]): void {
    for (const id of ids) this.#allowed.add(id);
  }

  /** The snoops of the supervisor's own leg and the bridges that are there may stay. */
  keepVoice(): void {
    this.keep(this.#parts("voice").map(({ id }) => id));
    this.keep(this.#bridges());
  }

  /** Makes both snoops and takes the old speaking one away; nothing is connected yet, so nothing sounds. */
  async prepare(wanted: Wanted, before: readonly OwnChannel[], overtaken: () => boolean): Promise<Made | Refused> {
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

  /** Puts both snoops into the bridge: from now on there is sound. */
  async connect(
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

  /** Takes away what speaks, and leaves the rest for what speaks next. @returns false when the PBX does not let go of it. */
  async letGo(): Promise<boolean> {
    const speaking = this.speaking().map(({ id }) => id);
    const gone = await allRemoved(this.#site, speaking);
    for (const id of speaking) this.#allowed.delete(id);
    return gone;
  }

  /** @returns true once the PBX has said that nothing speaks any more; what is left over goes in the background. */
  async close(): Promise<boolean> {
    const attempted = [...this.#allowed];
    this.#allowed = new Set();
    const speaking = [...this.speaking().map(({ id }) => id), ...attempted.filter(isSpeaking)];
    const closed = await allRemoved(this.#site, speaking);
    void this.#clear(attempted);
    return closed;
  }

  /** Takes away on sight what may not be there. */
  tend(): void {
    for (const id of this.#strays()) void this.#site.ari.hangUp(id);
    for (const id of this.#bridges()) if (!this.#allowed.has(id)) void this.#site.ari.destroyBridge(id);
  }

  /** Takes away the snoops that may not be there, until the PBX says so. */
  async removeStrays(): Promise<void> {
    await allRemoved(this.#site, this.#strays());
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

  #parts(...kinds: PartKind[]): OwnChannel[] {
    return this.#site.parts.channels(this.#supervision, ...kinds);
  }

  #bridges(): string[] {
    return this.#site.parts.bridges(this.#supervision, "mouthbridge");
  }

  #strays(): string[] {
    return [...this.speaking(), ...this.#parts("voice")].map(({ id }) => id).filter((id) => !this.#allowed.has(id));
  }

  #id(part: PartKind): string {
    this.#turn += 1;
    const id = ownId(this.#site.tag, this.#supervision, part, `${this.#site.clock.now().toString(36)}${this.#turn}`);
    this.#allowed.add(id);
    return id;
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

function isSpeaking(id: string): boolean {
  return /-(?:agent|everyone)-[a-z0-9]+$/.test(id);
}
