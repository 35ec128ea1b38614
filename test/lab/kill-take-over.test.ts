import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../scenarios/bench.ts";
import type { Phase } from "./ari-gate.ts";
import { type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { KillBench } from "./kill-bench.ts";
import { Ear } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { coaching, muted, type Standing } from "./standing.ts";
import { TONES } from "./voices.ts";

type Moment = readonly [phase: Phase, step: string];

const part = await asteriskPart();
/** 100 ms of RTP time. */
const FRAMES = 5;
const AFTERWARDS_MS = 400;

/** Requests that a take-over makes of the PBX. Killed at any of them, the customer is with somebody. */
const TAKING: readonly Moment[] = [
  ["before", "AMI GetConfig"],
  ["before", "read the agent's leg"],
  ["before", "read EARSHOT_PRIVATE"],
  ["before", "AMI Redirect"],
  ["after", "AMI Redirect"],
  ["before", "send leg on"],
  ["after", "send leg on"],
  ["before", "end ear"],
  ["after", "end ear"],
  ["before", "end earbridge"],
];
const FROM_COACH: readonly Moment[] = [
  ["before", "end agent"],
  ["after", "end agent"],
  ["after", "end mouthbridge"],
  ["after", "AMI Redirect"],
];
/** With the frames that the customer may miss: one of two who waits to be connected goes back after two seconds. */
const TWO_ARE_LEFT: readonly (readonly [...Moment, frames: number])[] = [
  ["before", "AMI Setvar", FRAMES],
  ["after", "AMI Setvar", FRAMES],
  ["before", "AMI Redirect", FRAMES],
  ["after", "AMI Redirect", 2_000 / 20 + FRAMES],
];
const RECEIVING: readonly Moment[] = [
  ["before", "AMI GetConfig"],
  ["before", "send leg on"],
  ["after", "send leg on"],
  ["before", "AMI Setvar"],
  ["after", "AMI Setvar"],
  ["before", "AMI Redirect"],
  ["after", "AMI Redirect"],
  ["before", "end ear"],
];

describe(`R13 kill -9 while a call becomes the supervisor's on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const bench = new KillBench();
  /** Kim's own account, which a transfer rings. */
  let kims: Phone;

  beforeAll(async () => {
    await bench.start();
    kims = await bench.phones.add({ account: bench.lab.account("3001"), hz: TONES.far });
  }, 120_000);
  afterEach(() => bench.clean());
  afterAll(() => bench.stop());

  interface Supervised extends LabCall {
    readonly leg: PhoneCall;
  }

  async function supervised(standing: Standing): Promise<Supervised> {
    const call = await bench.connect();
    await bench.bring(standing);
    return { ...call, leg: bench.leg() };
  }

  /** Presses the key; errors are swallowed only once earshot is dead. */
  async function takeOver(): Promise<void> {
    const { page } = bench;
    try {
      await page.ok();
      page.select(page.rows().indexOf("Take over"));
      await page.ok();
      await bench.at.kim.speak(VOICE.all);
      await bench.press("Go on");
    } catch (error) {
      if (!bench.dead) throw error;
    }
  }

  /** Whether a party hears the supervisor, once whatever was under way has arrived. */
  async function hearsKim(ear: Ear): Promise<boolean> {
    const from = now() + AFTERWARDS_MS;
    await ear.until(from + AFTERWARDS_MS);
    return (await ear.firstHeard(VOICE.all, from)) !== undefined;
  }

  /** Agent and customer have each other, and both have the supervisor or neither has; then the agent hangs up. */
  async function isWhole({ agent, agentEar, customer, customerEar, leg }: Supervised, from: number): Promise<void> {
    await bench.restart();
    const [agents, customers] = await Promise.all([hearsKim(agentEar), hearsKim(customerEar)]);
    expect(agents).toBe(customers);
    expect(await customerEar.missed(TONES.agent, from - 200, now() - 200)).toBeLessThanOrEqual(FRAMES);
    expect(await agentEar.missed(TONES.customer, from - 200, now() - 200)).toBeLessThanOrEqual(FRAMES);
    const left = now();
    await agent.hangUp();
    await agent.ended();
    if (customers) {
      await customerEar.hears(VOICE.all, left + AFTERWARDS_MS);
      await leg.hangUp();
    }
    await customer.ended();
    await expect.poll(() => bench.wrongInRecord(), { timeout: 15_000 }).toEqual([]);
  }

  it.each(TAKING)("taken over from a muted listen, %s %s", async (phase, step) => {
    const call = await supervised(muted("listen"));
    const from = now();
    await Promise.all([bench.killedAt(step, phase), takeOver()]);
    await isWhole(call, from);
  });

  it.each(FROM_COACH)("taken over from an open coach, %s %s", async (phase, step) => {
    const call = await supervised(coaching);
    const from = now();
    await Promise.all([bench.killedAt(step, phase), takeOver()]);
    await isWhole(call, from);
  });

  it.each(TWO_ARE_LEFT)("taken over, and the agent leaves, %s %s", async (phase, step, frames) => {
    const call = await supervised(muted("listen"));
    await takeOver();
    await until(bench.page, /You have the call of Ana Ruiz now/);
    await call.customerEar.hears(VOICE.all);
    const left = now();
    await Promise.all([bench.killedAt(step, phase), call.agent.hangUp()]);
    await bench.restart();
    await call.customerEar.until(now() + AFTERWARDS_MS);
    expect(await call.customerEar.missed(VOICE.all, left, now() - 200)).toBeLessThanOrEqual(frames);
    await call.leg.hangUp();
    await call.customer.ended();
    await expect.poll(() => bench.wrongInRecord(), { timeout: 15_000 }).toEqual([]);
  });

  it.each(RECEIVING)("transferred by the agent's own phone, %s %s", async (phase, step) => {
    const call = await supervised(muted("listen"));
    await bench.at.kim.speak(VOICE.all);
    const from = now();
    await Promise.all([bench.killedAt(step, phase), call.agent.transfer("3001")]);
    await bench.restart();
    const received = await call.customerEar.hears(VOICE.all, from, 1_000).catch(() => undefined);
    if (received === undefined) {
      const rings = await kims.until(() => kims.calls.at(-1), "a call at Kim's own account");
      await rings.answer();
      await call.customerEar.hears(TONES.far, from);
      await rings.hangUp();
    } else {
      await new Ear(call.leg).hears(TONES.customer, from);
      await call.leg.hangUp();
    }
    await call.customer.ended();
    await expect.poll(() => bench.wrongInRecord(), { timeout: 15_000 }).toEqual([]);
  });
});
