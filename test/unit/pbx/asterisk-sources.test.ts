import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock/index.js";
import type {
  AsteriskConfig,
  Extension,
  LegId,
  Log,
  Person,
  PersonId,
  SupervisionId,
} from "../../../src/model/index.js";
import { AsteriskPbx } from "../../../src/pbx/asterisk/index.js";
import { type PbxRecorder, recordPbx } from "../../contract/pbx-recorder.ts";
import { FakeAri } from "./fake-ari.ts";

const ANA = "2001" as PersonId;
const AGENT_LEG = "1.2" as LegId;
const CUSTOMER = "1.1";
const KIM = "supervision0000000001" as SupervisionId;
const LEA = "supervision0000000002" as SupervisionId;
const people: readonly Person[] = ["2001", "3001", "3002"].map((extension) => ({
  id: extension as PersonId,
  extension: extension as Extension,
  name: extension,
  role: "team-manager",
  teams: [],
}));
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What comes after music, or of another party, may be heard by nobody who was on the leg before: all must let go of it. */
describe("when an agent's leg is sent another sound, on the wire of Asterisk", () => {
  let ari: FakeAri;
  let pbx: AsteriskPbx;
  let recorder: PbxRecorder;

  beforeEach(async () => {
    ari = new FakeAri();
    const ariConfig = { url: await ari.start(), username: "earshot", password: "secret" };
    const config: AsteriskConfig = { kind: "asterisk", ari: ariConfig, endpoint: "PJSIP/{extension}" };
    recorder = recordPbx(5_000);
    pbx = new AsteriskPbx({ config, people, gateway: "gw", clock: systemClock, log: quiet });
    ari.add(CUSTOMER, "PJSIP/trunk-00000001", { caller: { name: "Carla", number: "+49301" } });
    ari.add(AGENT_LEG, "PJSIP/2001-00000002", { linkedid: CUSTOMER });
    ari.join("talk", CUSTOMER, AGENT_LEG);
    await pbx.start(recorder.sink);
    await recorder.until("a snapshot", ({ there }) => there || undefined);
  });

  afterEach(async () => {
    await pbx.stop();
    await ari.stop();
  });

  async function listen(supervision: SupervisionId, extension: string): Promise<void> {
    ari.variables.set(`PJSIP_ENDPOINT(${extension},aors)`, extension);
    ari.variables.set(`PJSIP_AOR(${extension},contact)`, `${extension};@1`);
    ari.variables.set(`PJSIP_CONTACT(${extension};@1,uri)`, `sip:${extension}@192.0.2.7:5060`);
    const from = { extension: extension as Extension, from: "192.0.2.7", mac: "805ec0000001" };
    expect(await pbx.execute({ type: "ring", supervision, ...from, answer: "ring" })).toEqual({ ok: true });
    ari.answer(own(supervision, "leg")[0] ?? "");
    await recorder.until("up", ({ facts }) => (facts.get(supervision)?.leg === "up" ? true : undefined));
    const to = { leg: AGENT_LEG, agent: ANA, unseen: false };
    expect(await pbx.execute({ type: "attach-ear", supervision, ...to })).toEqual({ ok: true });
  }

  async function coach(): Promise<void> {
    await listen(KIM, "3001");
    const to = { leg: AGENT_LEG, agent: ANA, reach: "agent" } as const;
    expect(await pbx.execute({ type: "open-mouth", supervision: KIM, ...to })).toEqual({ ok: true });
  }

  function own(supervision: SupervisionId, part: string): string[] {
    return [...ari.channels.keys()].filter((id) => id.includes(`-${supervision}-${part}`));
  }

  function onLeg(): string[] {
    return [...ari.channels.values()].filter(({ name }) => name.startsWith(`Snoop/${AGENT_LEG}-`)).map(({ id }) => id);
  }

  async function holding(holds: boolean): Promise<void> {
    ari.tell(holds ? "ChannelHold" : "ChannelUnhold", CUSTOMER);
    await recorder.until(holds ? "on hold" : "resumed", ({ calls }) => {
      const legs = [...calls.values()].flatMap(({ legs }) => legs);
      return legs.some((leg) => leg.holding) === holds ? true : undefined;
    });
  }

  /** Waits until none of what was on the leg is there any more, and as much is there anew. */
  async function anew(before: readonly string[]): Promise<void> {
    await expect.poll(() => onLeg().filter((id) => before.includes(id))).toEqual([]);
    await expect.poll(() => onLeg()).toHaveLength(before.length);
  }

  it("everybody lets go of the leg before anybody takes it up again", async () => {
    await coach();
    await listen(LEA, "3002");
    const before = onLeg();
    expect(before).toHaveLength(3);
    await holding(true);
    expect(onLeg()).toEqual(before);
    const asked = ari.requests.length;
    const held = ari.hold(new RegExp(`^DELETE /channels/${own(LEA, "ear")[0]}`));
    await holding(false);
    await held.reached;
    await expect.poll(onLeg).toEqual(own(LEA, "ear"));
    // Some requests later whoever does not wait would be there again.
    await pbx.snapshot();
    await pbx.snapshot();
    await pbx.snapshot();
    expect(ari.requests.slice(asked).filter((line) => line.includes("/snoop/"))).toEqual([]);
    held.release();
    await anew(before);
  });

  it("R11 the customer is named from their hold until the mouth is there anew, and the facts never lose ear or mouth", async () => {
    await coach();
    const from = recorder.events.length;
    await holding(true);
    const before = onLeg();
    const held = ari.hold(/\/snoop\//);
    await holding(false);
    await held.reached;
    expect(recorder.picture().facts.get(KIM)?.silent).toEqual([CUSTOMER]);
    held.release();
    await anew(before);
    await recorder.until("nobody named", ({ facts }) => (facts.get(KIM)?.silent === undefined ? true : undefined));
    const told = recorder.events.slice(from).flatMap((event) => (event.type === "facts" ? [event.facts] : []));
    expect(told.map(({ ear, mouth }) => ({ ear, mouth }))).toEqual(
      told.map(() => ({ ear: AGENT_LEG, mouth: { leg: AGENT_LEG, reach: "agent" } })),
    );
  });

  it("R19 a mouth that is closed meanwhile does not come back", async () => {
    await coach();
    await holding(true);
    const held = ari.hold(/\/snoop\//);
    await holding(false);
    await held.reached;
    expect(await pbx.execute({ type: "close-mouth", supervision: KIM })).toEqual({ ok: true });
    const asked = ari.requests.length;
    held.release();
    // Its turn comes after what is made anew.
    const to = { leg: AGENT_LEG, agent: ANA, reach: "everyone" } as const;
    expect(await pbx.execute({ type: "open-mouth", supervision: KIM, ...to })).toEqual({ ok: true });
    const made = ari.requests.slice(asked).flatMap((line) => /\/snoop\/\S+-(agent|everyone)-/.exec(line)?.[1] ?? []);
    expect(made).toEqual(["everyone"]);
  });

  it("R20 neither ear nor mouth comes back where the call has become private meanwhile", async () => {
    await coach();
    await holding(true);
    const held = ari.hold(/\/snoop\//);
    await holding(false);
    await held.reached;
    ari.vary(CUSTOMER, "EARSHOT_PRIVATE", "1");
    held.release();
    await recorder.until("nothing heard or said", ({ facts }) => {
      const found = facts.get(KIM);
      return found !== undefined && found.ear === undefined && found.mouth === undefined ? true : undefined;
    });
    await expect.poll(onLeg).toEqual([]);
  });

  it("R18 nothing is spoken again on a leg whose device has got a second one meanwhile", async () => {
    await coach();
    await holding(true);
    const held = ari.hold(/\/snoop\//);
    await holding(false);
    await held.reached;
    ari.add("1.9", "PJSIP/2001-00000009");
    await recorder.until("no mouth", ({ facts }) => (facts.get(KIM)?.mouth === undefined ? true : undefined));
    held.release();
    await expect.poll(() => onLeg().map((id) => id.includes("-ear-"))).toEqual([true]);
    expect(own(KIM, "agent")).toEqual([]);
  });

  it("R11 where the PBX makes no mouth again there is none, and the facts say so", async () => {
    await coach();
    await holding(true);
    ari.fail(/\/snoop\/[^?]*-agent-/);
    await holding(false);
    await recorder.until("no mouth", ({ facts }) => {
      const found = facts.get(KIM);
      return found?.ear === AGENT_LEG && found.mouth === undefined ? true : undefined;
    });
  });

  it("R18 another party at the other side is heard: what was on the leg is made anew, and whoever spoke is muted", async () => {
    await coach();
    const before = onLeg();
    const left = ari.requests.length;
    ari.remove(CUSTOMER);
    ari.add("1.7", "PJSIP/trunk-00000007", { caller: { name: "Otto", number: "+49302" }, linkedid: CUSTOMER });
    ari.join("talk", "1.7");
    await expect.poll(() => onLeg().filter((id) => before.includes(id))).toEqual([]);
    await expect.poll(() => onLeg().map((id) => id.includes("-ear-"))).toEqual([true]);
    // A mouth would come after the ear.
    await pbx.snapshot();
    await pbx.snapshot();
    await pbx.snapshot();
    expect(ari.requests.slice(left).filter((line) => line.includes("-agent-") && line.startsWith("POST"))).toEqual([]);
  });

  it("R18 the ear that is asked for the next leg is made, though the end of the leg before is told only now", async () => {
    await listen(KIM, "3001");
    ari.add("1.7", "PJSIP/3002-00000007", { linkedid: CUSTOMER });
    ari.join("talk", "1.7");
    await recorder.until("three", ({ calls }) => ([...calls.values()][0]?.legs.length === 3 ? true : undefined));
    const held = ari.hold(/^GET \/channels\/1\.7$/);
    const to = { leg: "1.7" as LegId, agent: "3002" as PersonId, unseen: false };
    const asked = pbx.execute({ type: "attach-ear", supervision: KIM, ...to });
    await held.reached;
    ari.remove(AGENT_LEG);
    await recorder.until("two", ({ calls }) => ([...calls.values()][0]?.legs.length === 2 ? true : undefined));
    held.release();
    expect(await asked).toEqual({ ok: true });
    expect(recorder.picture().facts.get(KIM)?.ear).toBe("1.7");
  });

  it("who joins two that talk, and leaves again, is no other source", async () => {
    await coach();
    const before = onLeg();
    ari.add("1.7", "PJSIP/trunk-00000007", { caller: { name: "Otto", number: "+49302" }, linkedid: CUSTOMER });
    ari.join("talk", "1.7");
    const are = (count: number) =>
      recorder.until(`${count} on the call`, ({ calls }) => {
        return [...calls.values()].some(({ legs }) => legs.length === count) ? true : undefined;
      });
    await are(3);
    ari.remove("1.7");
    await are(2);
    expect(onLeg()).toEqual(before);
  });

  it("a resume that nobody saw, as the connection was lost, is made good by the lists", async () => {
    await listen(KIM, "3001");
    await holding(true);
    const before = onLeg();
    ari.drop();
    await recorder.until("away", ({ there }) => (there ? undefined : true));
    await recorder.until("back", ({ there }) => there || undefined);
    await anew(before);
  });
});
