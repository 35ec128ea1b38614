import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { phoneOf, until } from "../scenarios/bench.ts";
import { CallCentre, FORBIDDEN, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { asteriskPart } from "./parts.ts";
import type { YealinkPhone } from "./phones/yealink.ts";
import { type Supervised, supervised } from "./supervised.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
/** 100 ms of RTP time. */
const FRAMES = 5;
const AFTERWARDS_MS = 800;

describe(`R13 a call becomes the supervisor's on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const centre = new CallCentre();

  beforeAll(() => centre.start());

  afterEach(async () => {
    await centre.quiet();
    await centre.at.kim.speak(VOICE.nobody);
    await expect.poll(() => centre.leftovers(), { timeout: 10_000 }).toEqual({ channels: 0, bridges: 0 });
  });

  afterAll(() => centre.stop());

  const listen = (target?: string) => supervised(centre, "Visible", target);

  async function choose(on: YealinkPhone, row: string): Promise<void> {
    const at = on.rows().indexOf(row);
    if (at < 0) throw new Error(`no row ${row}:\n${on.screen}`);
    on.select(at);
    await on.ok();
  }

  /** Presses the key, and from the yes on speaks what all may hear. @returns the moment of the yes. */
  async function takeOver(): Promise<number> {
    const { page, kim } = centre.at;
    await page.ok();
    await choose(page, "Take over");
    expect(page.text()).toMatch(/Go on\?/);
    await kim.speak(VOICE.all);
    const from = now();
    await page.press("Go on");
    return from;
  }

  /** All hear all; nobody lost more than a moment of anybody, and what was not promised was heard by nobody. */
  async function isOfThree({ agentEar, customerEar, supervisorEar }: Supervised, from: number): Promise<void> {
    await customerEar.hears(VOICE.all, from);
    await agentEar.hears(VOICE.all, from);
    await supervisorEar.hears(TONES.customer, from);
    await supervisorEar.hears(TONES.agent, from);
    await customerEar.until(now() + AFTERWARDS_MS);
    expect(await customerEar.missed(TONES.agent, from - 200, now() - 200)).toBeLessThanOrEqual(FRAMES);
    expect(await agentEar.missed(TONES.customer, from - 200, now() - 200)).toBeLessThanOrEqual(FRAMES);
    expect(await customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
  }

  /** The agent has left; the customer has the supervisor without a pause, and as any call does when it is held. */
  async function isTheirs({ agent, customerEar, leg, supervisorEar }: Supervised): Promise<void> {
    const { page } = centre.at;
    await until(page, /You have the call of Ana Ruiz now/);
    const left = now();
    await agent.hangUp();
    await agent.ended();
    await customerEar.until(now() + AFTERWARDS_MS);
    expect(await customerEar.missed(VOICE.all, left - 200, now() - 200)).toBeLessThanOrEqual(FRAMES);
    await supervisorEar.hears(TONES.customer, left + 500);
    await leg.hold();
    await customerEar.hears(TONES.music);
    await leg.resume();
    await customerEar.hears(VOICE.all, now());
  }

  it.each([
    ["Listen", "2001"],
    ["Listen", "600"],
    ["Coach", "2001"],
    ["Join", "600"],
  ])("from a visible, muted %s of a call to %s", async (mode, target) => {
    const call = await listen(target);
    if (mode !== "Listen") await centre.at.page.press(mode);
    const from = await takeOver();
    await isOfThree(call, from);
    await isTheirs(call);
    await call.leg.hangUp();
    await call.customer.ended();
  });

  it.each(["Coach", "Join"])("from an open %s: nobody hears the supervisor twice, or not at all", async (mode) => {
    const { page, kim } = centre.at;
    const call = await listen();
    await page.press(mode);
    await kim.speak(mode === "Coach" ? VOICE.agent : VOICE.all);
    await page.press("Unmute");
    await until(page, mode === "Coach" ? /Ana Ruiz hears you/ : /Everybody on the call hears you/);
    const from = await takeOver();
    await isOfThree(call, from);
    await isTheirs(call);
  });

  it("handed over by the agent's page", async () => {
    const call = await listen();
    const anas = await centre.bench.phone(phoneOf.ana);
    await anas.ok();
    await choose(anas, "Transfer");
    await centre.at.kim.speak(VOICE.all);
    const from = now();
    await choose(anas, "Kim Osei, listens");
    await isOfThree(call, from);
    await isTheirs(call);
    await call.customer.hangUp();
    await call.leg.ended();
  });

  it("a supervisor who hangs up the moment it begins leaves the customer with the agent", async () => {
    const call = await listen();
    const { page, kim } = centre.at;
    await page.ok();
    await choose(page, "Take over");
    await kim.speak(VOICE.all);
    const from = now();
    await Promise.all([page.press("Go on"), call.leg.hangUp()]);
    await call.leg.ended();
    await call.customerEar.hears(TONES.agent, now());
    await call.agentEar.hears(TONES.customer, now());
    await call.customerEar.until(now() + AFTERWARDS_MS);
    expect(await call.customerEar.missed(TONES.agent, from - 200, now() - 200)).toBeLessThanOrEqual(FRAMES);
  });

  it("a supervisor who hangs up of three leaves the customer with the agent", async () => {
    const call = await listen();
    await isOfThree(call, await takeOver());
    const from = now();
    await call.leg.hangUp();
    await call.leg.ended();
    await call.customerEar.until(now() + AFTERWARDS_MS);
    expect(await call.customerEar.missed(TONES.agent, from - 200, now() - 200)).toBeLessThanOrEqual(FRAMES);
    await call.agent.hold();
    await call.customerEar.hears(TONES.music, from);
  });

  it("a customer who hangs up of three leaves agent and supervisor; then nobody is left alone", async () => {
    const call = await listen();
    await isOfThree(call, await takeOver());
    await call.customer.hangUp();
    await call.customer.ended();
    await call.agentEar.hears(VOICE.all, now());
    await call.agent.hangUp();
    await call.leg.ended();
  });
});
