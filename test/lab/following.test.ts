import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../scenarios/bench.ts";
import { dita } from "../unit/core/world.ts";
import { leftovers } from "./adapter-bench.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { Ear } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
const ALL_VOICES = Object.values(VOICE);
/** Long enough for whatever was under way to arrive, in milliseconds of audio. */
const AFTERWARDS_MS = 500;
/** Calls can be parked at 700 and taken up at 701. */
const PARKING = "[phones]\ninclude => parkedcalls\n";

describe(`R18 following the customer's call on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const centre = new CallCentre({ people: [dita], dialplan: PARKING });
  let ditas: Phone;
  let bens: Phone;
  let office: Phone;

  beforeAll(async () => {
    await centre.start();
    const { lab, phones } = centre;
    ditas = await phones.add({ account: lab.account("2003"), hz: TONES.agent2 });
    bens = await phones.add({ account: lab.account("2002"), hz: TONES.agent3 });
    office = await phones.add({ account: lab.account("4001"), hz: TONES.far });
  });

  afterEach(async () => {
    await centre.at.ana.mixes(false);
    await centre.quiet();
    await centre.at.kim.speak(VOICE.nobody);
    await expect.poll(() => leftovers(centre.lab), { timeout: 10_000 }).toEqual([]);
  });

  afterAll(() => centre.stop());

  interface Listening extends LabCall {
    readonly supervisorEar: Ear;
  }

  async function listen(how: "Visible" | "Hidden"): Promise<Listening> {
    const { page, kim } = centre.at;
    const call = await centre.connect("2001");
    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    const [leg] = await Promise.all([kim.incoming(), page.press(how)]);
    await until(page, how === "Visible" ? /can see you/ : /Nobody hears you/);
    const supervisorEar = new Ear(leg);
    await supervisorEar.hears(TONES.agent);
    return { ...call, supervisorEar };
  }

  /** Kim speaks to Ana, and Ana alone hears it. */
  async function coachOpenly(): Promise<Listening> {
    const { page, kim } = centre.at;
    const call = await listen("Visible");
    await page.press("Coach");
    await until(page, /Coaching/);
    await kim.speak(VOICE.agent);
    await call.customerEar.until(now() + AFTERWARDS_MS);
    await page.press("Unmute");
    await until(page, /Ana Ruiz hears you/);
    await call.agentEar.hears(VOICE.agent);
    return call;
  }

  /** Dita has the call and Kim hears both; nobody has heard Kim since, and the customer never. */
  async function isFollowed({ supervisorEar, customerEar }: Listening, at: PhoneCall, since: number): Promise<void> {
    const { page } = centre.at;
    const ditasEar = new Ear(at);
    await until(page, /Transferred: you now hear Dita Novak/);
    expect(page.text()).toMatch(/Nobody hears you/);
    await supervisorEar.hears(TONES.agent2, since);
    await supervisorEar.hears(TONES.customer, since);
    await customerEar.hears(TONES.agent2, since);
    await ditasEar.until(now() + AFTERWARDS_MS);
    expect(await ditasEar.leaks(ALL_VOICES)).toEqual([]);
    expect(await customerEar.leaks(ALL_VOICES)).toEqual([]);
  }

  it("a blind transfer inside the rights during an open coach: muted listen at the new agent, then a new coach", async () => {
    const { page, kim, light } = centre.at;
    const call = await coachOpenly();
    const since = now();
    expect(await call.agent.transfer("2003")).toMatchObject({ code: 202 });
    const at = await ditas.incoming();
    await until(page, /The call has left Ana Ruiz/);
    await light.until(() => (light.last("/lamp") as { lamp: string }).lamp === "off");
    await at.answer();
    await isFollowed(call, at, since);
    await until(page, /Dita Novak can see you/);

    await kim.speak(VOICE.agent);
    await page.press("Coach");
    await page.press("Unmute");
    await until(page, /Dita Novak hears you/);
    await new Ear(at).hears(VOICE.agent);
    await call.customerEar.until(now() + AFTERWARDS_MS);
    expect(await call.customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
  });

  it("a blind transfer during a hidden listen stays hidden", async () => {
    const call = await listen("Hidden");
    const since = now();
    await call.agent.transfer("2003");
    const at = await ditas.incoming();
    await at.answer();
    await isFollowed(call, at, since);
    expect(centre.at.page.text()).toMatch(/Hidden: Dita Novak is not told/);
  });

  it("an attended transfer during an open coach: the consultation is never heard, nor the coach in it", async () => {
    const { page } = centre.at;
    const call = await coachOpenly();
    await call.agent.hold();
    const consultation = await centre.at.ana.dial("2003");
    const at = await ditas.incoming();
    await until(page, /second call and could pass your voice on/);
    await at.answer();
    await new Ear(consultation).hears(TONES.agent2);
    const during = now();
    await call.supervisorEar.hears(TONES.customer, during);
    await call.supervisorEar.until(during + AFTERWARDS_MS);
    expect(await call.supervisorEar.leaks([TONES.agent2])).toEqual([]);
    const since = now();
    expect(await call.agent.transferTo(consultation)).toMatchObject({ code: 202 });
    await isFollowed(call, at, since);
  });

  it("a blind transfer to another team ends it, in words", async () => {
    const { page } = centre.at;
    const call = await coachOpenly();
    const since = now();
    await call.agent.transfer("2002");
    const at = await bens.incoming();
    await at.answer();
    await until(page, /You may not hear where the call of Ana Ruiz went/);
    await call.customerEar.hears(TONES.agent3, since);
    const bensEar = new Ear(at);
    await bensEar.until(now() + AFTERWARDS_MS);
    expect(await bensEar.leaks(ALL_VOICES)).toEqual([]);
    expect(await call.customerEar.leaks(ALL_VOICES)).toEqual([]);
    expect(await call.supervisorEar.leaks([TONES.agent3])).toEqual([]);
  });

  it("an attended transfer to another team ends it, in words", async () => {
    const { page } = centre.at;
    const call = await coachOpenly();
    await call.agent.hold();
    const consultation = await centre.at.ana.dial("2002");
    const at = await bens.incoming();
    await at.answer();
    await new Ear(consultation).hears(TONES.agent3);
    const since = now();
    await call.agent.transferTo(consultation);
    await until(page, /You may not hear where the call of Ana Ruiz went/);
    await call.customerEar.hears(TONES.agent3, since);
    expect(await new Ear(at).leaks(ALL_VOICES)).toEqual([]);
    expect(await call.supervisorEar.leaks([TONES.agent3])).toEqual([]);
  });

  it("a transfer to an external number ends it, in words", async () => {
    const { page, carla } = centre.at;
    const call = await listen("Visible");
    await call.agent.transfer("9555");
    const at = await carla.incoming();
    await until(page, /The call has left Ana Ruiz/);
    await at.answer();
    await until(page, /The call of Ana Ruiz went to somebody outside/);
  });

  it("a parked call is silent, and followed when somebody takes it up", async () => {
    const { page } = centre.at;
    const call = await listen("Visible");
    const since = now();
    await call.agent.transfer("700");
    await until(page, /Waiting for whoever takes it/);
    const at = await ditas.dial("701");
    await at.answered();
    await isFollowed(call, at, since);
  });

  it("the agent holds and resumes during an open coach: the customer goes on being heard, and hears no coach", async () => {
    const call = await coachOpenly();
    await call.agent.hold();
    await call.customerEar.hears(TONES.music);
    const held = now();
    await call.supervisorEar.hears(TONES.customer, held);
    await call.agent.resume();
    const resumed = now();
    await call.agentEar.hears(VOICE.agent, resumed);
    await call.customerEar.hears(TONES.agent, resumed);
    await call.customerEar.until(now() + AFTERWARDS_MS);
    expect(await call.customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
  });

  it("a phone that joins two calls by itself passes nothing of a coach on, from the second leg's first frame", async () => {
    const { page, ana, kim } = centre.at;
    await ana.mixes(true);
    const call = await coachOpenly();
    const second = await ana.dial("4001");
    const third = await office.incoming();
    await third.answer();
    const farEar = new Ear(third);
    await farEar.hears(TONES.customer);
    await until(page, /second call and could pass your voice on/);
    await page.press("Unmute");
    expect(page.text()).toMatch(/^The agent's phone has a second call/);
    await farEar.until(now() + AFTERWARDS_MS);
    expect(await farEar.leaks(ALL_VOICES)).toEqual([]);
    expect(await call.customerEar.leaks(FORBIDDEN.customer)).toEqual([]);

    await second.hangUp();
    await third.ended();
    await until(page, /Coaching Ana Ruiz\n(?!.*second call)/);
    await kim.speak(VOICE.agent);
    await page.press("Unmute");
    await until(page, /Ana Ruiz hears you/);
    // A call that comes in beside the first one can be joined as well, from its answer on.
    await office.dial("2001");
    const beside = await ana.incoming();
    await until(page, /second call and could pass your voice on/);
    await beside.answer();
    const [back] = office.calls;
    if (!back) throw new Error("the office has no call");
    await new Ear(back).hears(TONES.customer);
    await new Ear(back).until(now() + AFTERWARDS_MS);
    expect(await new Ear(back).leaks(ALL_VOICES)).toEqual([]);
  });
});
