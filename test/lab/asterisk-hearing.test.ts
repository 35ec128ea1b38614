import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ActionResult, LegId, Party, PersonId, SupervisionId } from "../../src/model/index.js";
import { answered, Gateway, legOf } from "./adapter-bench.ts";
import { AsteriskLab } from "./asterisk.ts";
import { labConfig } from "./contract-harness.ts";
import { between, missesIn } from "./hearing.ts";
import { counted, Ear, measured, NotMeasured } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone } from "./phone.ts";
import { Phones } from "./phones.ts";
import { CODES, TONES } from "./voices.ts";

const part = await asteriskPart();
const ANA = "2001" as PersonId;
const CODE = CODES[0];
const GREY_MS = 500;
const CELL_MS = 1_000;
const ROUNDS = 6;

/** What the adapter does to who hears whom, by the rules of measuring: a code for what is promised at that moment. */
describe(`hearing through the adapter on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new AsteriskLab();
  const phones = new Phones(lab);
  let agent: Phone;
  let customer: Phone;
  let supervisor: Phone;
  let gateway: Gateway;

  beforeAll(async () => {
    await lab.start();
    await phones.start();
    agent = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
    customer = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    supervisor = await phones.add({ account: lab.account("3001-sup"), hz: CODE.forbidden });
    gateway = new Gateway("hearing", labConfig(lab));
    await gateway.start();
  });

  afterEach(() => phones.hangUpAll());

  afterAll(async () => {
    await gateway.pbx.stop();
    await phones.stop();
    await lab.stop();
  });

  it.each([
    ["Dial", "2001"],
    ["Queue", "600"],
  ])(
    "R4 R8 R9 by %s: listen, coach, join and mute are heard by exactly those who may, switch after switch",
    (_by, target) => counted(() => switchAfterSwitch(target)),
  );

  async function switchAfterSwitch(target: string): Promise<void> {
    const out = await customer.dial(target, { identity: { number: "+4930123456", name: "Carla Voss" } });
    const at = await agent.incoming();
    await at.answer();
    const call = await gateway.call("the call", answered);
    const leg = legOf(call, ANA).id;
    const { id, at: mine } = await gateway.listen(leg, ANA, supervisor);
    const ears = { agent: new Ear(at), customer: new Ear(out), supervisor: new Ear(mine) };
    await ears.supervisor.hears(TONES.customer);
    const begun = Date.now();
    const times: string[] = [];

    const cell = async (agentHears: boolean, customerHears: boolean) => {
      const code = agentHears ? CODE.open : CODE.forbidden;
      const judge = (ear: Ear, other: number, hears: boolean) =>
        measured(() =>
          ear.listen(CELL_MS, {
            other,
            expect: hears ? [code] : [],
            forbid: hears ? [CODE.forbidden] : [CODE.forbidden, code],
          }),
        );
      const cells = await Promise.all([
        judge(ears.agent, TONES.customer, agentHears),
        judge(ears.customer, TONES.agent, customerHears),
        judge(ears.supervisor, TONES.customer, false),
      ]);
      expect(cells.map(({ missing }) => missing)).toEqual([[], [], []]);
    };
    const opening = async (what: string, reach: "agent" | "everyone", who: readonly Ear[]) => {
      await supervisor.speak(CODE.grey);
      await Promise.all(Object.values(ears).map((ear) => ear.until(Date.now() + GREY_MS)));
      const asked = Date.now();
      ok(await gateway.open(id, leg, ANA, reach));
      const done = Date.now();
      const first = await Promise.all(who.map((ear) => ear.hears(CODE.grey, asked)));
      await supervisor.speak(CODE.open);
      times.push(`${what}: done ${done - asked} ms, first frame ${Math.round(Math.min(...first) - asked)} ms`);
    };
    const closing = async (what: string, close: () => Promise<ActionResult>) => {
      await supervisor.speak(CODE.grey);
      const asked = Date.now();
      ok(await close());
      const done = Date.now();
      await supervisor.speak(CODE.forbidden);
      const last = await Promise.all([ears.agent, ears.customer].map((ear) => ear.lastHeard(CODE.grey)));
      const heard = last.filter((time): time is number => time !== undefined && time >= asked);
      times.push(`${what}: done ${done - asked} ms, last frame ${Math.round(Math.max(asked, ...heard) - asked)} ms`);
    };

    await cell(false, false);
    for (let round = 0; round < ROUNDS; round += 1) {
      await opening("coach", "agent", [ears.agent]);
      if (round === 0) await cell(true, false);
      await opening("coach to join", "everyone", [ears.agent, ears.customer]);
      if (round === 0) await cell(true, true);
      // From join to coach the customer may hear the supervisor until it is done, and never after.
      await supervisor.speak(CODE.grey);
      const asked = Date.now();
      ok(await gateway.open(id, leg, ANA, "agent"));
      const done = Date.now();
      await supervisor.speak(CODE.open);
      await ears.agent.hears(CODE.open, done);
      const last = (await ears.customer.lastHeard(CODE.grey)) ?? asked;
      times.push(`join to coach: done ${done - asked} ms, last frame ${Math.round(Math.max(last, asked) - asked)} ms`);
      if (round === 0) await cell(true, false);
      await ears.customer.until(Date.now() + 100);
      await closing("mute", () => gateway.close(id));
      if (round === 0) await cell(false, false);
      await opening("join", "everyone", [ears.agent, ears.customer]);
      await closing("mute", () => gateway.close(id));
    }
    const until = Date.now() - 100;
    ok(await gateway.end(id));
    await ears.customer.until(Date.now() + 300);

    expect(await ears.agent.leaks([CODE.forbidden])).toEqual([]);
    expect(await ears.customer.leaks([CODE.forbidden])).toEqual([]);
    expect(await ears.customer.gaps(begun)).toEqual([]);
    expect(await ears.agent.gaps(begun)).toEqual([]);
    const frames = await ears.supervisor.frames();
    const missed = missesIn(between(frames, begun, until), TONES.agent, frames).map((miss) => miss.frames);
    const worst = Math.max(0, ...missed);
    console.log(`${target}: the supervisor missed the agent for at most ${worst} frames\n${summary(times)}`);
    await out.hangUp();
    await at.ended();
    if (worst > 1) throw new NotMeasured([`the supervisor missed the agent for ${worst} frames in a row`]);
  }

  it("R4 R18 another party whose packets look older than those of the one before is heard, and hears nobody", async () => {
    const ben = await phones.add({ account: lab.account("2002"), hz: TONES.agent2, media: { firstSeq: 0x2000 } });
    const account = lab.account("trunk");
    const carla = await phones.add({ name: "older", account, hz: TONES.customer, media: { firstSeq: 0x1000 } });
    const out = await carla.dial("2002", { identity: { number: "+4930123456", name: "Carla Voss" } });
    const first = await ben.incoming();
    await first.answer();
    await new Ear(out).hears(TONES.agent2);
    await first.hold();
    const second = await ben.dial("2001");
    const at = await agent.incoming();
    await at.answer();
    const call = await gateway.recorder.until("the consultation", ({ calls }) =>
      [...calls.values()].find((one) => answered(one) && one.legs.some(({ party }) => isOf(party, ANA))),
    );
    const leg = legOf(call, ANA).id;
    const { id, at: mine } = await gateway.listen(leg, ANA, supervisor);
    const [agentEar, customerEar, ear] = [new Ear(at), new Ear(out), new Ear(mine)];
    await supervisor.speak(CODE.open);
    ok(await gateway.open(id, leg, ANA, "agent"));
    await Promise.all([ear.hears(TONES.agent2), agentEar.hears(CODE.open)]);
    await supervisor.speak(CODE.forbidden);
    const asked = Date.now();
    await second.transferTo(first);
    await Promise.all([ear.hears(TONES.customer, asked), agentEar.hears(TONES.customer, asked)]);
    await gateway.facts(id, "muted", ({ mouth, ear: heard }) => mouth === undefined && heard === leg);
    await supervisor.speak(CODE.open);
    const opened = Date.now();
    ok(await gateway.open(id, leg, ANA, "agent"));
    await agentEar.hears(CODE.open, opened);
    expect(await customerEar.leaks(Object.values(CODE))).toEqual([]);
    ok(await gateway.end(id));
    await out.hangUp();
    await at.ended();
  });

  it("R19 twenty closings while an opening is under way: nobody hears anything after the closing", async () => {
    const out = await customer.dial("2001", { identity: { number: "+4930123456", name: "Carla Voss" } });
    const at = await agent.incoming();
    await at.answer();
    const call = await gateway.call("the call", answered);
    const leg = legOf(call, ANA).id;
    const { id } = await gateway.listen(leg, ANA, supervisor);
    const ears = [new Ear(at), new Ear(out)];
    for (let round = 0; round < 20; round += 1) await overtaken(id, leg, round);
    await Promise.all(ears.map((ear) => ear.until(Date.now() + 500)));
    for (const ear of ears) expect(await ear.leaks([CODE.forbidden])).toEqual([]);
    await gateway.facts(id, "without a mouth", ({ mouth }) => mouth === undefined);
    ok(await gateway.end(id));
    await out.hangUp();
    await at.ended();
  });

  async function overtaken(id: SupervisionId, leg: LegId, round: number): Promise<void> {
    await supervisor.speak(CODE.grey);
    const opening = gateway.open(id, leg, ANA, "everyone");
    for (let turn = 0; turn < round; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    ok(await gateway.close(id));
    await supervisor.speak(CODE.forbidden);
    await opening;
  }
});

function isOf(party: Party, person: PersonId): boolean {
  return party.kind === "internal" && party.person === person;
}

function ok(result: ActionResult): void {
  expect(result).toEqual({ ok: true });
}

/** Median and worst of each kind of press. */
function summary(times: readonly string[]): string {
  const kinds = new Map<string, [number[], number[]]>();
  for (const line of times) {
    const [, kind = "", done = "", effective = ""] = /^(.*): done (\d+) ms, \w+ frame (-?\d+) ms$/.exec(line) ?? [];
    const lists = kinds.get(kind) ?? [[], []];
    lists[0].push(Number(done));
    lists[1].push(Number(effective));
    kinds.set(kind, lists);
  }
  const spread = (values: number[]) => {
    const sorted = values.sort((one, other) => one - other);
    return `median ${sorted[Math.floor(sorted.length / 2)]}, worst ${sorted.at(-1)} ms`;
  };
  return [...kinds]
    .map(([kind, [done, heard]]) => `  ${kind}: done ${spread(done)}; frame ${spread(heard)}`)
    .join("\n");
}
