import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { type Call, type Leg, parseSupervisionId } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { type BusyLight, GatewayBench, listen, people, phoneOf, until } from "./bench.ts";
import { GatedPbx } from "./gated-pbx.ts";

let simulator: SimulatorPbx;
let pbx: GatedPbx;
let bench: GatewayBench;
let call: CallHandle;
let phone: YealinkPhone;
let light: BusyLight;
/** Who has heard the supervisor at any moment since this was emptied. */
let heardBy: Set<"agent" | "customer">;

beforeEach(async () => {
  simulator = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  pbx = new GatedPbx(simulator);
  bench = new GatewayBench({ pbx });
  await bench.start();
  light = await bench.busyLight();
  call = simulator.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
  heardBy = new Set();
  pbx.onEvent = () => {
    for (const listener of listeners()) heardBy.add(listener);
  };
  phone = await bench.phone(phoneOf.kim);
});

afterEach(() => bench.stop());

const isOurs = (voice: string): boolean => voice === call.agentLeg || voice === call.otherLeg;

function listeners(): ("agent" | "customer")[] {
  const heard = simulator.hearing().filter(({ speaker }) => !isOurs(speaker));
  return heard.map(({ listener }) => (listener === call.agentLeg ? "agent" : "customer"));
}

async function coach(): Promise<void> {
  await listen(phone, "Visible");
  await until(phone, /Ana Ruiz can see you/);
  await phone.press("Coach");
  await until(phone, /Coaching/);
}

async function openCoach(): Promise<void> {
  await coach();
  await phone.press("Unmute");
  await until(phone, /Ana Ruiz hears you/);
}

async function acts(): Promise<string[]> {
  return (await bench.gateway.audit({ limit: 1_000 })).map(({ act, outcome }) => `${act} ${outcome}`);
}

describe("a mouth that is still being opened", () => {
  beforeEach(async () => {
    await coach();
    pbx.shut("open-mouth");
    await phone.press("Unmute");
    expect(phone.text()).toMatch(/Your microphone is being opened/);
  });

  it("is never opened after Mute", async () => {
    await phone.press("Mute");
    await until(phone, /Nobody hears you/);
    pbx.open("open-mouth");
    await phone.press("Join");
    expect([...heardBy]).toEqual([]);
  });

  it("is never opened after Listen and Hide", async () => {
    await phone.press("Listen");
    await until(phone, /Nobody hears you/);
    await phone.press("Hide");
    await until(phone, /Hidden/);
    pbx.open("open-mouth");
    await phone.press("Visible");
    expect([...heardBy]).toEqual([]);
  });

  it("can be asked for again after a Mute, and is then opened", async () => {
    await phone.press("Mute");
    await until(phone, /Nobody hears you/);
    await phone.press("Unmute");
    pbx.open("open-mouth");
    await until(phone, /Ana Ruiz hears you/);
  });

  it("counts as open while nobody can say that it is not: the page does not say that nobody hears", async () => {
    pbx.shut("close-mouth");
    await phone.press("Mute");
    expect(phone.text()).toMatch(/Your microphone is being closed/);
    expect(phone.keys()[0]).toBe("Mute");
  });
});

it("a Join that is still being opened never reaches the customer after Coach", async () => {
  await openCoach();
  pbx.shut("open-mouth");
  await phone.press("Join");
  await phone.press("Coach");
  pbx.open("open-mouth");
  await until(phone, /Ana Ruiz hears you/);
  expect([...heardBy]).toEqual(["agent"]);
});

it("R6 Hide is not offered while the mouth is not gone, and the lamp goes on saying that the mic is open", async () => {
  await openCoach();
  pbx.shut("close-mouth");
  await phone.press("Listen");
  expect(phone.text()).toMatch(/Your microphone is being closed/);
  expect(phone.keys()).toEqual(["Coach", "Join", "Leave"]);
  expect(light.last("/lamp")).toMatchObject({ mic: "open", supervisors: [{ name: "Kim Osei" }] });
});

describe("a mic that was open", () => {
  beforeEach(openCoach);

  it("is muted when the PBX was away, and stays so when it is back", async () => {
    simulator.goAway("test");
    await until(phone, /To be safe, hang up/);
    simulator.comeBack();
    await until(phone, /Nobody hears you/);
    expect(phone.keys()[0]).toBe("Unmute");
    expect(await acts()).toContain("mute done");
  });

  it("is muted when the agent's leg is no longer certain, and stays so when it is again", async () => {
    const leg = (id: CallHandle["agentLeg"], party: Leg["party"], certain: boolean): Leg => {
      return { id, party, certain, state: "up", holding: false };
    };
    const whole = (certain: boolean): Call => ({
      id: call.callId,
      direction: "inbound",
      startedAt: 1,
      answeredAt: 2,
      legs: [
        leg(call.agentLeg, { kind: "internal", person: ana.id }, certain),
        leg(call.otherLeg, { kind: "external", number: "1", name: "" }, false),
      ],
    });
    pbx.put({ type: "call", call: whole(false) });
    await until(phone, /Nobody hears you/);
    expect(phone.text()).toMatch(/not certain which phone/);
    pbx.put({ type: "call", call: whole(true) });
    await until(phone, /Nobody hears you\.\nAna Ruiz can see you\.\n1,/);
    expect(listeners()).toEqual([]);
  });

  it("ends when the agent's leg leaves the call", async () => {
    pbx.put({ type: "call", call: { id: call.callId, direction: "inbound", startedAt: 1, legs: [] } });
    await until(phone, /The call of Ana Ruiz is over/);
    expect(listeners()).toEqual([]);
  });

  it("R1 R13 ends when the supervisor becomes a party to the call", async () => {
    const up = { state: "up", holding: false, certain: true } as const;
    pbx.put({
      type: "call",
      call: {
        id: call.callId,
        direction: "inbound",
        startedAt: 1,
        answeredAt: 2,
        legs: [
          { id: call.agentLeg, party: { kind: "internal", person: ana.id }, ...up },
          { id: call.otherLeg, party: { kind: "internal", person: kim.id }, ...up },
        ],
      },
    });
    await until(phone, /You have the call of Ana Ruiz now/);
    expect(listeners()).toEqual([]);
  });

  it("R21 a hold is on record", async () => {
    const own = simulator.hearing().find(({ listener }) => !isOurs(listener));
    if (!own) throw new Error("nobody supervises");
    simulator.holdSupervisor(own.listener as Parameters<typeof simulator.holdSupervisor>[0]);
    await until(phone, /Your phone holds the line/);
    expect(await acts()).toContain("held done");
  });

  it("Leave while the PBX is away says to hang up, and the agent goes on seeing who is there", async () => {
    simulator.goAway("test");
    await until(phone, /To be safe, hang up/);
    await phone.press("Leave");
    expect(phone.text()).toMatch(/To be safe, hang up/);
    expect(light.last("/lamp")).toMatchObject({ supervisors: [{ name: "Kim Osei" }] });
    simulator.comeBack();
    await until(phone, /You have left the call/);
  });
});

it("R5 the fate of an earlier telling is not taken for that of the present one", { timeout: 20_000 }, async () => {
  await light.stop();
  await listen(phone, "Hidden");
  await phone.press("Visible");
  await phone.press("Hide");
  const device = await bench.busyLight();
  await phone.press("Visible");
  await until(phone, /Ana Ruiz can see you/);
  // The first telling gives up three seconds after it began; a second notice takes as long to be given up.
  await device.stop();
  await phone.press("Hide");
  await phone.press("Visible");
  await until(phone, /None of Ana Ruiz's devices/);
  const told = (await bench.gateway.audit({ limit: 100 })).filter(({ act }) => act === "told");
  expect(told.map(({ detail }) => detail)).toEqual(["a device confirmed", "no device confirmed in time"]);
});

it("R19 a start that Leave overtakes while it waits for its row never begins, not even when it is fetched again", async () => {
  await phone.press("Listen");
  const start = phone.keyUrl("Hidden") ?? "";
  const lock = new Database(join(await bench.data, "audit.db"), { timeout: 5_000 });
  lock.exec("BEGIN EXCLUSIVE");
  const starting = phone.get(start);
  const other = await bench.phone(phoneOf.max);
  await other.get(`${await bench.launcher(phoneOf.kim)}do/leave/-/0.0`);
  lock.exec("COMMIT");
  lock.close();
  await starting;
  await phone.get(start);
  expect(simulator.hearing().length).toBe(2);
});

it("R17 a Coach that the record refuses after the agent was told is said on the page", async () => {
  await listen(phone, "Hidden");
  await phone.press("Coach");
  const lock = new Database(join(await bench.data, "audit.db"), { timeout: 5_000 });
  lock.exec("BEGIN EXCLUSIVE");
  await phone.press("Go on");
  await until(phone, /The record cannot be written now/);
  lock.exec("COMMIT");
  lock.close();
  expect(phone.keys()).toEqual(["Hide", "Coach", "Join", "Leave"]);
});

it("a PBX that closes and cannot tell so is not asked without end", async () => {
  await openCoach();
  pbx.pretend("close-mouth");
  pbx.put({ type: "pbx-away", why: "test" });
  // Ten pages later it would have been asked thousands of times.
  for (let page = 0; page < 10; page += 1) await phone.refresh();
  expect(pbx.asked.filter(({ type }) => type === "close-mouth").length).toBeLessThanOrEqual(2);
});

it("a supervision at the PBX that nobody here knows is ended and recorded", async () => {
  const id = parseSupervisionId("strangerstranger0");
  if (!id) throw new Error("no id");
  pbx.put({ type: "facts", facts: { id, leg: "up" } });
  expect(pbx.asked).toContainEqual({ type: "end", supervision: id, ending: "lost" });
  let rows = await bench.gateway.audit({ limit: 10 });
  while (rows.length === 0) rows = await bench.gateway.audit({ limit: 10 });
  expect(rows).toMatchObject([{ act: "ended", ending: "lost", supervisor: "unknown", supervision: id }]);
});

it("R21 hold and resume while the ear is being attached does not end the supervision", async () => {
  pbx.shut("attach-ear");
  await phone.press("Listen");
  await phone.press("Hidden");
  const own = pbx.asked.find((action) => action.type === "ring");
  if (!own) throw new Error("nobody was rung");
  const id = own.supervision;
  simulator.holdSupervisor(id);
  simulator.resumeSupervisor(id);
  pbx.open("attach-ear");
  await until(phone, /Nobody hears you/);
});
