import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.js";
import type { ActionResult, SupervisionId } from "../../src/model/index.ts";
import { type CallHandle, type Media, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana } from "../unit/core/world.ts";
import { type BusyLight, GatewayBench, people, phoneOf, until } from "./bench.ts";
import { GatedPbx } from "./gated-pbx.ts";

/** Hidden leaves no trace on the call, or it is refused in words (R5, R17). */

let simulator: SimulatorPbx;
let pbx: GatedPbx;
let bench: GatewayBench;
let phone: YealinkPhone;
let light: BusyLight;

beforeEach(async () => {
  simulator = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  pbx = new GatedPbx(simulator);
  bench = new GatewayBench({ pbx, answer: "ring" });
  await bench.start();
  light = await bench.busyLight();
});

afterEach(() => bench.stop());

async function aCall(media: Media): Promise<CallHandle> {
  const call = simulator.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", media });
  call.answer();
  phone = await bench.phone(phoneOf.kim);
  return call;
}

const rung = (): SupervisionId => {
  const ring = pbx.asked.find((action) => action.type === "ring");
  if (!ring) throw new Error("nobody was rung");
  return ring.supervision;
};

async function listen(how: "Visible" | "Hidden"): Promise<void> {
  await phone.press("Listen");
  await phone.press(how);
}

describe.each([
  ["direct", "direct-media", /phones exchange their sound directly/],
  ["native", "native-media", /show in the sound stream/],
] as const)("a call with %s media", (media, code, sentence) => {
  it("R5 Hidden is refused in words before any phone rings, and on record", async () => {
    await aCall(media);
    await listen("Hidden");
    expect(phone.text()).toMatch(sentence);
    expect(phone.text()).toMatch(/Listen visible instead/);
    expect(pbx.asked).toEqual([]);
    const rows = await bench.gateway.audit({ limit: 10 });
    expect(rows).toMatchObject([{ act: "listen", outcome: "refused", refusal: code }]);
  });

  it("Visible is allowed, and cannot be hidden afterwards", async () => {
    await aCall(media);
    await listen("Visible");
    simulator.pickUp(rung());
    await until(phone, /can see you/);
    await phone.press("Hide");
    expect(phone.text()).toMatch(sentence);
    expect(phone.text()).toMatch(/can see you/);
    expect(JSON.stringify(light.last("/lamp"))).toContain("Kim Osei");
  });
});

it("R5 a call that changes its way while the phone rings ends a hidden Listen in words, before the ear", async () => {
  const call = await aCall("pbx");
  const topics = (): number => new Set(light.heard.map(({ topic }) => topic)).size;
  await light.until(() => JSON.stringify(light.last("/call")).includes("talking") && topics() === 4);
  const before = light.heard.length;
  await listen("Hidden");
  await until(phone, /Your phone rings/);
  call.reroute("native");
  simulator.pickUp(rung());
  await until(phone, /Ended, so that nothing shows/);
  expect(phone.text()).toMatch(/show in the sound stream/);
  expect(simulator.hearing()).toHaveLength(2);
  expect(light.heard.slice(before)).toEqual([]);
  const rows = await bench.gateway.audit({ limit: 10 });
  expect(rows.at(-1)).toMatchObject({ act: "ended", ending: "would-show", refusal: "native-media" });
});

it("R17 a PBX that does not say whether Hidden would show is answered for: refused, though it never answers", async () => {
  await aCall("pbx");
  pbx.unseen = () => new Promise<ActionResult>(() => {});
  await phone.press("Listen");
  await phone.press("Hidden");
  expect(phone.text()).toMatch(/phone system did not do it/);
  expect(pbx.asked).toEqual([]);
});

it("a Leave pressed while the PBX is being asked wins: nobody is rung", async () => {
  await aCall("pbx");
  let answer = (_: ActionResult): void => {};
  const asked = new Promise<void>((resolve) => {
    pbx.unseen = () => {
      resolve();
      return new Promise<ActionResult>((done) => {
        answer = done;
      });
    };
  });
  await phone.press("Listen");
  const hidden = phone.keyUrl("Hidden") ?? "";
  const pressed = phone.get(hidden);
  await asked;
  const other = await bench.phone(phoneOf.kim);
  await other.get(hidden.replace(/listen-hidden\/.*$/, "leave/-/0.0"));
  answer({ ok: true });
  await pressed;
  expect(pbx.asked).toEqual([]);
});

describe("R11 who may not be heard", () => {
  async function coaching(name: string): Promise<CallHandle> {
    const call = simulator.incoming({ to: ana.id, number: "", name });
    call.answer();
    phone = await bench.phone(phoneOf.kim);
    await listen("Visible");
    simulator.pickUp(rung());
    await until(phone, /can see you/);
    await phone.press("Coach");
    await until(phone, /Nobody hears you/);
    await phone.press("Unmute");
    expect(phone.text()).toMatch(/^Ana Ruiz hears you/);
    return call;
  }

  it("the page names whose phone sends no sound, for as long as it sends none", async () => {
    const call = await coaching("Jane Doe");
    call.silence(call.otherLeg, true);
    await until(phone, /^[\s\S]*You may not be heard: Jane Doe's phone sends no sound/);
    await phone.press("Join");
    call.silence(call.agentLeg, true);
    await until(phone, /Ana Ruiz's phone sends no sound/);
    call.silence(call.agentLeg, false);
    call.silence(call.otherLeg, false);
    await until(phone, /^(?![\s\S]*may not be heard)/);
  });

  it("an unknown caller is the other side", async () => {
    const call = await coaching("");
    call.silence(call.otherLeg, true);
    await until(phone, /You may not be heard: the other side sends no sound/);
  });

  it("the agent's devices are told nothing of it", async () => {
    const call = await coaching("Jane Doe");
    await light.until(() => JSON.stringify(light.last("/lamp")).includes('"open"'));
    const before = light.heard.length;
    call.silence(call.otherLeg, true);
    await until(phone, /may not be heard/);
    await phone.press("Mute");
    await light.until(() => JSON.stringify(light.last("/lamp")).includes('"muted"'));
    const told = light.heard.slice(before).map(({ topic }) => topic);
    expect(told.sort()).toEqual(["earshot/agents/2001/lamp", "earshot/agents/2001/lamp/text"]);
    expect(JSON.stringify(light.heard)).not.toMatch(/silent|sound/);
  });
});
