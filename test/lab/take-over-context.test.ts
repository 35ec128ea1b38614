import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { AmiSession } from "../../src/pbx/asterisk/check/ami-session.js";
import { AsteriskLab } from "./asterisk.ts";
import { now } from "./clock.ts";
import { LAB_GATEWAY } from "./earshot-config.ts";
import { Ear } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { Phones } from "./phones.ts";
import { CODES, TONES } from "./voices.ts";

const part = await asteriskPart();
const app = `earshot-${LAB_GATEWAY}`;
const LEG = "es-00000000-0123456789abcdef-leg";
const VOICE = CODES[2].open;

/** Whatever a gateway has done by then, it may be killed: the PBX has to go on by itself. */
describe(`the context that setup writes, with no gateway, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new AsteriskLab();
  const phones = new Phones(lab);
  let [agent, customer, supervisor]: Phone[] = [];
  let ami: AmiSession;
  let out: PhoneCall;
  let at: PhoneCall;
  let leg: PhoneCall;

  beforeAll(async () => {
    await lab.start();
    await phones.start();
    agent = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
    customer = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    supervisor = await phones.add({ account: lab.account("3001-sup"), hz: VOICE });
    const opened = await AmiSession.open(
      { host: lab.host, port: lab.ports.ami, ...lab.amiUser },
      AbortSignal.timeout(10_000),
    );
    if (!opened.ok) throw new Error(opened.why);
    ami = opened.value;
  });

  /** The customer talks to the agent, and a supervisor's leg is with a gateway that is about to be killed. */
  beforeEach(async () => {
    if (!agent || !customer || !supervisor) throw new Error("no phones");
    const socket = new WebSocket(lab.ariEventsUrl(app));
    const started = new Promise<void>((resolve) => {
      socket.on("message", (text) => {
        if ((JSON.parse(String(text)) as { type: string }).type === "StasisStart") resolve();
      });
    });
    await expect.poll(() => socket.readyState, { timeout: 10_000 }).toBe(WebSocket.OPEN);
    out = await customer.dial("2001");
    at = await agent.incoming();
    await at.answer();
    await lab.ari("POST", `/channels/${LEG}?${new URLSearchParams({ endpoint: "PJSIP/3001-sup", app })}`);
    leg = await supervisor.incoming();
    await leg.answer();
    await started;
    const lease = new URLSearchParams({ variable: "TIMEOUT(absolute)", value: "3" });
    await lab.ari("POST", `/channels/${LEG}/variable?${lease}`);
    await new Ear(at).hears(TONES.customer);
    await new Ear(out).hears(TONES.agent);
    await redirect();
    socket.terminate();
  });

  afterEach(async () => {
    await phones.hangUpAll();
    await expect.poll(channels, { timeout: 5_000 }).toEqual([]);
  });

  afterAll(async () => {
    ami.close();
    await phones.stop();
    await lab.stop();
  });

  async function channels(): Promise<readonly string[]> {
    return ((await lab.ari("GET", "/channels")) as { readonly name: string }[]).map(({ name }) => name);
  }

  async function redirect(): Promise<void> {
    const all = await channels();
    const named = (device: string) => all.find((name) => name.startsWith(`PJSIP/${device}-`)) ?? "";
    const redirected = await ami.ask("Redirect", [
      ["Channel", named("trunk")],
      ["ExtraChannel", named("2001")],
      ["Context", app],
      ["ExtraContext", app],
      ["Exten", "takeoverroom"],
      ["ExtraExten", "takeoverroom"],
      ["Priority", "1"],
      ["ExtraPriority", "1"],
    ]);
    expect(redirected).toMatchObject({ ok: true });
  }

  async function take(): Promise<void> {
    const on = new URLSearchParams({ context: app, extension: "tookoverroom", priority: "1" });
    const from = now();
    await lab.ari("POST", `/channels/${LEG}/continue?${on}`);
    await new Ear(out).hears(VOICE, from);
    await new Ear(at).hears(VOICE, from);
    await new Ear(leg).hears(TONES.customer, from);
  }

  it("R13 killed before the supervisor is there: the customer stays with the agent, the lease ends the other leg", async () => {
    const from = now();
    await leg.ended();
    await new Ear(out).hears(TONES.agent, from);
    await new Ear(at).hears(TONES.customer, from);
    await new Ear(out).until(now() + 500);
    expect(await new Ear(out).leaks([VOICE])).toEqual([]);
    await at.hangUp();
    await out.ended();
  });

  it("R13 killed afterwards: no lease ends the call, the supervisor has it when the agent has left, and it ends by itself", async () => {
    await take();
    const from = now();
    await at.hangUp();
    await at.ended();
    await new Ear(out).until(from + 3_500);
    expect(await new Ear(out).missed(VOICE, from - 200, now() - 200)).toBeLessThanOrEqual(5);
    await leg.hangUp();
    await out.ended();
  });

  it("R13 killed afterwards: a customer who hangs up last leaves nobody on the line", async () => {
    await take();
    await at.hangUp();
    await at.ended();
    await out.hangUp();
    await leg.ended();
  });
});
