import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { AsteriskLab } from "./asterisk.ts";
import { Ear } from "./meter.ts";
import type { Phone } from "./phone.ts";
import { Phones } from "./phones.ts";
import { channelOf } from "./raw-supervision.ts";
import { CODES, TONES } from "./voices.ts";

describe("the lab's phones and PBX", () => {
  const lab = new AsteriskLab();
  const phones = new Phones(lab);
  let ana: Phone;
  let ben: Phone;
  let customer: Phone;
  let office: Phone;

  beforeAll(async () => {
    await lab.start();
    await phones.start();
    ana = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
    ben = await phones.add({ account: lab.account("2002"), hz: TONES.agent2 });
    customer = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    office = await phones.add({ account: lab.account("4001"), hz: TONES.far, answer: "always" });
  });

  afterEach(async () => {
    await ana.silent(false);
    await phones.hangUpAll();
  });

  afterAll(async () => {
    await phones.stop();
    await lab.stop();
  });

  async function connect(target: string, callee: Phone, caller = customer) {
    const out = await caller.dial(target);
    const at = await callee.incoming();
    await at.answer();
    // A call is up at the phones some milliseconds before Asterisk has bridged it; a REFER in between fails.
    await Promise.all([out.answered(), new Ear(at).hears(caller === ana ? TONES.agent : TONES.customer)]);
    return { out, at };
  }

  it("hold brings music, resume brings the voice back", async () => {
    const { out, at } = await connect("2001", ana);
    const ear = new Ear(out);
    await ear.hears(TONES.agent);
    expect(await at.hold()).toBe(200);
    const music = await ear.hears(TONES.music);
    expect(await at.resume()).toBe(200);
    await ear.hears(TONES.agent, music);
    await out.hangUp();
    expect(await at.ended()).toMatchObject({ by: "there" });
  });

  it("a blind transfer connects the customer elsewhere", async () => {
    const { out, at } = await connect("600", ana);
    expect(await at.transfer("blindtarget")).toMatchObject({ code: 202 });
    await at.ended();
    const there = await office.incoming();
    await Promise.all([new Ear(out).hears(TONES.far), new Ear(there).hears(TONES.customer)]);
    expect(at.referProgress.at(-1)).toBe("SIP/2.0 200 OK");
    await out.hangUp();
    await there.ended();
  });

  it("an attended transfer connects the other sides of two calls", async () => {
    const { out, at } = await connect("2001", ana);
    await at.hold();
    const consult = await connect("2002", ben, ana);
    expect(await at.transferTo(consult.out)).toMatchObject({ code: 202 });
    await Promise.all([at.ended(), consult.out.ended()]);
    await Promise.all([new Ear(out).hears(TONES.agent2), new Ear(consult.at).hears(TONES.customer)]);
    await out.hangUp();
    await consult.at.ended();
  });

  it("a cancelled, a busy and a declined call end with their codes", async () => {
    const cancelled = await ana.dial("2002");
    const rang = await ben.incoming();
    await cancelled.hangUp();
    expect(await cancelled.ended()).toMatchObject({ code: 487, by: "here" });
    expect(await rang.ended()).toMatchObject({ code: 487, by: "there" });
    // Asterisk passes a 486 on as it is and makes a 503 of a 603.
    for (const [refusal, code] of [
      [486, 486],
      [603, 503],
    ] as const) {
      const refused = await ana.dial("2002");
      await (await ben.incoming()).reject(refusal);
      expect(await refused.ended()).toMatchObject({ by: "there", code });
    }
  });

  it("agents dial out, and the trunk sees the number", async () => {
    const out = await ana.dial("9123");
    const at = await customer.incoming();
    expect(at.header("to")).toContain("sip:9123@");
    await at.answer();
    await new Ear(out).hears(TONES.customer);
    await at.hangUp();
    await out.ended();
  });

  it("a BLF key shows an extension, and a lamp set by ARI", async () => {
    await ben.subscribe("2001");
    await ben.subscribe("lamp2002");
    await ben.lamp("2001", "terminated");
    const { out, at } = await connect("2001", ana);
    await ben.lamp("2001", "confirmed");
    await out.hangUp();
    await at.ended();
    await ben.lamp("2001", "terminated");
    await lab.ari("PUT", "/deviceStates/Stasis:lamp2002?deviceState=INUSE");
    await ben.lamp("lamp2002", "confirmed");
  });

  it("a supervision account rings its one device, answers on its own and cannot be transferred", async () => {
    const first = await phones.add({ account: lab.account("3001-sup"), name: "first", hz: CODES[0].forbidden });
    await phones.add({ account: lab.account("3001-sup"), name: "second", hz: CODES[1].forbidden });
    const endpoint = `PJSIP/3001-sup/${first.contact}`;
    const variables = { "PJSIP_HEADER(add,Alert-Info)": "<http://lab>;info=alert-autoanswer" };
    const query = new URLSearchParams({ endpoint, context: "phones", extension: "echo", priority: "1" });
    await lab.ari("POST", `/channels?${query}`, { variables });
    const leg = await first.incoming();
    await leg.answered();
    await new Ear(leg).hears(CODES[0].forbidden);
    expect((await leg.transfer("4001")).code).toBe(603);
    await leg.hangUp();
  });

  it("texts reach a phone, and a phone that sends nothing is silent", async () => {
    const query = new URLSearchParams({ from: "sip:lab@127.0.0.1", body: "hello" });
    await lab.ari("PUT", `/endpoints/PJSIP/2002/sendMessage?${query}`);
    const text = await ben.until(() => ben.messages.find(({ method }) => method === "MESSAGE"), "a text");
    expect(text.body).toBe("hello");
    const { out, at } = await connect("2001", ana);
    await new Ear(out).hears(TONES.agent);
    await ana.silent(true);
    const channel = await channelOf(lab, "2001");
    const count = async () => (await lab.ari("GET", `/channels/${channel}/rtp_statistics`)) as { rxcount: number };
    const before = await count();
    const heard = (await new Ear(at).frames()).length;
    await ana.until(() => (at.frames.length > heard + 10 ? true : undefined), "ten frames more");
    expect((await count()).rxcount).toBe(before.rxcount);
    const again = Date.now();
    await ana.silent(false);
    await new Ear(out).hears(TONES.agent, again);
    await out.hangUp();
    await at.ended();
  });

  it("the PBX comes back on the same ports, with the phones still registered after a restart, and after a kill", async () => {
    const { ports } = lab;
    await lab.restart();
    expect(lab.ports).toEqual(ports);
    await connect("2001", ana);
    await lab.kill();
    expect(lab.running).toBe(false);
    await lab.start();
    expect(lab.ports).toEqual(ports);
    await phones.registerAll();
    const second = await connect("2001", ana);
    await new Ear(second.out).hears(TONES.agent);
    expect(await lab.cli("core show uptime")).toContain("uptime");
  });
});
