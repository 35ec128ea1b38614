import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../scenarios/bench.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { counted, Ear, NotMeasured } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
/** Long enough for whatever was under way to arrive, in milliseconds of audio. */
const AFTERWARDS_MS = 500;

describe(`the supervision leg on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const centre = new CallCentre();
  let office: Phone;

  beforeAll(async () => {
    await centre.start();
    office = await centre.phones.add({ account: centre.lab.account("4001"), hz: TONES.far });
  });

  afterEach(async () => {
    await centre.quiet();
    await centre.at.kim.speak(VOICE.nobody);
  });

  afterAll(() => centre.stop());

  async function listen(how: "Visible" | "Hidden"): Promise<PhoneCall> {
    const { page, kim } = centre.at;
    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    const [leg] = await Promise.all([kim.incoming(), page.press(how)]);
    await until(page, /Nobody hears you/);
    await new Ear(leg).hears(TONES.agent);
    return leg;
  }

  /** A call with Kim on it, heard by all. */
  async function openJoin(): Promise<LabCall & { leg: PhoneCall; supervisorEar: Ear }> {
    const { page, kim } = centre.at;
    const call = await centre.connect("2001");
    const leg = await listen("Visible");
    await until(page, /can see you/);
    await page.press("Join");
    await until(page, /On the call of/);
    await kim.speak(VOICE.toAll);
    await call.customerEar.until(now() + AFTERWARDS_MS);
    await page.press("Unmute");
    await until(page, /Everybody on the call hears you/);
    await call.customerEar.hears(VOICE.toAll);
    return { ...call, leg, supervisorEar: new Ear(leg) };
  }

  async function nobodyEverHeardWhatIsForbidden({ agentEar, customerEar }: LabCall): Promise<void> {
    expect(await agentEar.leaks(FORBIDDEN.agent)).toEqual([]);
    expect(await customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
  }

  it("R5 hidden: an agent's phone that watches the supervisor's extension gets no SIP message and no change of RTP", async () => {
    const { ana, page } = centre.at;
    await ana.subscribe("3001");
    await ana.lamp("3001", "terminated");
    const call = await centre.connect("2001");
    const [sipBefore, lampsBefore] = [ana.sip.length, ana.lamps("3001").length];
    const from = now();

    const leg = await listen("Hidden");
    await page.press("Coach");
    await page.press("Back");
    await page.press("Leave");
    await leg.ended();
    await call.agentEar.until(now() + AFTERWARDS_MS);

    expect(ana.sip.slice(sipBefore)).toEqual([]);
    expect(ana.lamps("3001").length).toBe(lampsBefore);
    expect(await call.agentEar.gaps(from)).toEqual([]);
    await nobodyEverHeardWhatIsForbidden(call);
  });

  it("R21 the supervision leg has a neutral caller id and is answered by the phone itself where its record says so", async () => {
    const call = await centre.connect("2001");
    const leg = await listen("Hidden");
    expect(JSON.stringify([leg.from, leg.headers])).not.toMatch(/Ana|Ruiz|2001|Carla|Voss|4930123456/);
    expect(leg.header("Call-Info") ?? leg.header("Alert-Info")).toMatch(/answer/);
    await nobodyEverHeardWhatIsForbidden(call);
  });

  it("R21 a blind REFER during open Join moves nothing: nobody new hears anything", async () => {
    const call = await openJoin();
    const answer = await call.leg.transfer("blindtarget");
    await call.customerEar.until(now() + AFTERWARDS_MS);
    expect(answer.code).toBe(603);
    expect(office.events.filter(({ type }) => type === "incoming")).toEqual([]);
    expect(await call.customerEar.leaks([TONES.far])).toEqual([]);
    await nobodyEverHeardWhatIsForbidden(call);
  });

  it("R21 an attended REFER during open Join moves nothing: nobody new hears anything", async () => {
    const call = await openJoin();
    const desk = await centre.phones.add({ account: centre.lab.account("3001"), hz: VOICE.nobody });
    const consultation = await desk.dial("4001");
    const far = await office.incoming();
    await far.answer();
    await new Ear(consultation).hears(TONES.far);
    const answer = await call.leg.transferTo(consultation);
    await call.customerEar.until(now() + AFTERWARDS_MS);
    expect(answer.code).toBe(603);
    expect(await new Ear(far).leaks([TONES.agent, TONES.customer])).toEqual([]);
    expect(await call.customerEar.leaks([TONES.far])).toEqual([]);
    expect(await call.agentEar.leaks([TONES.far])).toEqual([]);
    await nobodyEverHeardWhatIsForbidden(call);
  });

  it("R21 hold during open Join cuts ear and mouth; resume is muted", async () => {
    const { page, kim } = centre.at;
    const call = await openJoin();
    await call.leg.hold();
    await until(page, /Your phone holds the line/);
    const held = await kim.speak(VOICE.nobody);
    await call.customerEar.until(held + AFTERWARDS_MS);
    expect(await call.supervisorEar.leaks([TONES.agent, TONES.customer, TONES.music], held)).toEqual([]);
    expect(await call.customerEar.leaks([TONES.music])).toEqual([]);

    await call.leg.resume();
    await until(page, /Nobody hears you/);
    expect(page.keys()[0]).toBe("Unmute");
    await call.supervisorEar.hears(TONES.agent, now());
    await call.customerEar.until(now() + AFTERWARDS_MS);
    await nobodyEverHeardWhatIsForbidden(call);
  });

  it("R10 hanging up the supervisor's phone ends the supervision and never the call", () => counted(hangUpInJoin));

  async function hangUpInJoin(): Promise<void> {
    const { page } = centre.at;
    const call = await openJoin();
    await call.leg.hangUp();
    await until(page, /You have hung up/);
    const after = now();
    await call.customerEar.until(after + AFTERWARDS_MS);
    await expect.poll(() => centre.leftovers(), { timeout: 10_000 }).toEqual({ channels: 2, bridges: 1 });
    await nobodyEverHeardWhatIsForbidden(call);
    const missed = await call.customerEar.missed(TONES.agent, after, after + AFTERWARDS_MS);
    await centre.quiet();
    await centre.at.kim.speak(VOICE.nobody);
    if (missed > 0) throw new NotMeasured([`the customer missed ${missed} frames of the agent in a row`]);
  }

  it("R21 with two phones at one account, and no telling which one pressed, none is rung", async () => {
    const { page, kim } = centre.at;
    const twin = await centre.phones.add({ account: centre.lab.account("3001-sup"), name: "twin" });
    await centre.connect("2001");
    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    await page.press("Hidden");
    expect(page.text()).toMatch(/not certain which phone is yours/);
    expect([...kim.calls, ...twin.calls]).toEqual([]);
    await twin.unregister();
    await centre.phones.remove(twin);
    await page.press("Calls");
  });

  it("R17 a phone that is not registered is said in words", async () => {
    const { page, kim } = centre.at;
    await kim.unregister();
    await centre.connect("2001");
    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    await page.press("Hidden");
    expect(page.text()).toMatch(/not signed in to the phone system/);
    await kim.register();
    await page.press("Calls");
  });
});

describe(`the board on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const centre = new CallCentre();

  beforeAll(() => centre.start());
  afterEach(() => centre.quiet());
  afterAll(() => centre.stop());

  it.each([
    ["of markup and quotes", `<b>&"'`, /Ana Ruiz: <b>&"' \(support\)/],
    ["of 200 characters", "Wolfeschlegelstein".repeat(11).slice(0, 200), /Wolf/],
    ["that is empty", "", /Ana Ruiz: \+4930123456 \(support\)/],
  ])(
    "a caller with a name %s is shown, and every page is well-formed and within the limits",
    async (_, name, shown) => {
      const { page } = centre.at;
      const call = await centre.connect("600", name);
      await until(page, shown);
      await page.ok();
      expect(page.text()).toMatch(/Queue support/);
      await page.press("Listen");
      await page.press("Hidden");
      await until(page, /Nobody hears you/);
      await page.press("Leave");
      await call.customer.hangUp();
    },
  );

  it("Asterisk is stopped and started again while a board is open: the page says so and comes back by itself", async () => {
    const { page } = centre.at;
    await centre.lab.kill();
    await until(page, /The phone system does not answer/, 20_000);
    await centre.lab.start();
    await until(page, /Live calls/, 30_000);
    await centre.connect("2001");
    await until(page, /Ana Ruiz/);
  });
});
