import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import type { LegId, PersonId } from "../../src/model/index.js";
import { until } from "../scenarios/bench.ts";
import { answered, Gateway, legOf, newSupervision } from "./adapter-bench.ts";
import { AsteriskLab } from "./asterisk.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { labConfig } from "./contract-harness.ts";
import { Ear, measured } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { Phones } from "./phones.ts";
import { channelOf } from "./raw-supervision.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
const asterisk = `Asterisk ${part.ok ? part.version : `(${part.why})`}`;
const CELL_MS = 1_000;
const SETTLED_MS = 400;
const ANA = "2001" as PersonId;
const modules = ["bridge_native_rtp"];
const dialplan = `[extensions]
exten => t2001,1,Dial(PJSIP/2001,30,t)
exten => recorded2001,1,MixMonitor(call.wav)
 same => n,Dial(PJSIP/2001,30)
`;

/** Waits until the PBX has put the call's two parties into a bridge of this technology. */
async function bridged(lab: AsteriskLab, technology: string): Promise<void> {
  const technologies = async () => {
    const bridges = (await lab.ari("GET", "/bridges")) as readonly { readonly technology: string }[];
    return bridges.map((bridge) => bridge.technology);
  };
  await expect.poll(technologies, { timeout: 10_000 }).toContain(technology);
}

/** What the two parties of a call can see of it: their SIP, and their RTP by SSRC, sequence number and timestamp. */
class Wire {
  readonly #parties: readonly { readonly phone: Phone; readonly ear: Ear }[];
  #from = 0;
  #sip: readonly number[] = [];

  constructor(...calls: readonly PhoneCall[]) {
    this.#parties = calls.map((call) => ({ phone: call.phone, ear: new Ear(call) }));
  }

  /** Begins to watch, once the call has settled. */
  async watch(): Promise<void> {
    await this.pass();
    this.#from = now();
    this.#sip = this.#parties.map(({ phone }) => phone.sip.length);
  }

  /** Lets some audio pass, so that what has been done shows. */
  async pass(): Promise<void> {
    const end = now() + SETTLED_MS;
    await Promise.all(this.#parties.map(({ ear }) => ear.until(end)));
  }

  /** For each party what has happened since: first lines of SIP messages, and breaks in the audio. */
  async seen(): Promise<{ readonly sip: string[]; readonly breaks: number; readonly ssrcs: number }[]> {
    await this.pass();
    return await Promise.all(
      this.#parties.map(async ({ phone, ear }, place) => {
        const gaps = await ear.gaps(this.#from);
        const sip = phone.sip.slice(this.#sip[place]).map(({ text }) => text.split("\r\n")[0] ?? "");
        return { sip, breaks: gaps.length, ssrcs: 1 + gaps.filter(({ ssrcChanged }) => ssrcChanged).length };
      }),
    );
  }
}

const NOTHING = { sip: [], breaks: 0, ssrcs: 1 };

describe.each([
  { kind: "direct media", directMedia: true, refusal: /phones exchange their sound directly/, code: "direct-media" },
  { kind: "a native RTP bridge", directMedia: false, refusal: /show in the sound stream/, code: "native-media" },
])(`R5 hearing a call of $kind on ${asterisk}`, ({ directMedia, refusal, code }) => {
  const centre = new CallCentre({ modules, dialplan, directMedia });

  beforeAll(() => centre.start());
  afterEach(() => centre.quiet());
  afterAll(() => centre.stop());

  async function begun(target: string, technology: string): Promise<{ call: LabCall; wire: Wire }> {
    const call = await centre.connect(target);
    await bridged(centre.lab, technology);
    const wire = new Wire(call.agent, call.customer);
    await wire.watch();
    return { call, wire };
  }

  async function listen(how: "Visible" | "Hidden"): Promise<Ear> {
    const { page, kim } = centre.at;
    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    const [leg] = await Promise.all([kim.incoming(), page.press(how)]);
    const ear = new Ear(leg);
    await Promise.all([ear.hears(TONES.agent), ear.hears(TONES.customer)]);
    await until(page, /Nobody hears you/);
    return ear;
  }

  it("Hidden is refused in words, on record, and neither party nor the supervisor's phone notices anything", async () => {
    const { call, wire } = await begun("2001", "native_rtp");
    const { page, kim } = centre.at;
    const rung = kim.events.length;
    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    await page.press("Hidden");
    expect(page.text()).toMatch(/^Hidden would show/);
    expect(page.text()).toMatch(refusal);
    expect(await wire.seen()).toEqual([NOTHING, NOTHING]);
    await kim.settle();
    expect(kim.events.slice(rung)).toEqual([]);
    const [row] = await centre.bench.gateway.audit({ limit: 1 });
    expect(row).toMatchObject({ act: "listen", outcome: "refused", refusal: code, agent: ANA });
    await page.press("Calls");
    await call.customer.hangUp();
  });

  it("Visible hears both and is heard as its mode says; it does show, and cannot be hidden afterwards", async () => {
    const { call, wire } = await begun("2001", "native_rtp");
    const { page, kim } = centre.at;
    const supervisor = await listen("Visible");
    await until(page, /can see you/);
    const shown = await wire.seen();
    expect(shown.map(({ sip }) => sip.some((line) => line.startsWith("INVITE ")))).toEqual([directMedia, directMedia]);
    expect(shown.map(({ ssrcs }) => ssrcs > 1)).toEqual([true, true]);
    await page.press("Hide");
    expect(page.text()).toMatch(refusal);
    expect(page.text()).toMatch(/can see you/);
    await page.press("Coach");
    await until(page, /Coaching/);
    await kim.speak(VOICE.toAgent);
    await page.press("Unmute");
    await until(page, /Ana Ruiz hears you/);
    await kim.speak(VOICE.agent);
    await call.agentEar.hears(VOICE.agent);
    const cell = (ear: Ear, other: number, expected: readonly number[], forbid: readonly number[]) =>
      measured(() => ear.listen(CELL_MS, { other, expect: expected, forbid }));
    const cells = await Promise.all([
      cell(call.agentEar, TONES.customer, [VOICE.agent], FORBIDDEN.agent),
      cell(call.customerEar, TONES.agent, [], FORBIDDEN.customer),
      cell(supervisor, TONES.agent, [TONES.customer], FORBIDDEN.supervisor),
    ]);
    expect(cells.map(({ missing }) => missing)).toEqual([[], [], []]);
    await kim.speak(VOICE.toAgent);
    await page.press("Mute");
    await until(page, /Nobody hears you/);
    await kim.speak(VOICE.nobody);
    await page.press("Leave");
    await bridged(centre.lab, "native_rtp");
    expect(await call.agentEar.leaks(FORBIDDEN.agent)).toEqual([]);
    expect(await call.customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
    await page.press("Calls");
    await call.customer.hangUp();
  });

  it("a Dial with t takes Hidden: no SIP, no SSRC and no packet tells of its coming and going", async () => {
    const { call, wire } = await begun("t2001", "simple_bridge");
    const { page } = centre.at;
    const supervisor = await listen("Hidden");
    await until(page, /is not told/);
    const cell = await measured(() =>
      supervisor.listen(CELL_MS, { other: TONES.agent, expect: [TONES.customer], forbid: FORBIDDEN.supervisor }),
    );
    expect(cell.missing).toEqual([]);
    await page.press("Leave");
    await until(page, /You have left/);
    expect(await wire.seen()).toEqual([NOTHING, NOTHING]);
    await page.press("Calls");
    await call.customer.hangUp();
  });
});

describe(`R5 a call whose way can change on ${asterisk}`, () => {
  const lab = new AsteriskLab({ modules, dialplan });
  const phones = new Phones(lab);
  let gateway: Gateway;
  let agent: Phone;
  let customer: Phone;
  let kim: Phone;

  beforeAll(async () => {
    await lab.start();
    await phones.start();
    agent = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
    customer = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    kim = await phones.add({ account: lab.account("3001-sup"), hz: VOICE.nobody });
    gateway = new Gateway("native", labConfig(lab));
    await gateway.start();
  });

  afterEach(() => phones.hangUpAll());

  afterAll(async () => {
    await gateway.pbx.stop();
    await phones.stop();
    await lab.stop();
  });

  async function connected(target: string): Promise<{ out: PhoneCall; at: PhoneCall; leg: LegId }> {
    const out = await customer.dial(target, { identity: { number: "+4930123456", name: "Carla Voss" } });
    const at = await agent.incoming();
    await at.answer();
    const { id } = legOf(await gateway.call("the call", answered), ANA);
    await Promise.all([new Ear(out).hears(TONES.agent), new Ear(at).hears(TONES.customer)]);
    await bridged(lab, "simple_bridge");
    return { out, at, leg: id };
  }

  it("a recorded call is uncertain: when the recording stops it would become native", async () => {
    const { leg } = await connected("recorded2001");
    expect(await gateway.pbx.unseen(leg)).toMatchObject({ ok: false, code: "trace-uncertain" });
  });

  it("the last word is the PBX's: what changed while the supervisor's phone rang refuses the ear, untouched", async () => {
    await lab.cli("module unload bridge_native_rtp.so");
    const { at, out, leg } = await connected("2001");
    expect(await gateway.pbx.unseen(leg)).toEqual({ ok: true });
    const id = newSupervision();
    expect(await gateway.ring(id)).toEqual({ ok: true });
    await kim.incoming();
    await gateway.facts(id, "up", (facts) => facts.leg === "up");
    await lab.cli("module load bridge_native_rtp.so");
    await stir(await channelOf(lab, ANA));
    await bridged(lab, "native_rtp");
    const wire = new Wire(at, out);
    await wire.watch();
    const attach = { type: "attach-ear", supervision: id, leg, agent: ANA, unseen: true } as const;
    expect(await gateway.pbx.execute(attach)).toMatchObject({ ok: false, code: "native-media" });
    expect(await wire.seen()).toEqual([NOTHING, NOTHING]);
    await gateway.end(id);
  });

  /** A bridge looks for a better way only when something changes in it: somebody else listens for a moment. */
  async function stir(channel: string): Promise<void> {
    const socket = new WebSocket(lab.ariEventsUrl("stir"));
    const started = new Promise<void>((resolve) => {
      socket.on("message", (data) => {
        if (/"StasisStart"/.test(String(data))) resolve();
      });
    });
    await once(socket, "open");
    await lab.ari("POST", `/channels/${channel}/snoop/stir-1?spy=both&whisper=none&app=stir`);
    await started;
    await lab.ari("DELETE", "/channels/stir-1");
    socket.close();
  }
});
