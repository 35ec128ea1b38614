import type { ActionResult, Mouth as MouthFact, PersonId, SupervisionId } from "../../model/index.js";
import { legIdOf } from "./calls.js";
import { Carriers } from "./carriers.js";
import { endpointOf } from "./endpoints.js";
import { reachOf } from "./own-names.js";
import { OVERTAKEN, refused, type Site, verified } from "./site.js";
import { Turn } from "./turn.js";
import { VoicePath, type Wanted } from "./voice-path.js";

const WATCH_MS = 2_000;
const INSIST_MS = 500;

/**
 * Whether a supervisor is heard, and by whom: the path of their voice exists only while it is wanted. Closing never waits
 * for an opening; an opening looks after every step whether it was overtaken, and takes away what it made.
 */
export class Mouth {
  readonly #site: Site;
  readonly #supervision: SupervisionId;
  readonly #path: VoicePath;
  readonly #carriers: Carriers;
  /** Raised by every closing. */
  #closings = 0;
  #opening: Promise<unknown> = Promise.resolve();
  #wanted: Wanted | undefined;
  /** It was connected and nobody has closed it: what is missing now was taken away by somebody else. */
  #sounding = false;
  #renewing = false;
  #resting = false;
  #cancelWatch: () => void = () => undefined;
  #cancelInsist: () => void = () => undefined;

  constructor(site: Site, supervision: SupervisionId) {
    this.#site = site;
    this.#supervision = supervision;
    this.#path = new VoicePath(site, supervision);
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
    for (const snoop of this.#path.speaking()) {
      const name = snoop.target === undefined ? undefined : this.#site.calls.node(snoop.target)?.channel.name;
      const endpoint = name === undefined ? undefined : endpointOf(name);
      const owner = endpoint === undefined ? undefined : this.#site.owners.endpoint(endpoint);
      const reach = reachOf(snoop.part);
      if (owner?.certain !== true || snoop.target === undefined || reach === undefined) continue;
      this.#wanted = { channel: snoop.target, agent: owner.person.id, reach };
      this.#path.keep([snoop.id]);
    }
    if (this.#wanted === undefined) {
      void this.close();
      return;
    }
    this.#path.keepVoice();
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
    const gone = await this.#path.letGo();
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
    const closed = await this.#path.close();
    if (!closed) this.#insist();
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
    this.#path.tend();
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

    const before = this.#path.speaking();
    this.#wanted = wanted;
    this.#sounding = false;
    this.#carriers.stop();
    const made = await this.#path.prepare(wanted, before, overtaken);
    if (!overtaken() && !("ok" in made)) {
      const failure = await this.#path.connect(wanted, made, overtaken);
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
      await this.#path.removeStrays();
      return OVERTAKEN;
    }
    await this.close();
    return "ok" in made ? made : OVERTAKEN;
  }

  #same({ channel, reach }: Wanted): boolean {
    const speaking = this.#path.speaking();
    const [only] = speaking;
    return (
      speaking.length === 1 && only?.target === channel && reachOf(only.part) === reach && this.#wanted !== undefined
    );
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
      if (this.#wanted === undefined && this.#path.speaking().length > 0) void this.close();
    });
  }
}
