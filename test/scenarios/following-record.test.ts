import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { BrokerAccount, Config, PersonId } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, ben, dita, kim } from "../unit/core/world.ts";
import { anaAccount, type BusyLight, GatewayBench, people, phoneOf, until } from "./bench.ts";

const ditaAccount: BrokerAccount = { username: "dita", password: "light-of-dita", agent: dita.id };
const everybody = [...people, dita];
const accounts = [anaAccount, ditaAccount];
const mqtt: Config["mqtt"] = { kind: "embedded", base: "earshot", listen: { host: "127.0.0.1", port: 0 }, accounts };

let data: string;
let pbx: SimulatorPbx;
let call: CallHandle;
let running: GatewayBench | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "earshot-follows-"));
  pbx = new SimulatorPbx({ people: everybody, seed: 1, clock: systemClock, script: "manual" });
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  // Nobody comes for it any more: what is left is ended, and its lease with it.
  pbx.restart();
  await rm(data, { recursive: true, force: true });
});

/** A gateway on the same folder and the same PBX as the one before it, which was stopped. */
async function run(): Promise<{ bench: GatewayBench; phone: YealinkPhone; light: BusyLight }> {
  await running?.stop();
  running = new GatewayBench({ pbx, config: { data, people: everybody, mqtt } });
  await running.start();
  await running.busyLight();
  const light = await running.busyLight(undefined, ditaAccount);
  return { bench: running, light, phone: await running.phone(phoneOf.kim) };
}

async function listen(phone: YealinkPhone, how: "Visible" | "Hidden" = "Visible"): Promise<void> {
  await phone.press("Listen");
  await phone.press(how);
  await until(phone, how === "Visible" ? /Ana Ruiz can see you/ : /Nobody hears you/);
}

const to = (person: PersonId) => ({ kind: "internal", person }) as const;
const hearing = (): number => pbx.hearing().filter(({ listener }) => !listener.startsWith("sim-")).length;

describe("R18 a restart after the call was followed", () => {
  it("finds the supervision at the new agent, whose lamp shows it", async () => {
    const before = await run();
    await listen(before.phone);
    call.transfer(to(dita.id));
    call.answer();
    await until(before.phone, /Dita Novak can see you/);
    await before.phone.press("Coach");
    await before.phone.press("Unmute");
    await until(before.phone, /Dita Novak hears you/);
    const { phone, light } = await run();
    await until(phone, /Dita Novak hears you/);
    expect(phone.title()).toBe("Coaching Dita Novak");
    await light.until(() => (light.last("/lamp") as { mic?: string } | undefined)?.mic === "open");
    expect(light.last("/lamp")).toMatchObject({ lamp: "coach", supervisors: [{ name: kim.name }] });
  });

  it("follows a call that has gone on while nobody looked", async () => {
    const before = await run();
    await listen(before.phone);
    await before.bench.stop();
    call.transfer(to(dita.id));
    call.answer();
    const { phone, light } = await run();
    await until(phone, /Transferred: you now hear Dita Novak/);
    await light.until(() => (light.last("/lamp") as { lamp?: string } | undefined)?.lamp === "listen");
  });

  it("ends where the call has gone to somebody of whom it may not be heard", async () => {
    const before = await run();
    await listen(before.phone, "Hidden");
    await before.bench.stop();
    call.transfer(to(ben.id));
    call.answer();
    const { bench } = await run();
    await expect
      .poll(async () => (await bench.gateway.audit({ limit: 1_000 })).at(-1))
      .toMatchObject({ act: "ended", ending: "not-allowed" });
    expect(hearing()).toBe(0);
  });
});

describe("R19 the record of what was followed", () => {
  it("has the new agent, leg and call before anything of them is heard", async () => {
    const { bench, phone } = await run();
    await listen(phone, "Hidden");
    call.transfer(to(dita.id));
    call.answer();
    await until(phone, /you now hear Dita Novak/);
    const rows = await bench.gateway.audit({ limit: 1_000 });
    expect(rows.filter(({ act }) => act === "followed")).toMatchObject([
      { outcome: "allowed", agent: dita.id, leg: call.agentLeg, call: call.callId, mode: "listen", mic: "muted" },
    ]);
  });

  it("cannot be written: the supervision ends, in words, and nothing of the new agent is heard", async () => {
    const { phone, bench } = await run();
    await listen(phone);
    await bench.gateway.audit({ limit: 1 });
    const lock = new Database(join(data, "audit.db"));
    lock.exec("BEGIN EXCLUSIVE");
    let heard = 0;
    call.transfer(to(dita.id));
    call.answer();
    const watch = setInterval(() => {
      heard = Math.max(heard, hearing());
    }, 1);
    await until(phone, /The record could not be written when the call of Ana Ruiz went to somebody else/);
    clearInterval(watch);
    lock.exec("COMMIT");
    lock.close();
    expect([heard, hearing()]).toEqual([0, 0]);
  });
});
