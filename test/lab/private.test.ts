import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GatewayBench, people, phoneOf, until } from "../scenarios/bench.ts";
import { dita } from "../unit/core/world.ts";
import { AsteriskLab } from "./asterisk.ts";
import { now } from "./clock.ts";
import { labPbx } from "./earshot-config.ts";
import { leaksIn } from "./hearing.ts";
import { Ear } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import type { YealinkPhone } from "./phones/yealink.ts";
import { Phones } from "./phones.ts";
import { recordedIn } from "./recorded.ts";
import { CODES, TONES } from "./voices.ts";

const part = await asteriskPart();

/** Long enough for whatever was under way to arrive, in milliseconds of audio. */
const AFTERWARDS_MS = 500;
const VOICES = [CODES[0].forbidden, CODES[1].open];
const [NOBODY, AGENT] = [CODES[0].forbidden, CODES[1].open];
/** Whatever is said on the call while it is private; nobody but its parties may hear it. */
const SECRET = TONES.far;

describe(`R20 private calls on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new AsteriskLab({
    dialplan: "[extensions]\nexten => 800,1,Set(EARSHOT_PRIVATE=1)\n same => n,Dial(PJSIP/2001,30)\n",
  });
  const phones = new Phones(lab);
  let ana: Phone;
  let ditas: Phone;
  let carla: Phone;
  let kim: Phone;
  let data: string;
  let bench: GatewayBench;
  let page: YealinkPhone;
  let anas: YealinkPhone;

  beforeAll(async () => {
    await lab.start();
    await phones.start();
    const add = (user: string, hz: number) => phones.add({ account: lab.account(user), hz });
    ana = await add("2001", TONES.agent);
    ditas = await add("2003", TONES.agent2);
    carla = await add("trunk", TONES.customer);
    kim = await phones.add({ account: lab.account("3001-sup"), hz: NOBODY, obeyAutoAnswer: true });
  });

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), "earshot-private-"));
    await run();
  });

  afterEach(async () => {
    await phones.hangUpAll();
    await Promise.all([carla.speak(TONES.customer), kim.speak(NOBODY)]);
    await expect.poll(channels, { timeout: 20_000 }).toEqual([]);
    await bench.stop();
    await rm(data, { recursive: true, force: true });
  });

  afterAll(async () => {
    await phones.stop();
    await lab.stop();
  });

  /** A gateway on the folder of the one before it. */
  async function run(): Promise<void> {
    const pbx = labPbx({ ports: lab.ports, ari: lab.ariUser, ami: lab.amiUser });
    bench = new GatewayBench({ config: { data, pbx, people: [...people, dita], recording: { ofPbx: true } } });
    await bench.start();
    await bench.busyLight();
    page = await bench.phone(phoneOf.kim);
    anas = await bench.phone(phoneOf.ana);
  }

  const channels = async () => ((await lab.ari("GET", "/channels")) as { name: string }[]).map(({ name }) => name);

  interface Talk {
    readonly agent: PhoneCall;
    readonly agentEar: Ear;
    readonly customerEar: Ear;
  }

  async function talk(target = "2001"): Promise<Talk> {
    const customer = await carla.dial(target, { identity: { number: "+4930123456", name: "Carla Voss" } });
    const agent = await ana.incoming();
    await agent.answer();
    const talk = { agent, agentEar: new Ear(agent), customerEar: new Ear(customer) };
    await Promise.all([talk.agentEar.hears(TONES.customer), talk.customerEar.hears(TONES.agent)]);
    return talk;
  }

  async function listen(how: "Visible" | "Hidden"): Promise<Ear> {
    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    const [leg] = await Promise.all([kim.incoming(), page.press(how)]);
    await until(page, how === "Visible" ? /can see you/ : /Nobody hears you/);
    const ear = new Ear(leg);
    await ear.hears(TONES.customer);
    return ear;
  }

  async function coachOpenly(): Promise<Talk & { readonly ear: Ear }> {
    const call = await talk();
    const ear = await listen("Visible");
    await page.press("Coach");
    await kim.speak(AGENT);
    await call.customerEar.until(now() + AFTERWARDS_MS);
    await page.press("Unmute");
    await until(page, /Ana Ruiz hears you/);
    await call.agentEar.hears(AGENT);
    return { ...call, ear };
  }

  /** What is said from now on is secret. @returns the moment. */
  async function secretFromNow(): Promise<number> {
    await kim.speak(NOBODY);
    return await carla.speak(SECRET);
  }

  /** The customer's secret has reached the agent and not a frame of it the supervisor, whom nobody hears either. */
  async function isKept(call: Talk, ear: Ear | undefined, since: number): Promise<void> {
    await call.agentEar.hears(SECRET, since);
    await call.agentEar.until(now() + AFTERWARDS_MS);
    if (ear) expect(await ear.leaks([SECRET])).toEqual([]);
    expect(await call.agentEar.leaks([NOBODY], since)).toEqual([]);
    expect(await call.customerEar.leaks(VOICES)).toEqual([]);
  }

  /** What was secret is over; the supervisor hears the call again and is heard by nobody. */
  async function isHeardAgain(call: Talk, ear: Ear, how: RegExp): Promise<void> {
    const since = await carla.speak(TONES.customer);
    await until(page, how);
    expect(page.title()).toBe("Listening to Ana Ruiz");
    await ear.hears(TONES.customer, since);
    await ear.hears(TONES.agent, since);
    await call.agentEar.until(now() + AFTERWARDS_MS);
    expect(await call.agentEar.leaks([NOBODY], since)).toEqual([]);
  }

  /** Waits for the row that says so, done. */
  async function paused(act: "recording-paused" | "recording-resumed"): Promise<void> {
    const row = async () => (await bench.gateway.audit({ limit: 1_000 })).find((one) => one.act === act);
    await expect.poll(row, { timeout: 10_000 }).toMatchObject({ outcome: "done" });
  }

  /** The phone of the agent is asked for the page again, and then pressed. */
  async function press(label: string): Promise<void> {
    await anas.press("Update");
    await anas.press(label);
  }

  it("the meter of this run reports a secret that a supervisor hears", async () => {
    const call = await talk();
    const ear = await listen("Hidden");
    const since = await secretFromNow();
    await ear.hears(SECRET, since);
    expect((await ear.leaks([SECRET])).length).toBeGreaterThanOrEqual(10);
    await call.agentEar.hears(SECRET, since);
  });

  it("by the agent's key during an open coach: cut, and back as a muted, visible listen", async () => {
    const call = await coachOpenly();
    await anas.press("Update");
    const pressed = now();
    await anas.press("Private");
    const since = await secretFromNow();
    const last = (await call.ear.lastHeard(TONES.customer, since)) ?? Number.NaN;
    console.log(`by the key: the supervisor's last frame ${Math.round(last - pressed)} ms after the press`);
    await until(page, /This call is private now/);
    await isKept(call, call.ear, since);
    await carla.speak(TONES.customer);
    await press("Reopen");
    await isHeardAgain(call, call.ear, /Ana Ruiz can see you/);
  });

  it("R5 hidden: neither the cut nor the way back shows in a packet, a SIP message or the agent's page", async () => {
    const call = await talk();
    const ear = await listen("Hidden");
    const [from, messages] = [now(), ana.sip.length];
    await press("Private");
    const shown = anas.text();
    const since = await secretFromNow();
    await isKept(call, ear, since);
    await carla.speak(TONES.customer);
    await press("Reopen");
    await isHeardAgain(call, ear, /Hidden: Ana Ruiz is not told/);
    expect(ana.sip.slice(messages)).toEqual([]);
    expect((await call.agentEar.gaps(from)).filter(({ ssrcChanged }) => ssrcChanged)).toEqual([]);
    expect(shown).toBe(
      "This call is private. No supervisor hears it or speaks on it.\nNo supervisor is shown on your call.\nOK shows all you can do.",
    );
  });

  it("by the site's variable on either leg during an open coach, taken back on the other", async () => {
    const call = await coachOpenly();
    const asked = now();
    await lab.setVariable("PJSIP/2001-", "EARSHOT_PRIVATE", "1");
    await until(page, /You hear nobody and nobody hears you/);
    const since = await secretFromNow();
    const last = (await call.ear.lastHeard(TONES.customer, since)) ?? Number.NaN;
    console.log(`by the variable: the supervisor's last frame ${Math.round(last - asked)} ms after it was asked for`);
    await isKept(call, call.ear, since);
    await carla.speak(TONES.customer);
    await lab.setVariable("PJSIP/trunk-", "EARSHOT_PRIVATE", "0");
    await isHeardAgain(call, call.ear, /Ana Ruiz can see you/);
  });

  it("by the dialplan before the answer: marked, and refused in words", async () => {
    const call = await talk("800");
    const since = await secretFromNow();
    await until(page, /# \S+ Ana Ruiz/);
    await page.press("Listen");
    expect(page.text()).toMatch(/This call is private now. Nobody else may hear it./);
    await isKept(call, undefined, since);
    expect(kim.calls).toEqual([]);
  });

  it("by the agent's key before the answer: private after it, and heard once that is over", async () => {
    await carla.dial("2001");
    const agent = await ana.incoming();
    await until(page, /~ rings Ana Ruiz/);
    await press("Private");
    await agent.answer();
    await until(page, /# \d+:\d+ Ana Ruiz/);
    await page.press("Listen");
    expect(page.text()).toMatch(/This call is private now/);
    await page.press("Calls");
    await press("Reopen");
    await listen("Visible");
  });

  it("set while the gateway is down: private after the start, and nothing is heard from then on", async () => {
    const call = await coachOpenly();
    await bench.gateway.stop();
    await lab.setVariable("PJSIP/trunk-", "EARSHOT_PRIVATE", "1");
    await run();
    await until(page, /You hear nobody and nobody hears you/);
    const since = await secretFromNow();
    await isKept(call, call.ear, since);
    await carla.speak(TONES.customer);
    await press("Reopen");
    await isHeardAgain(call, call.ear, /Ana Ruiz can see you/);
  });

  it("MixMonitor on the customer's leg has what was said before and after, and nothing of what was secret", async () => {
    const file = join(data, "call.sln");
    const call = await talk();
    const [customer] = (await channels()).filter((name) => name.startsWith("PJSIP/trunk-"));
    await lab.cli(`mixmonitor start ${customer} ${file}`);
    await call.agentEar.until(now() + AFTERWARDS_MS);
    await press("Private");
    await paused("recording-paused");
    const since = await secretFromNow();
    await call.agentEar.hears(SECRET, since);
    await call.agentEar.until(now() + AFTERWARDS_MS);
    const after = await carla.speak(TONES.music);
    await call.agentEar.hears(TONES.music, after);
    await press("Reopen");
    await paused("recording-resumed");
    await call.agentEar.until(now() + AFTERWARDS_MS);
    await lab.cli(`mixmonitor stop ${customer}`);
    const heard = (hz: number) => async () => leaksIn(await recordedIn(file), [hz]).length;
    await expect.poll(heard(TONES.music), { timeout: 10_000 }).toBeGreaterThanOrEqual(10);
    expect(await heard(TONES.customer)()).toBeGreaterThanOrEqual(10);
    expect(await heard(SECRET)()).toBe(0);
  });

  it("is kept over a restart, and over a transfer to an agent who has not made it private", async () => {
    const call = await coachOpenly();
    await press("Private");
    await until(page, /You hear nobody/);
    await bench.gateway.stop();
    await run();
    await until(page, /You hear nobody and nobody hears you/);
    const since = await secretFromNow();
    await isKept(call, call.ear, since);
    await call.agent.transfer("2003");
    const at = await ditas.incoming();
    await at.answer();
    const ditasEar = new Ear(at);
    await ditasEar.hears(SECRET);
    await ditasEar.until(now() + AFTERWARDS_MS);
    await until(page, /Listening to Dita Novak/);
    expect(page.text()).toMatch(/This call is private now/);
    expect(await call.ear.leaks([SECRET, TONES.agent2])).toEqual([]);
    expect(await ditasEar.leaks(VOICES)).toEqual([]);
    await carla.speak(TONES.customer);
    await lab.setVariable("PJSIP/trunk-", "EARSHOT_PRIVATE", "0");
    await until(page, /you now hear Dita Novak/);
    await call.ear.hears(TONES.agent2);
  });
});
