import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Person, Phone } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim, lee, person } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";
import { GatedPbx } from "./gated-pbx.ts";

const pat: Person = person("3004", "Pat Doyle", "agent-plus", "support");
const everybody = [...people, pat];
const patsPhone = "805ec0aa3004" as Phone["mac"];
const of = (mac: Phone["mac"], owner: Person): Phone => {
  return { mac, owner: owner.id, vendor: "yealink", model: "T46U", answer: "auto" };
};
const max = people.find(({ id }) => id === "3003") as Person;
const phones = [of(phoneOf.kim, kim), of(phoneOf.ana, ana), of(phoneOf.max, max), of(patsPhone, pat)];

let inner: SimulatorPbx;
let pbx: GatedPbx;
let bench: GatewayBench;
let call: CallHandle;
let phone: YealinkPhone;
let anas: YealinkPhone;

beforeEach(async () => {
  inner = new SimulatorPbx({ people: everybody, seed: 1, clock: systemClock, script: "manual" });
  pbx = new GatedPbx(inner);
  bench = new GatewayBench({ pbx, config: { people: everybody, phones } });
  await bench.start();
  await bench.busyLight();
  call = inner.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
  phone = await bench.phone(phoneOf.kim);
  anas = await bench.phone(phoneOf.ana);
});

afterEach(() => bench.stop());

async function listen(how: "Visible" | "Hidden"): Promise<void> {
  await phone.press("Listen");
  await phone.press(how);
  await until(phone, how === "Visible" ? /Ana Ruiz can see you/ : /Hidden: Ana Ruiz is not told/);
}

async function choose(on: YealinkPhone, text: string): Promise<void> {
  const row = on.rows().indexOf(text);
  if (row < 0) throw new Error(`no row ${text}:\n${on.screen}`);
  on.select(row);
  await on.ok();
}

async function openTransfer(): Promise<void> {
  await anas.open(await bench.launcher(phoneOf.ana));
  await anas.ok();
  await choose(anas, "Transfer");
}

async function takeOver(): Promise<void> {
  await phone.ok();
  await choose(phone, "Take over");
}

async function rows(): Promise<readonly string[]> {
  const all = await bench.gateway.audit({ limit: 1_000 });
  return all.map(({ act, outcome, supervisor, refusal, ending, detail }) =>
    [act, outcome, supervisor, refusal, ending, detail].filter(Boolean).join(" "),
  );
}

/** Who hears the customer, and whom the customer hears, by name or extension. */
function withCustomer(): { readonly hears: readonly string[]; readonly heardBy: readonly string[] } {
  const customer = call.otherLeg;
  const heard = inner.hearing();
  return {
    hears: heard.filter(({ listener }) => listener === customer).map(({ speaker }) => speaker),
    heardBy: heard.filter(({ speaker }) => speaker === customer).map(({ listener }) => listener),
  };
}

describe("R13 a supervisor's key", () => {
  it.each(["Listen", "Coach", "Join"])(
    "takes the call over from a visible %s, asked once, on record before",
    async (mode) => {
      await listen("Visible");
      if (mode !== "Listen") await phone.press(mode);
      await takeOver();
      expect(phone.text()).toMatch(/The call of Ana Ruiz will be yours.*Go on\?/);
      expect(pbx.asked.some(({ type }) => type === "take-over")).toBe(false);
      await phone.press("Go on");
      await until(phone, /You have the call of Ana Ruiz now/);
      const all = await rows();
      const at = all.findIndex((row) => row.startsWith("take-over allowed 3001"));
      expect(at).toBeGreaterThan(-1);
      await expect.poll(async () => (await rows()).indexOf("ended ended 3001 took-over")).toBeGreaterThan(at);
      expect(withCustomer().hears).toHaveLength(2);
      call.drop(call.agentLeg);
      expect(withCustomer()).toMatchObject({ hears: [call.agentLeg], heardBy: [call.agentLeg] });
      await until(anas, /No supervisor is shown/);
    },
  );

  it("asks a hidden supervisor to be seen first, and the agent is told before anybody hears them", async () => {
    await listen("Hidden");
    await takeOver();
    expect(phone.text()).toMatch(/Ana Ruiz will see you, and the call will be yours/);
    await phone.press("Back");
    await until(phone, /Hidden: Ana Ruiz is not told/);
    await takeOver();
    await phone.press("Go on");
    await until(phone, /You have the call of Ana Ruiz now/);
    const all = await rows();
    const seen = all.findIndex((row) => row.startsWith("visible done 3001"));
    expect(seen).toBeGreaterThan(-1);
    expect(all.findIndex((row) => row.startsWith("take-over allowed 3001"))).toBeGreaterThan(seen);
  });

  it("is not there for an agent-plus", async () => {
    const pats = await bench.phone(patsPhone);
    await pats.press("Listen");
    await pats.press("Visible");
    await until(pats, /Ana Ruiz can see you/);
    await pats.ok();
    expect(pats.rows()).toContain("Coach");
    expect(pats.rows()).not.toContain("Take over");
  });

  it("what the PBX refuses leaves a muted supervision, and says so", async () => {
    await listen("Visible");
    await takeOver();
    pbx.fail("take-over");
    await phone.press("Go on");
    await until(phone, /The phone system did not do it/);
    expect(phone.title()).toBe("Listening to Ana Ruiz");
    await expect.poll(rows).toContain("take-over failed 3001 pbx-failed");
    pbx.unfail("take-over");
  });

  it("Leave on the way wins, and the customer stays with the agent", async () => {
    await listen("Visible");
    await takeOver();
    pbx.shut("take-over");
    await phone.press("Go on");
    await until(phone, /The call is becoming yours/);
    expect(phone.keys()).toEqual(["Leave"]);
    await phone.press("Leave");
    await until(phone, /You have left the call of Ana Ruiz/);
    pbx.open("take-over");
    expect(withCustomer()).toEqual({ hears: [call.agentLeg], heardBy: [call.agentLeg] });
  });

  it("R20 Private on the way wins: nobody comes to the call, and the supervision hears nothing", async () => {
    await listen("Visible");
    await takeOver();
    pbx.shut("take-over");
    await phone.press("Go on");
    await until(phone, /The call is becoming yours/);
    call.private(true);
    await until(phone, /You hear nobody and nobody hears you/);
    pbx.open("take-over");
    await expect.poll(rows).toContain("take-over failed 3001 call-private");
    expect(withCustomer()).toEqual({ hears: [call.agentLeg], heardBy: [call.agentLeg] });
    expect((await rows()).filter((row) => row.startsWith("take-over failed"))).toHaveLength(1);
  });

  it("a call of more than two is refused, in words", async () => {
    await listen("Visible");
    call.add({ kind: "external", number: "+44155502", name: "John Doe" });
    await takeOver();
    expect(phone.text()).toMatch(/More than two are on this call/);
  });
});

describe("R13 the agent's list", () => {
  it("has who is visibly on the call first, and a hidden supervisor as anybody else", async () => {
    await listen("Hidden");
    await anas.refresh();
    await openTransfer();
    const hidden = anas.screen;
    expect(anas.rows()).toEqual(["Kim Osei, 3001", "Max Muster, 3003", "Pat Doyle, 3004", "Root, 9001"]);
    await phone.press("Leave");
    await until(phone, /You have left/);
    await anas.refresh();
    expect(anas.screen).toBe(hidden);
    const maxs = await bench.phone(phoneOf.max);
    await maxs.press("Listen");
    await maxs.press("Visible");
    await until(maxs, /Ana Ruiz can see you/);
    await phone.open(await bench.launcher(phoneOf.kim));
    await phone.press("Listen");
    await phone.press("Visible");
    await until(phone, /Ana Ruiz can see you/);
    await phone.press("Coach");
    await anas.refresh();
    expect(anas.rows()).toEqual(["Kim Osei, coaches you", "Max Muster, listens", "Pat Doyle, 3004", "Root, 9001"]);
  });

  it("a press gives the call to a supervisor who is on it", async () => {
    await listen("Visible");
    await anas.refresh();
    await openTransfer();
    await choose(anas, "Kim Osei, listens");
    await until(phone, /You have the call of Ana Ruiz now/);
    expect(withCustomer().hears).toHaveLength(2);
    expect((await rows()).filter((row) => row.startsWith("hand-over"))).toEqual([
      "hand-over allowed 3001 handed over by 2001",
    ]);
  });

  it("a hidden supervisor is rung as anybody is, and stays hidden until they answer", async () => {
    await listen("Hidden");
    await openTransfer();
    await choose(anas, "Kim Osei, 3001");
    expect(anas.text()).toMatch(/Kim Osei is being called/);
    expect(pbx.asked.some(({ type }) => type === "take-over")).toBe(false);
    expect(withCustomer().hears).toEqual([call.agentLeg]);
    inner.handOvers.decline(kim.extension);
    await until(anas, /Kim Osei: no answer/);
    await until(phone, /Hidden: Ana Ruiz is not told/);
  });

  it("rings who is not on the call, with the customer at the agent until they answer", async () => {
    await openTransfer();
    await choose(anas, "Pat Doyle, 3004");
    expect(anas.text()).toMatch(/Pat Doyle is being called. The customer stays with you/);
    expect(withCustomer()).toEqual({ hears: [call.agentLeg], heardBy: [call.agentLeg] });
    inner.handOvers.pickUp(pat.extension);
    await until(anas, /No supervisor is shown|Who is with me/);
    expect(withCustomer().hears).toHaveLength(2);
    call.drop(call.agentLeg);
    expect(withCustomer().hears).toHaveLength(1);
    await expect
      .poll(async () => (await rows()).filter((row) => row.startsWith("hand-over")))
      .toEqual(["hand-over allowed 2001 rings 3004", "hand-over done 2001 3004 has the call"]);
  });

  it("R19 one that is refused stands in the record as what it was", async () => {
    await openTransfer();
    call.add({ kind: "external", number: "+44155502", name: "John Doe" });
    await choose(anas, "Pat Doyle, 3004");
    expect(anas.text()).toMatch(/More than two are on this call/);
    expect(await rows()).toContain("hand-over refused 2001 more-than-two");
  });

  it("offers nobody of another team, and takes no press for them", async () => {
    await openTransfer();
    expect(anas.rows().join()).not.toContain(lee.name);
  });
});
