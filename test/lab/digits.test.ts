import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { phoneOf, until } from "../scenarios/bench.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { Ear } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { PhoneCall } from "./phone.ts";
import { REFUSAL_HZ, TONES } from "./voices.ts";

const part = await asteriskPart();
/** 941 Hz is in 0 and *, 1209 Hz in 4 and *: both are measured, some hertz beside. */
const DIGIT_HZ = [TONES.agent2, TONES.far];

describe(`a supervisor without a screen, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const centre = new CallCentre({ policy: { hidden: "allowed", digits: "allowed" } });
  let call: LabCall;
  let leg: PhoneCall;
  let ear: Ear;

  beforeAll(() => centre.start());
  afterAll(() => centre.stop());
  afterEach(() => centre.quiet());

  async function listen(how: "Visible" | "Hidden"): Promise<void> {
    const { page, kim } = centre.at;
    await kim.speak(VOICE.nobody);
    call = await centre.connect("2001");
    await centre.board(/Ana Ruiz/);
    await page.press("Listen");
    [leg] = await Promise.all([kim.incoming(), page.press(how)]);
    ear = new Ear(leg);
    await Promise.all([ear.hears(TONES.agent), ear.hears(TONES.customer)]);
    await until(page, how === "Visible" ? /can see you/ : /is not told/);
  }

  async function press(digit: string, says: RegExp): Promise<void> {
    await leg.press(digit);
    await until(centre.at.page, says);
  }

  /** Nobody but the supervisor has heard a digit, or a tone of a refusal, in any frame of the whole call. */
  async function nobodyHeardDigits(): Promise<void> {
    const { agent, customer, agentEar, customerEar } = call;
    expect([agent.digits, customer.digits]).toEqual([[], []]);
    expect(await agentEar.leaks([...DIGIT_HZ, REFUSAL_HZ, ...FORBIDDEN.agent])).toEqual([]);
    expect(await customerEar.leaks([...DIGIT_HZ, REFUSAL_HZ, ...FORBIDDEN.customer])).toEqual([]);
  }

  it("R8 R10 goes the whole way by digits, which nobody hears, with an open mic neither", async () => {
    const { kim } = centre.at;
    await listen("Visible");
    await press("5", /Coaching Ana Ruiz/);
    await kim.speak(VOICE.toAgent);
    await press("0", /Ana Ruiz hears you/);
    await kim.speak(VOICE.agent);
    await call.agentEar.hears(VOICE.agent);
    await kim.speak(VOICE.toAll);
    await press("6", /Everybody on the call hears you/);
    await kim.speak(VOICE.all);
    await Promise.all([call.agentEar.hears(VOICE.all), call.customerEar.hears(VOICE.all)]);

    const refusedAt = Date.now();
    await leg.press("7");
    await leg.press("#");
    await leg.press("1");
    await expect.poll(() => tonesHeard(refusedAt), { timeout: 10_000 }).toBeGreaterThan(10);
    await kim.speak(VOICE.toAll);
    await press("0", /Nobody hears you/);
    await kim.speak(VOICE.nobody);
    await press("4", /Listening to Ana Ruiz/);
    await leg.press("*");
    await leg.ended();
    await call.agentEar.until(Date.now() + 200);
    await nobodyHeardDigits();
    await until(centre.at.page, /You have left the call/);
  });

  /** How many frames of the refusal's tone the supervisor has heard since. */
  async function tonesHeard(since: number): Promise<number> {
    return (await ear.leaks([REFUSAL_HZ], since)).length;
  }

  it("R7 from a hidden Listen the first 5 is refused by two tones, beside which the call is heard on, and the second is yes", async () => {
    await listen("Hidden");
    const since = Date.now();
    await leg.press("5");
    await expect.poll(() => tonesHeard(since), { timeout: 4_000 }).toBeGreaterThanOrEqual(8);
    await centre.at.page.open(await centre.bench.launcher(phoneOf.kim));
    expect(centre.at.page.text()).toMatch(/Hidden: Ana Ruiz is not told/);
    await press("5", /Coaching Ana Ruiz/);
    await ear.until(Date.now() + 100);
    expect(await ear.missed(TONES.agent, since, Date.now() - 50)).toBeLessThanOrEqual(2);
    await nobodyHeardDigits();
  });
});
