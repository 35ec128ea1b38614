import type { ActionResult, LegId, PersonId, SupervisionId } from "../../model/index.js";
import { legIdOf } from "./calls.js";
import { endpointOf } from "./endpoints.js";
import { ownId } from "./own-names.js";
import type { OwnChannel } from "./own-parts.js";
import { allRemoved, CONFIRMED_MS, OVERTAKEN, type Refused, refused, type Site, snooped } from "./site.js";
import { Turn } from "./turn.js";

/** What is heard or about to be, and the endpoint it had then. */
interface Target {
  readonly channel: string;
  readonly endpoint: string | undefined;
  /** Whose leg it must not cease to be; undefined where an earlier gateway knew. */
  readonly agent: PersonId | undefined;
  readonly unseen: boolean;
}

const STUCK = refused("pbx-failed", "the PBX does not let go of the old leg");

/**
 * The path by which a supervisor hears: a snoop of the agent's leg in one bridge with the supervisor's leg. Made once per
 * leg; a change of mode does not touch it.
 */
export class Ear {
  readonly #site: Site;
  readonly #supervision: SupervisionId;
  readonly #legId: string;
  readonly #bridge: string;
  #closings = 0;
  #attaching: Promise<unknown> = Promise.resolve();
  #allowed = new Set<string>();
  #target: Target | undefined;
  /** The channel that was asked for last, until that has its answer. */
  #asked: string | undefined;
  #renewing = false;
  #turn = 0;

  constructor(site: Site, supervision: SupervisionId) {
    this.#site = site;
    this.#supervision = supervision;
    this.#legId = ownId(site.tag, supervision, "leg");
    this.#bridge = ownId(site.tag, supervision, "earbridge");
  }

  /** The channel that is heard, or about to be. */
  get target(): string | undefined {
    return this.#target?.channel;
  }

  /** The leg that is heard again in a moment: nobody has taken the ear away. */
  get kept(): LegId | undefined {
    return this.#renewing && this.#target !== undefined ? legIdOf(this.#target.channel) : undefined;
  }

  /** Takes over an ear that was there before this gateway started. */
  adopt(): void {
    for (const { id, target } of this.#snoops()) {
      const name = target === undefined ? undefined : this.#site.calls.node(target)?.channel.name;
      if (target === undefined || name === undefined) continue;
      this.#allowed.add(id);
      // Nobody knows any more whether it may be seen.
      this.#target = { channel: target, endpoint: endpointOf(name), agent: undefined, unseen: true };
    }
    if (this.#target === undefined) void this.detach();
  }

  /**
   * Detaches where the channel is not there any more or has become another device's. A snoop does not go with the id of
   * its channel: when a ringing agent's call is picked up by a colleague, the id ends, and the snoop goes on, on the
   * colleague's leg (Asterisk 22).
   */
  guard(): void {
    const target = this.#target;
    if (target === undefined) return;
    const name = this.#site.calls.node(target.channel)?.channel.name;
    if (name !== undefined && endpointOf(name) === target.endpoint) return;
    // The snoop's end may be told before its leg's: whoever has asked for the next leg since then gets it.
    if (this.#asked === undefined || this.#asked === target.channel) void this.detach();
    else void this.#clear();
  }

  /** Attaches to a channel; an ear on another one is taken away. `unseen`: not where it would show on the call. */
  async attach(channel: string, agent: PersonId, unseen: boolean): Promise<ActionResult> {
    const closings = this.#closings;
    const overtaken = () => this.#closings !== closings;
    this.#asked = channel;
    const result = this.#attaching.then(() => this.#attach({ channel, agent, unseen }, overtaken));
    this.#attaching = result.catch(() => undefined);
    return await result.finally(() => {
      if (this.#asked === channel) this.#asked = undefined;
    });
  }

  /**
   * Lets go of the leg that it hears, for a moment. @returns how to hear it again, which must be called: whoever attaches
   * waits for it, and where somebody has detached meanwhile it does nothing.
   */
  async letGo(channel: string): Promise<() => Promise<void>> {
    const closings = this.#closings;
    const overtaken = () => this.#closings !== closings;
    const turn = new Turn(this.#attaching);
    this.#attaching = turn.over;
    await turn.begun;
    const target = this.#target;
    if (overtaken() || target?.channel !== channel) return turn.end;
    this.#renewing = true;
    const gone = await allRemoved(this.#site, [...this.#allowed, ...this.#snoops().map(({ id }) => id)]);
    return async () => {
      const result = overtaken() ? OVERTAKEN : gone ? await this.#attach(target, overtaken) : STUCK;
      if (!result.ok && !overtaken()) await this.detach();
      this.#renewing = false;
      await turn.end();
    };
  }

  /** @returns true once the PBX has said that nothing is heard any more. */
  async detach(): Promise<boolean> {
    this.#closings += 1;
    return await this.#clear();
  }

  async #clear(): Promise<boolean> {
    this.#target = undefined;
    this.#site.look();
    const attempted = [...this.#allowed];
    this.#allowed = new Set();
    return await allRemoved(this.#site, [...attempted, ...this.#snoops().map(({ id }) => id)]);
  }

  /** Takes away snoops that nobody wants, after every event of this supervision. */
  tend(): void {
    for (const { id } of this.#snoops()) if (!this.#allowed.has(id)) void this.#site.ari.hangUp(id);
  }

  async #attach({ channel, agent, unseen }: Omit<Target, "endpoint">, overtaken: () => boolean): Promise<ActionResult> {
    if (overtaken()) return OVERTAKEN;
    const answer = await this.#site.ari.channel(channel);
    if (overtaken()) return OVERTAKEN;
    if (!answer.ok) {
      return answer.status === 404 ? refused("call-gone", "the leg is gone") : refused("pbx-failed", answer.why);
    }
    const owner = this.#site.owners.endpoint(endpointOf(answer.value.name) ?? "");
    if (owner !== undefined && agent !== undefined && owner.person.id !== agent) {
      return refused("leg-uncertain", "the leg is another person's");
    }
    if (this.#site.parts.facts(this.#supervision)?.leg !== "up") {
      return refused("not-supervising", "the supervisor's phone is not up");
    }
    const before = this.#snoops();
    if (before.some(({ target, bridge }) => target === channel && bridge === this.#bridge)) return { ok: true };
    // A visible one is looked at as well: later nobody can tell what the call was like without it.
    const [trace, privacy] = await Promise.all([this.#site.traces.look(channel), this.#site.privacy(channel)]);
    if (overtaken()) return OVERTAKEN;
    if (privacy !== undefined) return privacy;
    if (unseen && trace !== undefined) return trace;
    this.#target = { channel, endpoint: endpointOf(answer.value.name), agent, unseen };
    const failure = await this.#connect(channel, before, overtaken);
    if (overtaken() || failure !== undefined) {
      const left = this.#snoops().filter(({ id }) => (overtaken() ? !this.#allowed.has(id) : true));
      await allRemoved(
        this.#site,
        left.map(({ id }) => id),
      );
    }
    if (overtaken()) return OVERTAKEN;
    return failure ?? { ok: true };
  }

  async #connect(
    channel: string,
    before: readonly OwnChannel[],
    overtaken: () => boolean,
  ): Promise<Refused | undefined> {
    this.#turn += 1;
    const turn = `${this.#site.clock.now().toString(36)}${this.#turn}`;
    const snoop = ownId(this.#site.tag, this.#supervision, "ear", turn);
    this.#allowed.add(snoop);
    const there = this.#site.parts.bridges(this.#supervision, "earbridge").includes(this.#bridge);
    const [bridge, failure] = await Promise.all([
      there ? undefined : this.#site.ari.createBridge(this.#bridge),
      snooped(this.#site, channel, snoop, { spy: "both", whisper: "none" }, overtaken),
    ]);
    if (bridge !== undefined && !bridge.ok) return refused("pbx-failed", bridge.why);
    if (failure !== undefined) return failure;
    if (
      !(await allRemoved(
        this.#site,
        before.map(({ id }) => id),
      ))
    ) {
      return STUCK;
    }
    if (overtaken()) return undefined;
    // Events since the PBX was asked are in here already: the last look before there is sound.
    if (this.#site.calls.callOf(channel)?.private !== undefined) return refused("call-private", "the call is private");
    const legIn = this.#site.parts.channel(this.#legId)?.bridge === this.#bridge;
    const answer = await this.#site.ari.addToBridge(this.#bridge, legIn ? [snoop] : [this.#legId, snoop]);
    if (!answer.ok) return refused("pbx-failed", answer.why);
    const heard = await this.#site.until(() => {
      return overtaken() ? "overtaken" : this.#site.parts.facts(this.#supervision)?.ear;
    }, CONFIRMED_MS);
    return heard === undefined ? refused("pbx-failed", "the PBX did not confirm the ear") : undefined;
  }

  #snoops(): OwnChannel[] {
    return this.#site.parts.channels(this.#supervision, "ear");
  }
}
