import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import type { AsteriskConfig, PersonId } from "../../src/model/index.js";
import { answered, Gateway, leftovers, legOf, newSupervision } from "./adapter-bench.ts";
import { AsteriskLab } from "./asterisk.ts";
import { labConfig } from "./contract-harness.ts";
import { CuttableProxy } from "./cuttable-proxy.ts";
import { Ear } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { Phones } from "./phones.ts";
import { CODES, TONES } from "./voices.ts";

const part = await asteriskPart();
const ANA = "2001" as PersonId;
const CODE = CODES[0];
const identity = { number: "+4930123456", name: "Carla Voss" };

/**
 * 88 picks a call for 2001 up; member2001 is rung by a Local channel, as FreePBX does; who called 801 goes on to pay once
 * 2001 has hung up.
 */
const dialplan = `[phones]
exten => 88,1,PickupChan(PJSIP/2001)
[extensions]
exten => member2001,1,Dial(PJSIP/2001,30)
exten => 801,1,Dial(PJSIP/2001,30,g)
 same => n,Goto(pay,s,1)
[pay]
exten => s,1,Wait(30)
`;

describe(`the adapter on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new AsteriskLab({ dialplan });
  const phones = new Phones(lab);
  const running: Gateway[] = [];
  let agent: Phone;
  let dita: Phone;
  let customer: Phone;
  let supervisor: Phone;
  let kim: Phone;
  let far: Phone;
  let gateways = 0;

  beforeAll(async () => {
    await lab.start();
    await phones.start();
    agent = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
    dita = await phones.add({ account: lab.account("2003"), hz: TONES.agent3 });
    customer = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    supervisor = await phones.add({ account: lab.account("3001-sup"), hz: CODE.forbidden });
    kim = await phones.add({ account: lab.account("3001"), hz: CODE.forbidden });
    far = await phones.add({ account: lab.account("4001"), hz: TONES.far, answer: "always" });
  });

  afterEach(async () => {
    for (const gateway of running.splice(0)) await gateway.stop();
    await supervisor.speak(CODE.forbidden);
    await phones.hangUpAll();
    expect(await leftovers(lab)).toEqual([]);
  });

  afterAll(async () => {
    await phones.stop();
    await lab.stop();
  });

  async function gateway(config: AsteriskConfig = labConfig(lab), name = `adapter-${++gateways}`): Promise<Gateway> {
    const made = new Gateway(name, config);
    running.push(made);
    await made.start();
    return made;
  }

  async function connect(target = "2001"): Promise<{ out: PhoneCall; at: PhoneCall }> {
    const out = await customer.dial(target, { identity });
    const at = await agent.incoming();
    await at.answer();
    await out.answered();
    return { out, at };
  }

  it("one whose member is a Local channel is one call of two legs, and a coach reaches the agent alone", async () => {
    await lab.cli("queue remove member PJSIP/2001 from support");
    await lab.cli("queue add member Local/member2001@extensions/n to support");
    const one = await gateway();
    const { out, at } = await connect("600");
    const call = await one.call("the call", answered);
    await lab.cli("queue remove member Local/member2001@extensions/n from support");
    await lab.cli("queue add member PJSIP/2001 to support");
    expect(call).toMatchObject({ queue: "support", direction: "inbound" });
    expect(legOf(call, ANA)).toMatchObject({ certain: true, state: "up" });
    expect(call.legs.find(({ party }) => party.kind === "external")?.party).toEqual({ kind: "external", ...identity });
    const { id } = await one.listen(legOf(call, ANA).id, ANA, supervisor);
    await supervisor.speak(CODE.open);
    expect(await one.open(id, legOf(call, ANA).id, ANA, "agent")).toEqual({ ok: true });
    await new Ear(at).hears(CODE.open, Date.now());
    expect(await new Ear(out).leaks([CODE.open])).toEqual([]);
  });

  it("R20 a call that goes into another context by itself is told there, so that the never list ends what it must", async () => {
    const one = await gateway();
    const { at } = await connect("801");
    const call = await one.call("the call", answered);
    expect(call.contexts).not.toContain("pay");
    await at.hangUp();
    const there = await one.call("the call that went on", ({ contexts }) => contexts?.includes("pay") === true);
    expect(there.id).toBe(call.id);
  });

  it("the snapshot after a lost connection says what was said before, a held leg included, and no mouth is left", async () => {
    const proxy = new CuttableProxy(lab.ports.http);
    const port = await proxy.start();
    const config = labConfig(lab);
    const one = await gateway({ ...config, ari: { ...config.ari, url: `http://127.0.0.1:${port}/ari` } });
    const { at } = await connect("600");
    const call = await one.call("the call", answered);
    const leg = legOf(call, ANA).id;
    const { id } = await one.listen(leg, ANA, supervisor);
    await one.open(id, leg, ANA, "agent");
    await at.hold();
    const held = await one.call("the held call", (seen) => legOf(seen, ANA).holding);
    proxy.cut();
    await one.recorder.until("away", ({ there }) => (there ? undefined : true));
    proxy.mend();
    await one.recorder.until("back", ({ there }) => there || undefined);
    expect([...one.recorder.picture().calls.values()]).toEqual([held]);
    await one.facts(id, "without a mouth", ({ mouth, ear }) => mouth === undefined && ear === leg);
    const stranger = await gateway();
    const [seen] = stranger.recorder.picture().calls.values();
    // Another gateway was not there at the answer: it knows the bridge's time, which is later, never earlier.
    expect({ ...seen, answeredAt: 0 }).toEqual({ ...held, answeredAt: 0 });
    const later = (seen?.answeredAt ?? 0) - (held.answeredAt ?? 0);
    expect(later).toBeGreaterThanOrEqual(0);
    expect(later).toBeLessThan(10_000);
    await one.stop();
    proxy.stop();
  });

  it("R21 rings the phone that pressed and no other of its account, with ARI alone", async () => {
    const userAgent = "Yealink SIP-T46U 108.86.0.20 80:5e:c0:aa:bb:cc";
    const second = await phones.add({ account: lab.account("3001-sup"), name: "second", userAgent });
    const one = await gateway(labConfig(lab, false));
    expect(one.pbx.capabilities().size).toBe(0);
    const { out } = await connect();
    await one.call("the call", answered);
    const rung = (phone: Phone) => phone.events.filter(({ type }) => type === "incoming").length;
    const before = rung(supervisor);

    const byMac = newSupervision();
    expect(await one.ring(byMac, { mac: "805ec0aabbcc", from: "192.0.2.1" })).toEqual({ ok: true });
    const invite = await second.incoming();
    expect(rung(supervisor)).toBe(before);
    expect(invite.from).toMatchObject({ name: "earshot" });
    expect(invite.header("call-info")).toMatch(/answer-after=0/);
    expect(invite.header("alert-info")).toMatch(/alert-autoanswer/);
    expect(invite.header("p-asserted-identity") ?? "").not.toMatch(/Kim|3001/);
    await one.end(byMac);

    const byAddress = newSupervision();
    expect(await one.ring(byAddress, { mac: "805ec0000002", from: "::ffff:127.0.0.1" })).toEqual({ ok: true });
    await supervisor.incoming();
    expect(rung(second)).toBe(1);
    await one.end(byAddress);

    const nobody = await one.ring(newSupervision(), { mac: "805ec0000002", from: "192.0.2.1" });
    expect(nobody).toMatchObject({ ok: false, code: "phone-not-registered" });

    const third = await phones.add({ account: lab.account("3001-sup"), name: "third" });
    const either = await one.ring(newSupervision(), { mac: "805ec0000002", from: "127.0.0.1" });
    expect(either).toMatchObject({ ok: false, code: "phone-not-certain" });
    await third.unregister();
    await second.unregister();
    await out.hangUp();
  });

  it("R5 hidden: a phone that watches the supervisor's extension gets no SIP message and no change of RTP", async () => {
    const one = await gateway();
    await agent.subscribe("3001");
    const { at } = await connect();
    const call = await one.call("the call", answered);
    const ear = new Ear(at);
    await ear.hears(TONES.customer);
    await agent.settle();
    const [sip, begun] = [agent.sip.length, Date.now()];
    const { id, at: mine } = await one.listen(legOf(call, ANA).id, ANA, supervisor);
    await new Ear(mine).hears(TONES.agent);
    await one.end(id);
    await mine.ended();
    await ear.until(Date.now() + 200);
    expect(agent.sip.slice(sip).map(({ text }) => text)).toEqual([]);
    expect(await ear.gaps(begun)).toEqual([]);
    await agent.subscribe("3001", 0);
  });

  it("every supervision leg carries a lease at the PBX", async () => {
    const one = await gateway();
    await connect();
    const call = await one.call("the call", answered);
    await one.listen(legOf(call, ANA).id, ANA, supervisor);
    const [leg] = (await leftovers(lab)).filter((id) => id.endsWith("-leg"));
    const path = `/channels/${leg}/variable?variable=${encodeURIComponent("TIMEOUT(absolute)")}`;
    const { value } = (await lab.ari("GET", path)) as { readonly value: string };
    expect(Number(value)).toBeGreaterThan(80);
    expect(Number(value)).toBeLessThanOrEqual(90);
  });

  it("a call picked up by a colleague takes ear and mouth from the leg: the colleague is not heard", async () => {
    const one = await gateway();
    const out = await customer.dial("2001", { identity });
    await agent.incoming();
    const call = await one.call("the ringing call", ({ legs }) => legs.length === 2);
    const leg = legOf(call, ANA).id;
    const { id, at } = await one.listen(leg, ANA, supervisor);
    await supervisor.speak(CODE.open);
    expect(await one.open(id, leg, ANA, "agent")).toEqual({ ok: true });
    const picked = await dita.dial("88");
    await one.facts(id, "without ear and mouth", ({ ear, mouth }) => ear === undefined && mouth === undefined);
    await supervisor.speak(CODE.forbidden);
    const now = await one.call("the picked-up call", (seen) => answered(seen) && seen.legs.length === 2);
    expect(now.id).toBe(call.id);
    expect(legOf(now, "2003")).toMatchObject({ certain: true, state: "up" });
    const heard = new Ear(picked);
    await heard.hears(TONES.customer, Date.now());
    expect(await heard.leaks([CODE.forbidden])).toEqual([]);
    expect((await new Ear(at).firstHeard(TONES.agent3)) ?? "never").toBe("never");
    expect(await one.open(id, leg, ANA, "agent")).toMatchObject({ ok: false, code: "call-gone" });
    await out.hangUp();
  });

  it("a blind transfer by the agent closes the mouth: the destination hears no supervisor", async () => {
    const one = await gateway();
    const { at } = await connect();
    const call = await one.call("the call", answered);
    const leg = legOf(call, ANA).id;
    const { id } = await one.listen(leg, ANA, supervisor);
    await one.open(id, leg, ANA, "everyone");
    await new Ear(at).hears(CODE.forbidden);
    expect(await at.transfer("blindtarget")).toMatchObject({ code: 202 });
    await one.facts(id, "without ear and mouth", ({ ear, mouth }) => ear === undefined && mouth === undefined);
    const reached = new Ear(await far.incoming());
    await reached.hears(TONES.customer);
    expect(await reached.leaks([CODE.forbidden])).toEqual([]);
  });

  it("an attended transfer by the agent closes the mouth, and the customer's call keeps its id", async () => {
    const one = await gateway();
    const { at } = await connect();
    const call = await one.call("the call", answered);
    const leg = legOf(call, ANA).id;
    const { id } = await one.listen(leg, ANA, supervisor);
    await one.open(id, leg, ANA, "agent");
    await at.hold();
    const consulting = await agent.dial("2003");
    const asked = await dita.incoming();
    await asked.answer();
    await consulting.answered();
    await new Ear(asked).hears(TONES.agent);
    await one.recorder.until("both calls", ({ calls }) => (calls.size === 2 ? true : undefined));
    await at.transferTo(consulting);
    await one.facts(id, "without ear and mouth", ({ ear, mouth }) => ear === undefined && mouth === undefined);
    const after = await one.call("the transferred call", (seen) => answered(seen) && seen.id === call.id);
    expect(legOf(after, "2003")).toMatchObject({ certain: true });
    expect(after.answeredAt).toBe(call.answeredAt);
    const heard = new Ear(asked);
    await heard.hears(TONES.customer, Date.now());
    expect(await heard.leaks([CODE.forbidden])).toEqual([]);
  });

  it("R21 the supervision leg cannot be transferred blindly, even where the endpoint allows transfers", async () => {
    const { one, id, mine, at } = await openJoinOnMainAccount();
    const before = Date.now();
    await mine.transfer("blindtarget");
    await kim.until(() => mine.referProgress.find((line) => line.startsWith("SIP/2.0 404")), "the refusal");
    await new Ear(at).until(Date.now() + 500);
    await far.settle();
    expect(far.frames.filter((frame) => frame.at >= before)).toEqual([]);
    expect(one.recorder.picture().facts.get(id)).toMatchObject({ leg: "up", mouth: { reach: "everyone" } });
  });

  it("R21 an attended transfer of the supervision leg ends it: nobody new hears anything", async () => {
    const { one, id, mine, at } = await openJoinOnMainAccount();
    const other = await kim.dial("4001");
    await other.answered();
    const reached = new Ear(await far.incoming());
    await reached.hears(CODE.forbidden);
    await mine.transferTo(other);
    expect(await one.ending(id)).toBe("intruder");
    await new Ear(at).until(Date.now() + 500);
    expect(await reached.leaks([TONES.agent, TONES.customer])).toEqual([]);
    expect(await new Ear(at).leaks([TONES.far])).toEqual([]);
  });

  /** A Join on the supervisor's main account, which may be transferred as any phone may. */
  async function openJoinOnMainAccount() {
    const { supervisionEndpoint: _none, ...config } = labConfig(lab);
    const one = await gateway(config);
    const { at } = await connect();
    const call = await one.call("the call", answered);
    const leg = legOf(call, ANA).id;
    const { id, at: mine } = await one.listen(leg, ANA, kim);
    await one.open(id, leg, ANA, "everyone");
    await new Ear(at).hears(CODE.forbidden);
    return { one, id, mine, at };
  }

  it("a gateway that is replaced stops acting, and the next one finds everything as it is", async () => {
    const first = await gateway(labConfig(lab), "same");
    await connect();
    const call = await first.call("the call", answered);
    const leg = legOf(call, ANA).id;
    const { id } = await first.listen(leg, ANA, supervisor);
    await first.open(id, leg, ANA, "agent");
    const second = await gateway(labConfig(lab), "same");
    await first.recorder.until("away", ({ there }) => (there ? undefined : true));
    expect(second.recorder.picture().facts.get(id)).toEqual({
      id,
      leg: "up",
      ear: leg,
      mouth: { leg, reach: "agent" },
    });
    expect(await first.open(id, leg, ANA, "everyone")).toMatchObject({ ok: false, code: "pbx-away" });
    await first.pbx.stop();
    expect(second.recorder.picture().facts.get(id)?.mouth).toEqual({ leg, reach: "agent" });
    expect(await second.close(id)).toEqual({ ok: true });
    expect(await second.open(id, leg, ANA, "everyone")).toEqual({ ok: true });
    expect(await second.end(id)).toEqual({ ok: true });
  });

  it("a snoop that has lost its leg is swept at the start", async () => {
    const first = await gateway(labConfig(lab), "sweeps");
    await connect();
    const call = await first.call("the call", answered);
    const { id } = await first.listen(legOf(call, ANA).id, ANA, supervisor);
    const proxy = await gateway(labConfig(lab), "other");
    const [leg] = (await leftovers(lab)).filter((name) => name.endsWith("-leg"));
    // Its gateway is thrown out by a bare connection, so that nobody cleans up when the leg goes.
    const socket = new WebSocket(lab.ariEventsUrl("earshot-sweeps"));
    await first.recorder.until("away", ({ there }) => (there ? undefined : true));
    await lab.ari("DELETE", `/channels/${leg}`);
    expect((await leftovers(lab)).some((name) => name.includes("-ear-"))).toBe(true);
    expect(proxy.recorder.picture().facts.size).toBe(0);
    socket.close();
    const next = await gateway(labConfig(lab), "sweeps");
    expect(next.recorder.picture().facts.get(id)).toBeUndefined();
    await expect.poll(() => leftovers(lab), { timeout: 5_000 }).toEqual([]);
  });

  it("a PBX that is killed is away, its supervisions are ended as lost, and AMI comes back", async () => {
    const one = await gateway();
    await connect();
    const call = await one.call("the call", answered);
    const { id } = await one.listen(legOf(call, ANA).id, ANA, supervisor);
    await lab.kill();
    await one.recorder.until("away", ({ there }) => (there ? undefined : true));
    expect(await one.ring(newSupervision())).toMatchObject({ ok: false, code: "pbx-away" });
    await lab.start();
    await phones.hangUpAll();
    await one.recorder.until("back", ({ there }) => there || undefined);
    expect(await one.ending(id)).toBe("lost");
    expect(one.recorder.picture().calls.size).toBe(0);
    await expect.poll(() => one.pbx.capabilities().size, { timeout: 15_000 }).toBe(5);
    for (const phone of [agent, dita, customer, supervisor, kim, far]) await phone.register();
    await connect();
    await one.call("the next call", answered);
  });
});
