import { setTimeout as rhythm } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RandomStream, randomStream } from "../../src/pbx/simulator/random.ts";
import { phoneOf, until } from "../scenarios/bench.ts";
import { dita, kim } from "../unit/core/world.ts";
import { leftovers } from "./adapter-bench.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { Ear, LeakError } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { Presses } from "./presses.ts";
import { modeOf, standingOn } from "./standing.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
/** Chosen once and for all, so that a walk that fails can be walked again. */
const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);
const STEPS = 12;
const LEAST_PRESSES = 5;
const ALL_VOICES = Object.values(VOICE);
/** How far a voice may reach: nobody, the agent, everybody. */
const REACHES = [VOICE.nobody, VOICE.toAgent, VOICE.toAll] as const;
/** Long enough for what was under way to arrive, in milliseconds of audio. */
const AFTERWARDS_MS = 250;

describe(`random walks on Asterisk ${part.ok ? part.version : `(${part.why})`}`, { timeout: 60_000 }, () => {
  const centre = new CallCentre({ people: [dita] });
  const walked: number[] = [];
  let ditas: Phone;

  beforeAll(async () => {
    await centre.start();
    ditas = await centre.phones.add({ account: centre.lab.account("2003"), hz: TONES.agent2 });
  });

  afterEach(async () => {
    await centre.quiet();
    await centre.at.kim.speak(VOICE.nobody);
    await expect.poll(() => leftovers(centre.lab), { timeout: 10_000 }).toEqual([]);
  });

  afterAll(() => centre.stop());

  async function noLeak(ear: Ear, codes: readonly number[], from = 0, to = Number.POSITIVE_INFINITY): Promise<void> {
    const leaks = await ear.leaks(codes, from, to);
    if (leaks.length > 0) throw new LeakError(ear.name, leaks);
  }

  /** One walk: Kim presses what her page offers, while Ana's call is held, joined by a second one, and transferred. */
  class Steps {
    readonly presses = new Presses(centre.at.page, kim.id);
    readonly missing: string[] = [];
    readonly #random: RandomStream;
    readonly #call: LabCall;
    readonly #since = Date.now();
    #reach = 0;
    #holds = false;
    #second: { readonly from: PhoneCall; readonly at: PhoneCall } | undefined;
    #at: PhoneCall | undefined;
    /** When Kim first asked to be heard by Dita. */
    #spokenToDita = Number.POSITIVE_INFINITY;
    #consulted: Ear[] = [];

    constructor(call: LabCall, random: RandomStream) {
      this.#call = call;
      this.#random = random;
    }

    async go(): Promise<void> {
      for (let step = 0; step < STEPS; step += 1) {
        if (this.#random.chance(0.75)) await this.#press();
        else await this.#happens();
        if (this.#random.chance(0.3)) await rhythm(this.#random.between(0, 100));
      }
    }

    /** Whom Kim's voice reached, and that everything is on record. */
    async judge(): Promise<void> {
      const { agentEar, customerEar } = this.#call;
      await customerEar.until(now() + AFTERWARDS_MS);
      await noLeak(customerEar, FORBIDDEN.customer);
      await noLeak(agentEar, FORBIDDEN.agent);
      for (const ear of this.#consulted) await noLeak(ear, ALL_VOICES);
      if (this.#at) {
        const ear = new Ear(this.#at);
        await noLeak(ear, [VOICE.nobody]);
        await noLeak(ear, ALL_VOICES, 0, this.#spokenToDita);
      }
      await this.#lookAtRows();
      expect(this.missing).toEqual([]);
    }

    /** After everything is over: each supervision that began has ended once, and only once. */
    async rows(): Promise<void> {
      const unequal = async (): Promise<readonly (string | undefined)[]> => {
        const rows = await centre.bench.gateway.audit({ limit: 10_000, since: this.#since });
        const begun = rows.filter(({ act, outcome }) => act === "listen" && outcome === "allowed");
        const ends = rows.filter(({ outcome }) => outcome === "ended").map(({ supervision }) => supervision);
        const once = (id: string | undefined): boolean => ends.filter((one) => one === id).length === 1;
        return [
          ...begun.map(({ supervision }) => supervision).filter((id) => !once(id)),
          ...ends.filter((id) => !begun.some(({ supervision }) => supervision === id)),
        ];
      };
      // The last row may still be on its way to the disk.
      await expect.poll(unequal, { timeout: 10_000 }).toEqual([]);
    }

    async #press(): Promise<void> {
      const { page } = centre.at;
      const keys = page.keys().filter((key) => key !== "Exit" && (key !== "Leave" || this.#random.chance(0.3)));
      const [first, ...others] = keys;
      if (first === undefined) return;
      const key = this.#random.pick([first, ...others]);
      this.#reach = Math.max(this.#reach, this.#wantedBy(key));
      if (key === "Unmute" && this.#at) this.#spokenToDita = Math.min(this.#spokenToDita, now());
      await centre.at.kim.speak(REACHES[this.#reach] ?? VOICE.nobody);
      await this.presses.press(key);
      await this.#says();
    }

    /** What the page says is what Kim may count on from now on. */
    async #says(): Promise<void> {
      const { page } = centre.at;
      const standing = standingOn(page);
      const ditaHears = /Dita Novak hears you/.test(page.text());
      if (standing) this.#reach = ["nobody", "agent", "everybody"].indexOf(standing.heardBy);
      else if (ditaHears) this.#reach = 1;
      await centre.at.kim.speak(REACHES[this.#reach] ?? VOICE.nobody);
    }

    /** Whom a key lets hear the supervisor, by the page that it is on. */
    #wantedBy(key: string): number {
      const { page } = centre.at;
      const mode = modeOf(page.title());
      if (key === "Unmute") return mode === "join" ? 2 : 1;
      return key === "Join" && mode === "coach" && !/Nobody hears you/.test(page.text()) ? 2 : 0;
    }

    async #happens(): Promise<void> {
      await this.#lookAtRows();
      const { agent } = this.#call;
      if (this.#at) await this.#atKims();
      else if (this.#second) await this.#endSecond(this.#second);
      else if (this.#holds) {
        this.#holds = false;
        await agent.resume();
      } else {
        const act = this.#random.pick(["hold", "hold", "second", "transfer", "kim"]);
        if (act === "hold") {
          this.#holds = true;
          await agent.hold();
        } else if (act === "second") await this.#consult();
        else if (act === "transfer") await this.#transfer();
        else await this.#atKims();
      }
      await rhythm(150);
      await centre.at.page.open(await centre.bench.launcher(phoneOf.kim));
      await this.#says();
    }

    /** Kim's own phone holds the line for a moment, or hangs up. */
    async #atKims(): Promise<void> {
      const [leg] = centre.at.kim.calls;
      if (!leg) return;
      if (this.#random.chance(0.2)) {
        await leg.hangUp();
        await leg.ended();
        return;
      }
      await leg.hold();
      await rhythm(100);
      await leg.resume();
    }

    async #consult(): Promise<void> {
      await this.#call.agent.hold();
      const from = await centre.at.ana.dial("2003");
      const at = await ditas.incoming();
      await at.answer();
      await from.answered();
      this.#consulted.push(new Ear(at));
      this.#second = { from, at };
      if (modeOf(centre.at.page.title()) === "coach" || modeOf(centre.at.page.title()) === "join")
        await until(centre.at.page, /second call|Nobody hears you|Live calls|Ended/);
    }

    async #endSecond({ from, at }: { readonly from: PhoneCall; readonly at: PhoneCall }): Promise<void> {
      this.#second = undefined;
      await from.hangUp();
      await at.ended();
      await this.#call.agent.resume();
    }

    async #transfer(): Promise<void> {
      const supervises = modeOf(centre.at.page.title()) !== undefined;
      await this.#call.agent.transfer("2003");
      const at = await ditas.incoming();
      this.#at = at;
      await at.answer();
      await new Ear(at).hears(TONES.customer);
      if (supervises) await until(centre.at.page, /now hear Dita Novak|Live calls|Ended/);
    }

    async #lookAtRows(): Promise<void> {
      const rows = await centre.bench.gateway.audit({ limit: 10_000, since: this.#since });
      this.missing.push(...this.presses.missingIn(rows));
      this.presses.forget();
    }
  }

  it.each(SEEDS)("R4 R8 R9 R10 R18 R19 R21 who may hear whom, and that nothing is left, seed %i", async (seed) => {
    const call = await centre.connect("2001");
    await until(centre.at.page, /Ana Ruiz/);
    const walk = new Steps(call, randomStream(seed, "lab walk"));
    await walk.go();
    await walk.judge();
    walked.push(walk.presses.count);
    await centre.quiet();
    await walk.rows();
  });

  it("the walks have pressed enough keys to be walks", () => {
    console.log(`presses answered in each walk: ${walked.join(" ")}`);
    expect(walked.reduce((sum, one) => sum + one, 0) / SEEDS.length).toBeGreaterThanOrEqual(LEAST_PRESSES);
  });
});
