import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Phone as DeskPhone } from "../../src/model/index.ts";
import { phoneOf, until } from "../scenarios/bench.ts";
import { person } from "../unit/core/world.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { counted, Ear, measured, NotMeasured } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone } from "./phone.ts";
import type { YealinkPhone } from "./phones/yealink.ts";
import { LATE_SEQ } from "./rtp.ts";
import { CODES, TONES } from "./voices.ts";

const part = await asteriskPart();
/** Long enough for whatever was under way to arrive, in milliseconds of audio. */
const AFTERWARDS_MS = 500;
const CELL_MS = 1_000;
/** Where music comes or goes, Asterisk's stream leaves out a few frames of RTP time. */
const AROUND_MUSIC = 5;
/** Numbers that look younger than those of music, which are all 0. */
const EARLY_SEQ = 0x1000;
/** What Lea's phone says: whoever is hidden is heard by nobody. */
const LEAS_VOICE = CODES[1].forbidden;
const SUPERVISORS = [...Object.values(VOICE), LEAS_VOICE];
const lea = person("3009", "Lea Brandt", "team-manager", "support");
const leasDesk: DeskPhone = {
  mac: "805ec0aa3009" as DeskPhone["mac"],
  owner: lea.id,
  vendor: "yealink",
  model: "T46U",
  answer: "auto",
};

/** A mode in which Kim is heard. */
interface Speaking {
  readonly key: "Coach" | "Join";
  readonly says: RegExp;
  readonly grey: number;
  readonly voice: number;
  /** Which of the supervisors' voices the customer may hear. */
  readonly customer: readonly number[];
}

const COACH: Speaking = {
  ...{ key: "Coach", says: /Ana Ruiz hears you/, grey: VOICE.toAgent, voice: VOICE.agent },
  customer: [],
};
const JOIN: Speaking = {
  ...{ key: "Join", says: /Everybody on the call hears you/, grey: VOICE.toAll, voice: VOICE.all },
  customer: [VOICE.all],
};

const without = (voices: readonly number[], all: readonly number[]): number[] =>
  all.filter((voice) => !voices.includes(voice));

describe(`supervision through a call on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const centre = new CallCentre({ people: [lea], desks: [leasDesk] });
  let leas: Phone;
  let leasPage: YealinkPhone;
  let anas: YealinkPhone;
  const carlas = new Map<number, Phone>();

  beforeAll(async () => {
    await centre.start();
    const account = centre.lab.account("3009-sup");
    leas = await centre.phones.add({ account, hz: LEAS_VOICE, obeyAutoAnswer: true });
    leasPage = await centre.bench.phone(leasDesk.mac);
    anas = await centre.bench.phone(phoneOf.ana);
    for (const firstSeq of [EARLY_SEQ, LATE_SEQ]) {
      const account = centre.lab.account("trunk");
      const carla = { name: `trunk from ${firstSeq}`, account, hz: TONES.customer, media: { firstSeq } };
      carlas.set(firstSeq, await centre.phones.add(carla));
    }
  });
  afterEach(quiet);
  afterAll(() => centre.stop());

  async function quiet(): Promise<void> {
    await centre.quiet();
    await centre.at.kim.speak(VOICE.nobody);
    await leasPage.open(await centre.bench.launcher(leasDesk.mac));
  }

  async function listen(page: YealinkPhone, phone: Phone, how: "Visible" | "Hidden"): Promise<Ear> {
    await until(page, /> \S+ Ana Ruiz/);
    await page.press("Listen");
    const [leg] = await Promise.all([phone.incoming(), page.press(how)]);
    await until(page, how === "Visible" ? /can see you/ : /is not told/);
    const ear = new Ear(leg);
    await Promise.all([ear.hears(TONES.agent), ear.hears(TONES.customer)]);
    return ear;
  }

  /** Kim is heard as the mode says, and was not before. */
  async function speaking({ key, says, grey, voice }: Speaking, call: LabCall): Promise<Ear> {
    const { page, kim } = centre.at;
    const ear = await listen(page, kim, "Visible");
    await page.press(key);
    await until(page, /Nobody hears you/);
    await kim.speak(grey);
    await ear.until(now() + AFTERWARDS_MS);
    await page.press("Unmute");
    await until(page, says);
    await kim.speak(voice);
    await call.agentEar.hears(voice);
    return ear;
  }

  /** A party's stream goes on as the same one. @throws NotMeasured where more than `allowed` frames are missing in a row. */
  async function unbroken(ear: Ear, who: string, allowed: number, from: number): Promise<void> {
    const gaps = await ear.gaps(from);
    expect(
      gaps.filter(({ ssrcChanged }) => ssrcChanged),
      `${who}'s stream`,
    ).toEqual([]);
    const lost = Math.max(0, ...gaps.map(({ framesByTimestamp = 0, lost }) => Math.max(framesByTimestamp, lost)));
    if (lost <= allowed) return;
    await quiet();
    throw new NotMeasured([`${who} lost ${lost} frames in a row`]);
  }

  describe("hold during an open coach: the customer hears 0 frames of the supervisor throughout", () => {
    it("R8 R18 by the agent: after the resume she hears the coach again, and the page says so", () =>
      counted(async () => {
        const { page } = centre.at;
        const call = await centre.connect("2001");
        const begun = now();
        const ear = await speaking(COACH, call);
        await call.agent.hold();
        await call.customerEar.hears(TONES.music);
        await ear.hears(TONES.customer, now());
        const resumed = now();
        await call.agent.resume();
        await call.customerEar.hears(TONES.agent, resumed);
        await call.agentEar.hears(VOICE.agent, resumed);
        await isAllTheCustomerHeard(call, begun);
        await page.refresh();
        expect(page.title()).toBe("Coaching Ana Ruiz");
        expect(page.text()).toMatch(COACH.says);
      }));

    it("R9 R18 by the agent of a queue's call, muted meanwhile: after the resume nobody hears the supervisor", () =>
      counted(async () => {
        const { page, kim } = centre.at;
        const call = await centre.connect("600");
        const begun = now();
        await speaking(COACH, call);
        await call.agent.hold();
        await call.customerEar.hears(TONES.music);
        await page.press("Mute");
        await until(page, /Nobody hears you/);
        await kim.speak(VOICE.nobody);
        const resumed = now();
        await call.agent.resume();
        await call.customerEar.hears(TONES.agent, resumed);
        await isAllTheCustomerHeard(call, begun);
        expect(await call.agentEar.leaks(SUPERVISORS, resumed)).toEqual([]);
        await page.refresh();
        expect(page.text()).toMatch(/Nobody hears you/);
      }));

    it.each([
      ["Coach", LATE_SEQ, COACH],
      ["Coach", EARLY_SEQ, COACH],
      ["Join", LATE_SEQ, JOIN],
    ] as const)(
      "R8 R11 R18 by the customer in %s, their packets numbered from %i on: Kim may not be heard, says the page, and is heard after the resume",
      (_, firstSeq, mode) =>
        counted(async () => {
          const { page } = centre.at;
          const call = await calledBy(firstSeq);
          const begun = now();
          const ear = await speaking(mode, call);
          await call.customer.hold();
          const held = await call.agentEar.hears(TONES.music);
          await until(page, /You may not be heard: Carla Voss's phone sends no sound/);
          await call.agentEar.until(held + CELL_MS);
          const resumed = now();
          await call.customer.resume();
          const [back] = await Promise.all([
            call.customerEar.hears(TONES.agent, resumed),
            call.agentEar.hears(TONES.customer, resumed),
            call.agentEar.hears(mode.voice, resumed),
            ear.hears(TONES.customer, resumed),
            ...mode.customer.map((voice) => call.customerEar.hears(voice, resumed)),
          ]);
          await until(page, /^(?![\s\S]*may not be heard)/);
          expect(page.text()).toMatch(mode.says);
          await call.customerEar.until(now() + AFTERWARDS_MS);
          const customers = without([...mode.customer, mode.grey], [...SUPERVISORS, TONES.customer]);
          expect(await call.customerEar.leaks(customers)).toEqual([]);
          expect(await call.agentEar.leaks(FORBIDDEN.agent)).toEqual([]);
          expect(await ear.leaks(SUPERVISORS)).toEqual([]);
          // Who holds is sent nothing.
          await unbroken(call.customerEar, "the customer", 0, back);
          await unbroken(call.agentEar, "the agent", AROUND_MUSIC, begun);
        }),
    );

    it("R4 R5 R18 by the customer: a hidden listener hears them again afterwards, and it shows nowhere", () =>
      counted(async () => {
        const { ana, light } = centre.at;
        const call = await calledBy(LATE_SEQ);
        const ear = await listen(leasPage, leas, "Hidden");
        const begun = now();
        await call.customer.hold();
        const held = await call.agentEar.hears(TONES.music);
        await call.agentEar.until(held + CELL_MS);
        await ana.settle();
        const [sip, heard, resumed] = [ana.sip.length, light.heard.length, now()];
        await call.customer.resume();
        const back = await call.customerEar.hears(TONES.agent, resumed);
        await call.agentEar.hears(TONES.customer, resumed);
        await Promise.all([ear.hears(TONES.customer, resumed), ear.hears(TONES.agent, resumed)]);
        await call.agentEar.until(now() + AFTERWARDS_MS);
        await ana.settle();
        expect(ana.sip.slice(sip)).toEqual([]);
        expect(light.heard.slice(heard).filter(({ topic }) => !topic.endsWith("/call"))).toEqual([]);
        expect(await call.agentEar.leaks([...FORBIDDEN.agent, LEAS_VOICE])).toEqual([]);
        expect(await call.customerEar.leaks([...SUPERVISORS, TONES.customer])).toEqual([]);
        await unbroken(call.customerEar, "the customer", 0, back);
        await unbroken(call.agentEar, "the agent", AROUND_MUSIC, begun);
      }));

    /** Carla calls Ana, and the packets of her sound have numbers from there on. */
    async function calledBy(firstSeq: number): Promise<LabCall> {
      const phone = carlas.get(firstSeq);
      if (phone === undefined) throw new Error(`nobody sends from ${firstSeq} on`);
      const customer = await phone.dial("2001", { identity: { number: "+4930123456", name: "Carla Voss" } });
      const agent = await centre.at.ana.incoming();
      await agent.answer();
      await customer.answered();
      return await centre.hearing(agent, customer);
    }

    async function isAllTheCustomerHeard(call: LabCall, begun: number): Promise<void> {
      await call.customerEar.until(now() + AFTERWARDS_MS);
      expect(await call.customerEar.leaks([...SUPERVISORS, TONES.customer])).toEqual([]);
      expect(await call.agentEar.leaks(FORBIDDEN.agent)).toEqual([]);
      await unbroken(call.customerEar, "the customer", AROUND_MUSIC, begun);
    }
  });

  describe("a second supervisor, hidden, beside one who speaks", () => {
    it("the meter of this run reports the second one's voice once it is let through", async () => {
      const call = await centre.connect("2001");
      await listen(leasPage, leas, "Visible");
      await leasPage.press("Coach");
      await leasPage.press("Unmute");
      await until(leasPage, COACH.says);
      await call.agentEar.hears(LEAS_VOICE);
      expect((await call.agentEar.leaks([LEAS_VOICE])).length).toBeGreaterThanOrEqual(10);
      expect(await call.customerEar.leaks([LEAS_VOICE])).toEqual([]);
    });

    it.each([
      ["an open Coach", COACH],
      ["an open Join", JOIN],
    ])(
      "R4 R5 R16 beside %s: hears the parties and not the other supervisor, is heard by nobody, shows nowhere",
      (_, mode) => counted(() => beside(mode)),
    );

    async function beside(mode: Speaking): Promise<void> {
      const { page, ana, light } = centre.at;
      const call = await centre.connect("2001");
      await ana.subscribe(lea.extension);
      await ana.lamp(lea.extension, "terminated");
      const kimsEar = await speaking(mode, call);
      await anas.press("Update");
      const shown = anas.screen;
      await ana.settle();
      const [sip, heard, from] = [ana.sip.length, light.heard.length, now()];

      const leasEar = await listen(leasPage, leas, "Hidden");
      await until(page, /Also here: Lea Brandt, listening \(hidden\)/);
      expect(page.text()).toMatch(mode.says);
      const cell = (ear: Ear, other: number, expected: readonly number[], may: readonly number[]) =>
        measured(() => ear.listen(CELL_MS, { other, expect: expected, forbid: without(may, SUPERVISORS) }));
      const cells = await Promise.all([
        cell(call.agentEar, TONES.customer, [mode.voice], [mode.voice]),
        cell(call.customerEar, TONES.agent, mode.customer, mode.customer),
        cell(kimsEar, TONES.agent, [TONES.customer], []),
        cell(leasEar, TONES.agent, [TONES.customer], []),
      ]);
      expect(cells.map(({ missing }) => missing)).toEqual([[], [], [], []]);
      await leasPage.press("Coach");
      expect(leasPage.text()).toMatch(/Ana Ruiz will see you/);
      await leasPage.press("Back");
      await anas.press("Update");
      expect(anas.screen).toBe(shown);
      await leasPage.press("Leave");
      await until(leasPage, /You have left/);
      await call.agentEar.until(now() + AFTERWARDS_MS);

      await anas.press("Update");
      expect(anas.screen).toBe(shown);
      await ana.settle();
      expect(ana.sip.slice(sip)).toEqual([]);
      expect(light.heard.slice(heard)).toEqual([]);
      expect(await call.agentEar.leaks([...FORBIDDEN.agent, LEAS_VOICE])).toEqual([]);
      const customers = without([...mode.customer, mode.grey], [...SUPERVISORS, TONES.customer]);
      expect(await call.customerEar.leaks(customers)).toEqual([]);
      expect(await kimsEar.leaks(SUPERVISORS)).toEqual([]);
      expect(await leasEar.leaks(SUPERVISORS)).toEqual([]);
      await unbroken(call.agentEar, "the agent", 0, from);
      await unbroken(call.customerEar, "the customer", 0, from);
      await unbroken(kimsEar, "the first supervisor", 1, from);
    }
  });
});
