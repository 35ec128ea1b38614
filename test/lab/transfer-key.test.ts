import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../scenarios/bench.ts";
import { CallCentre, type CallCentreOptions, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { Ear } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone } from "./phone.ts";
import { type Supervised, supervised } from "./supervised.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
/** 100 ms of RTP time. */
const FRAMES = 5;
const AFTERWARDS_MS = 500;

const asterisk = `Asterisk ${part.ok ? part.version : `(${part.why})`}`;

/** As FreePBX reaches the members of its queues. */
const LOCAL_MEMBERS = "[local](earshot-queue)\nmember => Local/2001@extensions/n,0,Ana Ruiz,PJSIP/2001\n";
const LOCAL_QUEUE = "[extensions]\nexten => 610,1,Answer()\n same => n,Queue(local,,,,120)\n same => n,Hangup()\n";

/** With the site's own context known a transfer waits for a moment; without, the phone it leads to rings meanwhile. */
describe.each<{ readonly how: string; readonly options: CallCentreOptions }>([
  { how: "as the site has it", options: {} },
  { how: "by a context of ours", options: { transferContext: "phones" } },
])(`R13 the phone's own Transfer key on ${asterisk}, $how`, ({ options }) => {
  const centre = new CallCentre({ ...options, queues: LOCAL_MEMBERS, dialplan: LOCAL_QUEUE, cable: true });
  /** Kim's own account on the same desk phone, beside the one that supervisions ring. */
  let kims: Phone;

  beforeAll(async () => {
    await centre.start();
    kims = await centre.phones.add({ account: centre.lab.account("3001"), hz: TONES.far });
  });

  afterEach(async () => {
    await centre.quiet();
    await centre.at.kim.speak(VOICE.nobody);
    await expect.poll(() => centre.leftovers(), { timeout: 10_000 }).toEqual({ channels: 0, bridges: 0 });
  });

  afterAll(() => centre.stop());

  const listen = (how?: "Visible" | "Hidden", target?: string) => supervised(centre, how, target);

  /** The transfer is as any: Kim's own account rings, and has the customer. */
  async function ringsAtKims({ customerEar }: LabCall, from: number): Promise<void> {
    const rings = await kims.until(() => kims.calls.at(-1), "a call at Kim's own account");
    await rings.answer();
    await customerEar.hears(TONES.far, from);
  }

  /** Kim has the customer on the very leg that listened, without a pause; Kim's own account has not been talked to. */
  async function isKims({ customer, customerEar, leg, supervisorEar }: Supervised, from: number): Promise<void> {
    await customerEar.hears(VOICE.all, from);
    await supervisorEar.hears(TONES.customer, from);
    await until(centre.at.page, /You have the call of Ana Ruiz now/);
    await customerEar.until(now() + AFTERWARDS_MS);
    expect(await customerEar.silenceBetween(TONES.agent, VOICE.all, from)).toBeLessThanOrEqual(FRAMES);
    expect(await customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
    expect(kims.frames.filter(({ at }) => at > from)).toEqual([]);
    await leg.hold();
    await customerEar.hears(TONES.music);
    await leg.resume();
    await customerEar.hears(VOICE.all, now());
    await leg.hangUp();
    await customer.ended();
  }

  it.each([
    ["Listen", "2001"],
    ["Listen", "600"],
    ["Coach", "600"],
    ["Join", "2001"],
  ])("a blind transfer to who is in a muted %s of a call to %s", async (mode, target) => {
    const { page, kim } = centre.at;
    const call = await listen("Visible", target);
    if (mode !== "Listen") await page.press(mode);
    await kim.speak(VOICE.all);
    const from = now();
    expect(await call.agent.transfer("3001")).toMatchObject({ code: 202 });
    await call.agent.ended();
    await isKims(call, from);
  });

  it("a blind transfer to who coaches openly", async () => {
    const { page, kim } = centre.at;
    const call = await listen();
    await page.press("Coach");
    await kim.speak(VOICE.agent);
    await page.press("Unmute");
    await until(page, /Ana Ruiz hears you/);
    await call.agentEar.hears(VOICE.agent);
    await kim.speak(VOICE.all);
    const from = now();
    await call.agent.transfer("3001");
    await isKims(call, from);
  });

  // Without such a context the dialplan has ended the call by then.
  if (options.transferContext !== undefined)
    it("a blind transfer to who can be reached at nothing else", async () => {
      await kims.unregister();
      try {
        const call = await listen();
        await centre.at.kim.speak(VOICE.all);
        const from = now();
        await call.agent.transfer("3001");
        await isKims(call, from);
      } finally {
        await kims.register();
      }
    });

  it("the PBX's events are lost as the two are connected: the customer stays with the supervisor", async () => {
    const call = await listen();
    await centre.at.kim.speak(VOICE.all);
    const from = now();
    centre.amiGate.watch = (step, phase) => {
      if (step === "AMI Redirect" && phase === "before") {
        centre.cable.cut();
        setTimeout(() => centre.cable.mend(), 2_500);
      }
      return true;
    };
    await call.agent.transfer("3001");
    await call.customerEar.hears(VOICE.all, from);
    await call.customerEar.until(now() + 4_000);
    expect(await call.customerEar.missed(VOICE.all, now() - 3_500, now() - 200)).toBeLessThanOrEqual(FRAMES);
    centre.amiGate.watch = () => true;
    await until(centre.at.page, /You have the call of Ana Ruiz now/);
    await call.leg.hangUp();
    await call.customer.ended();
  });

  it("a call that becomes private as the two are connected is not lost: they have it, or it rings as any does", async () => {
    const call = await listen();
    await centre.at.kim.speak(VOICE.all);
    const from = now();
    centre.amiGate.watch = (step, phase) => {
      if (step === "AMI Setvar" && phase === "before") {
        centre.amiGate.watch = () => true;
        void centre.lab.setVariable("PJSIP/trunk-", "EARSHOT_PRIVATE", "1");
      }
      return true;
    };
    await call.agent.transfer("3001");
    // Kim's own account rings for a moment in either case.
    const has = await call.customerEar.hears(VOICE.all, from, 2_000).catch(() => undefined);
    if (has === undefined) {
      await kims.calls.at(-1)?.answer();
      await call.customerEar.hears(TONES.far, from);
    }
    await call.customerEar.until(now() + AFTERWARDS_MS);
  });

  it("a blind transfer where a queue reaches the agent by a Local channel rings as anybody's does", async () => {
    const call = await listen("Visible", "610");
    const from = now();
    await call.agent.transfer("3001");
    await ringsAtKims(call, from);
    await call.leg.ended();
  });

  it("the customer's own side transfers to nowhere that it may not dial", async () => {
    const call = await listen();
    await call.customer.transfer("9123");
    await call.agentEar.until(now() + AFTERWARDS_MS);
    const rung = (await centre.lab.ari("GET", "/channels")) as { readonly name: string }[];
    expect(rung.filter(({ name }) => name.startsWith("PJSIP/trunk-"))).toHaveLength(1);
  });

  it("a blind transfer of a private call rings as anybody's does", async () => {
    const call = await listen();
    await centre.lab.setVariable("PJSIP/trunk-", "EARSHOT_PRIVATE", "1");
    await until(centre.at.page, /private/);
    const from = now();
    await call.agent.transfer("3001");
    await ringsAtKims(call, from);
    await call.leg.ended();
  });

  it("a supervisor who hangs up meanwhile: the transfer goes where it would have gone", async () => {
    const call = await listen();
    const from = now();
    await Promise.all([call.agent.transfer("3001"), call.leg.hangUp()]);
    await ringsAtKims(call, from);
  });

  it("asked first, they speak with the agent alone, and then with the customer", async () => {
    const { ana, kim } = centre.at;
    const call = await listen();
    await call.agent.hold();
    await call.customerEar.hears(TONES.music);
    await kim.speak(VOICE.agent);
    const asked = now();
    const consultation = await ana.dial("3001");
    await consultation.answered();
    const consultingEar = new Ear(consultation);
    await consultingEar.hears(VOICE.agent);
    await call.supervisorEar.hears(TONES.agent, asked);
    await until(centre.at.page, /You have the call of Ana Ruiz now/);
    await call.customerEar.until(now() + AFTERWARDS_MS);
    expect(await call.supervisorEar.leaks([TONES.customer], now() - AFTERWARDS_MS)).toEqual([]);
    await kim.speak(VOICE.all);
    const from = now();
    expect(await call.agent.transferTo(consultation)).toMatchObject({ code: 202 });
    await call.customerEar.hears(VOICE.all, from);
    await call.supervisorEar.hears(TONES.customer, from);
    expect(await call.customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
    expect(kims.frames.filter(({ at }) => at > asked)).toEqual([]);
    await call.customer.hangUp();
    await call.leg.ended();
  });

  it("asked first and not wanted after all, the customer is still the agent's", async () => {
    const { ana, kim } = centre.at;
    const call = await listen();
    await call.agent.hold();
    await kim.speak(VOICE.agent);
    const consultation = await ana.dial("3001");
    await new Ear(consultation).hears(VOICE.agent);
    await consultation.hangUp();
    await call.leg.ended();
    await call.agent.resume();
    await call.customerEar.hears(TONES.agent, now());
    expect(await call.customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
  });

  it("to who is hidden it rings as anybody's transfer does, and the supervision ends in words", async () => {
    const { page } = centre.at;
    const call = await listen("Hidden");
    const from = now();
    await call.agent.transfer("3001");
    await kims.until(() => kims.calls.at(-1), "a call at Kim's own account");
    await until(page, /not allowed|may not/i);
    await ringsAtKims(call, from);
  });
});
