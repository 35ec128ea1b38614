import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { readAudit } from "../../src/store/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

let pbx: SimulatorPbx;
let bench: GatewayBench;
let call: CallHandle;
let phone: YealinkPhone;
let lock: Database.Database | undefined;

beforeEach(async () => {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx });
  await bench.start();
  await bench.busyLight();
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
  phone = await bench.phone(phoneOf.kim);
  await phone.press("Coach");
  await phone.press("Go on");
  await until(phone, /Coaching Ana Ruiz/);
  await phone.press("Unmute");
  await until(phone, /Ana Ruiz hears you/);
});

afterEach(async () => {
  thaw();
  await bench.stop();
});

/** Holds the record's file so that nothing can be written to it, as a stuck disk or a backup would. */
async function freeze(): Promise<void> {
  // The record is read in its turn: what was given before is written by then.
  await bench.gateway.audit({ limit: 1 });
  lock = new Database(join(await bench.data, "audit.db"), { timeout: 5_000 });
  lock.exec("BEGIN EXCLUSIVE");
}

function thaw(): void {
  lock?.exec("COMMIT");
  lock?.close();
  lock = undefined;
}

const agentHearsSupervisor = (): boolean =>
  pbx.hearing().some(({ listener, speaker }) => listener === call.agentLeg && speaker !== call.otherLeg);

const refusal = "The record cannot be written now, so nothing new is allowed. Try again soon.";

describe("R19 while the record is frozen", () => {
  beforeEach(freeze);

  it("Mute mutes as ever", async () => {
    await phone.press("Mute");
    expect(phone.text()).toMatch(/Nobody hears you/);
    expect(agentHearsSupervisor()).toBe(false);
  });

  it("R13 no call is taken over", async () => {
    await phone.ok();
    phone.select(phone.rows().indexOf("Take over"));
    await phone.ok();
    await phone.press("Go on");
    expect(phone.text()).toContain(refusal);
    expect(pbx.hearing().filter(({ listener }) => listener === call.otherLeg)).toHaveLength(1);
  });

  it("R13 what the agent's own phone transfers is a transfer as any: it rings, and nobody hears them", async () => {
    call.transfer({ kind: "internal", person: kim.id });
    await until(phone, /Your own phone|may not|not allowed|ended|over/i);
    expect(pbx.hearing().filter(({ listener }) => listener === call.otherLeg)).toEqual([]);
  });

  it("Mute is answered when its row is on the disk, so that a crash loses nothing that was answered", async () => {
    const pressed = phone.press("Mute");
    await expect.poll(agentHearsSupervisor, { interval: 2 }).toBe(false);
    thaw();
    await pressed;
    const rows = await readAudit(await bench.data, { limit: 1, newest: true });
    expect(rows).toMatchObject([{ act: "mute", outcome: "done" }]);
  });

  it("Mute waits for its row, and for no longer than anybody waits for one", async () => {
    const get = await phone.press("Mute");
    expect(agentHearsSupervisor()).toBe(false);
    expect((get?.end ?? 0) - (get?.start ?? 0)).toBeGreaterThanOrEqual(290);
  });

  it("Leave leaves as ever", async () => {
    await phone.press("Leave");
    expect(phone.text()).toMatch(/You have left the call/);
    expect(pbx.hearing().length).toBe(2);
  });

  it("Unmute is refused in words, and no path is opened", async () => {
    await phone.press("Mute");
    await phone.press("Unmute");
    expect(phone.text()).toContain(refusal);
    expect(agentHearsSupervisor()).toBe(false);
  });

  it("Join is refused in words", async () => {
    await phone.press("Join");
    expect(phone.text()).toContain(refusal);
  });

  it("Coach is refused in words", async () => {
    await phone.press("Listen");
    await phone.press("Coach");
    expect(phone.text()).toContain(refusal);
  });

  it("Listen is refused in words", async () => {
    const other = await bench.phone(phoneOf.max);
    await other.press("Listen");
    await other.press("Hidden");
    expect(other.text()).toBe(refusal);
    expect(pbx.hearing().length).toBe(5);
  });

  it("other phones' pages still come within 1 s", async () => {
    const other = await bench.phone(phoneOf.max);
    const pressed = phone.press("Join");
    // The strict phone complains of a reply that takes longer than a second.
    for (let page = 0; page < 20; page += 1) await other.refresh();
    await pressed;
    expect(other.title()).toBe("Live calls (1)");
  });

  it("the late rows are there afterwards, in order and marked late", async () => {
    await phone.press("Mute");
    await phone.press("Unmute");
    await phone.press("Leave");
    thaw();
    let rows = await bench.gateway.audit({ limit: 1_000 });
    while (!rows.some(({ act }) => act === "ended")) rows = await bench.gateway.audit({ limit: 1_000 });
    const last = rows.slice(rows.findIndex(({ act }) => act === "mute"));
    expect(last.map(({ act, outcome }) => `${act} ${outcome}`)).toEqual([
      "mute done",
      "unmute refused",
      "leave done",
      "ended ended",
    ]);
    expect(last[0]?.late).toBe(true);
  });
});
