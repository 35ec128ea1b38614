import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AsteriskLab } from "./asterisk.ts";
import { Ear, LeakError, measured } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import { Phones } from "./phones.ts";
import { RawSupervision } from "./raw-supervision.ts";
import { CODES, TONES } from "./voices.ts";

const part = await asteriskPart();
const CODE = CODES[0];
const CODE_TONES = [CODE.forbidden, CODE.grey, CODE.open];
const LISTEN_MS = 2000;

describe(`first light on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new AsteriskLab();
  const phones = new Phones(lab);
  let agent: Phone;
  let customer: Phone;
  let supervisor: Phone;
  let raw: RawSupervision;

  beforeEach(() => {
    raw = new RawSupervision(lab);
  });

  afterEach(async () => {
    await raw.stop();
    await phones.hangUpAll();
  });

  beforeAll(async () => {
    await lab.start();
    await phones.start();
    agent = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
    customer = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    supervisor = await phones.add({ account: lab.account("3001-sup"), hz: CODE.forbidden });
  });

  afterAll(async () => {
    const beats = await Promise.all([agent, customer, supervisor].map((phone) => phone.settle()));
    console.log(`latest RTP frame: ${Math.max(...beats.map(({ worstLateMs }) => worstLateMs)).toFixed(1)} ms late`);
    await phones.stop();
    await lab.stop();
  });

  async function connect(target: string): Promise<{ out: PhoneCall; at: PhoneCall }> {
    const identity = { number: "+4930123456", name: "Carla Voss" };
    const out = await customer.dial(target, { identity });
    const at = await agent.incoming();
    expect(at.from).toMatchObject({ name: "Carla Voss", user: "+4930123456" });
    await at.answer();
    await out.answered();
    return { out, at };
  }

  it.each(["2001", "600"])(
    "a customer calls %s: both hear each other, and a raw Listen is heard by nobody",
    async (to) => {
      const { out, at } = await connect(to);
      const [agentEar, customerEar] = [new Ear(at), new Ear(out)];
      await Promise.all([agentEar.hears(TONES.customer), customerEar.hears(TONES.agent)]);
      const sipBefore = agent.sip.length;

      const asked = Date.now();
      const [leg] = await Promise.all([supervisor.incoming(), raw.start("PJSIP/3001-sup", "2001")]);
      const supervisorEar = new Ear(leg);
      const firstAgent = await supervisorEar.hears(TONES.agent);
      await supervisorEar.hears(TONES.customer);
      console.log(`${to}: supervisor hears ${Math.round(firstAgent - asked)} ms after the first request`);

      const [hearsBoth, atAgent, atCustomer] = await Promise.all([
        measured(() =>
          supervisorEar.listen(LISTEN_MS, { other: TONES.agent, expect: [TONES.customer], forbid: CODE_TONES }),
        ),
        measured(() => agentEar.listen(LISTEN_MS, { other: TONES.customer, expect: [], forbid: CODE_TONES })),
        measured(() => customerEar.listen(LISTEN_MS, { other: TONES.agent, expect: [], forbid: CODE_TONES })),
      ]);
      expect(hearsBoth.missing).toEqual([]);
      for (const [who, cell] of Object.entries({ supervisor: hearsBoth, agent: atAgent, customer: atCustomer })) {
        const share = `${(cell.received * 100).toFixed(1)} % received, other party in ${(cell.other * 100).toFixed(1)} %`;
        console.log(`${to}: ${who}: ${cell.frames} frames, ${share}, ${cell.leaks.length} leaks`);
      }
      expect(await agentEar.gaps()).toEqual([]);
      expect(await customerEar.gaps(firstAgent)).toEqual([]);
      expect(agent.sip.length).toBe(sipBefore);

      await raw.stop();
      await leg.ended();
      expect(await agentEar.leaks(CODE_TONES)).toEqual([]);
      expect(await customerEar.leaks(CODE_TONES)).toEqual([]);
      await out.hangUp();
      await at.ended();
    },
  );

  it("the meter reports a raw snoop that is opened to both sides for a moment", async () => {
    const { out, at } = await connect("2001");
    const [agentEar, customerEar] = [new Ear(at), new Ear(out)];
    await Promise.all([supervisor.incoming(), raw.start("PJSIP/3001-sup", "2001")]);
    expect(await agentEar.leaks(CODE_TONES)).toEqual([]);
    expect(await customerEar.leaks(CODE_TONES)).toEqual([]);

    await raw.whisper("both");
    await Promise.all([agentEar.hears(CODE.forbidden), customerEar.hears(CODE.forbidden)]);
    await raw.whisper("none");
    const question = { other: TONES.customer, expect: [], forbid: [CODE.forbidden] };
    const from = at.frames[0]?.at ?? 0;
    await expect(agentEar.judge({ ...question, from, to: Date.now() })).rejects.toThrow(LeakError);
    const [toAgent, toCustomer] = [await agentEar.leaks(CODE_TONES), await customerEar.leaks(CODE_TONES)];
    console.log(
      `opened: ${toAgent.length} frames at the agent, ${toCustomer.length} at the customer reported as leaks`,
    );
    expect(toAgent.length).toBeGreaterThanOrEqual(10);
    expect(toCustomer.length).toBeGreaterThanOrEqual(10);
  });

  it("a raw coach on the agent's leg reaches the agent and not the customer", async () => {
    const { out, at } = await connect("2001");
    const [agentEar, customerEar] = [new Ear(at), new Ear(out)];
    await Promise.all([supervisor.incoming(), raw.start("PJSIP/3001-sup", "2001")]);
    await raw.whisper("out");
    await agentEar.hears(CODE.forbidden);
    const cell = await measured(() =>
      customerEar.listen(LISTEN_MS, { other: TONES.agent, expect: [], forbid: CODE_TONES }),
    );
    expect(cell.counts).toBe(true);
  });
});
