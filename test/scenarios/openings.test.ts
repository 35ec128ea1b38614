import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Clock } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { AuditLog, readAudit } from "../../src/store/index.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";
import { GatedPbx } from "./gated-pbx.ts";

let data: string;
let simulator: SimulatorPbx;
let pbx: GatedPbx;
let call: CallHandle;
let bench: GatewayBench | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "earshot-review-"));
  simulator = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  pbx = new GatedPbx(simulator);
  call = simulator.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
});

afterEach(async () => {
  await bench?.stop();
  simulator.restart();
  await rm(data, { recursive: true, force: true });
});

async function run(more: Partial<ConstructorParameters<typeof GatewayBench>[0]> = {}): Promise<GatewayBench> {
  await bench?.stop();
  bench = new GatewayBench({ pbx, ...more, config: { data, ...more.config } });
  await bench.start();
  return bench;
}

const agentHears = (): boolean =>
  simulator.hearing().some(({ listener, speaker }) => listener === call.agentLeg && speaker !== call.otherLeg);

async function coachMuted(at: GatewayBench): ReturnType<GatewayBench["phone"]> {
  const phone = await at.phone(phoneOf.kim);
  await phone.press("Coach");
  await phone.press("Go on");
  await until(phone, /Coaching Ana Ruiz/);
  return phone;
}

it("R9 a Mute soon after another is asked at once, though the mouth of in between is still being opened", async () => {
  // Whatever waits for a second waits until long after this.
  const clock: Clock = {
    now: systemClock.now,
    after: (ms, run) => systemClock.after(ms === 1_000 ? 60_000 : ms, run),
  };
  const at = await run({ clock });
  await at.busyLight();
  const phone = await coachMuted(at);
  await phone.press("Unmute");
  await until(phone, /Ana Ruiz hears you/);
  await phone.press("Mute");
  await until(phone, /Nobody hears you/);
  pbx.shut("open-mouth");
  await phone.press("Unmute");
  await phone.press("Mute");
  const mouths = pbx.asked.map(({ type }) => type).filter((type) => type.endsWith("mouth"));
  expect(mouths).toEqual(["open-mouth", "close-mouth", "open-mouth", "close-mouth"]);
});

it("R9 an opening that the PBX did not answer in time never sounds afterwards: the page said that nobody hears", async () => {
  const late = new Set<() => void>();
  const clock: Clock = {
    now: systemClock.now,
    after: (ms, run) => {
      if (ms !== 10_000) return systemClock.after(ms, run);
      late.add(run);
      return () => void late.delete(run);
    },
  };
  const at = await run({ clock });
  await at.busyLight();
  const phone = await coachMuted(at);
  pbx.shut("open-mouth");
  await phone.press("Unmute");
  expect(phone.text()).toMatch(/Your microphone is being opened/);
  for (const fire of [...late]) fire();
  await until(phone, /Nobody hears you/);
  let heard = false;
  pbx.onEvent = () => {
    heard ||= agentHears();
  };
  pbx.open("open-mouth");
  await phone.refresh();
  await phone.refresh();
  expect(heard).toBe(false);
  expect(pbx.asked.map(({ type }) => type)).toContain("close-mouth");
});

it("an opening that the PBX has refused is not asked a second time before the mic is muted", async () => {
  const at = await run();
  await at.busyLight();
  const phone = await coachMuted(at);
  pbx.fail("open-mouth");
  const asked = (): number => pbx.asked.filter(({ type }) => type === "open-mouth").length;
  await phone.press("Unmute");
  await vi.waitFor(() => expect(asked()).toBe(1), 10_000);
  await until(phone, /Nobody hears you/);
  expect(asked()).toBe(1);
});

it("R19 a Coach from the board that is refused after its row has not begun: the next run knows nothing of it", async () => {
  const at = await run();
  await at.busyLight();
  const phone = await at.phone(phoneOf.kim);
  await phone.press("Coach");
  await at.gateway.audit({ limit: 1 });
  // The customer hangs up between the asking for the row and its answer.
  const append = AuditLog.prototype.append;
  vi.spyOn(AuditLog.prototype, "append").mockImplementation(function (this: AuditLog, row, withinMs) {
    const written = append.call(this, row, withinMs);
    call.hangUp();
    return written;
  });
  await phone.press("Go on");
  vi.restoreAllMocks();
  const rows = await at.gateway.audit({ limit: 10 });
  const [allowed] = rows.filter(({ act, outcome }) => act === "listen" && outcome === "allowed");
  expect(allowed).toBeDefined();
  expect(rows.some(({ outcome, refusal }) => outcome === "refused" && refusal === "call-gone")).toBe(true);
  expect((await readAudit(data, { limit: 10, live: true })).map(({ act, outcome }) => `${act} ${outcome}`)).toEqual([]);
});

it("a supervision of somebody who is not in the configuration any more has one end in the record", async () => {
  const before = await run();
  await before.busyLight();
  const phone = await coachMuted(before);
  await phone.press("Unmute");
  await until(phone, /Ana Ruiz hears you/);
  const after = await run({ config: { people: people.filter(({ id }) => id !== kim.id), phones: [] } });
  await expect.poll(() => simulator.hearing().length).toBe(2);
  await expect
    .poll(async () => (await after.gateway.audit({ limit: 50 })).filter(({ act }) => act === "ended").length)
    .toBeGreaterThan(0);
  // What the PBX still had of it is ended before a further press or snapshot: both rows are given in one turn.
  await after.gateway.audit({ limit: 1 });
  const rows = await after.gateway.audit({ limit: 50 });
  expect(rows.filter(({ act }) => act === "ended").map(({ supervisor, ending }) => `${supervisor} ${ending}`)).toEqual([
    `${kim.id} not-allowed`,
  ]);
});

it("R10 Coach from hidden is there as soon as a device confirms: its own press answers with it, and Back is one press", async () => {
  const at = await run();
  await at.busyLight();
  const phone = await coachMuted(at);
  await phone.press("Listen");
  await until(phone, /Listening/);
  await phone.press("Hide");
  await until(phone, /is not told/);
  await phone.press("Coach");
  await phone.press("Go on");
  expect(phone.title()).toMatch(/^Coaching/);
  await phone.press("Listen");
  expect(phone.title()).toMatch(/^Listening/);
  const acts = (await at.gateway.audit({ limit: 100 })).map(({ act }) => act);
  expect(acts.slice(acts.lastIndexOf("back-to-listen"))).toEqual(["back-to-listen"]);
});

it("what was asked to close while the PBX was away, and not done, is asked again when it is back, and ends nothing", async () => {
  const at = await run();
  await at.busyLight();
  const phone = await coachMuted(at);
  await phone.press("Unmute");
  await until(phone, /Ana Ruiz hears you/);
  const execute = pbx.execute.bind(pbx);
  let fail: (() => void) | undefined;
  pbx.execute = (action) => {
    if (action.type !== "close-mouth" || fail) return execute(action);
    return new Promise((resolve) => {
      fail = () => resolve({ ok: false, code: "pbx-failed", detail: "the cable was cut" });
    });
  };
  simulator.goAway("the cable was cut");
  await until(phone, /does not answer/);
  simulator.comeBack();
  await until(phone, /hears you|closed/);
  fail?.();
  await until(phone, /Nobody hears you/);
  expect(phone.title()).toMatch(/^Coaching/);
  expect(agentHears()).toBe(false);
});
