import { join } from "node:path";
import { setImmediate as othersFirst } from "node:timers/promises";
import Database from "libsql";
import { request } from "undici";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Phone } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, listen, people } from "./bench.ts";

const who = "os:root";
const mac = "805ec0aa5001" as Phone["mac"];
const nora = "3050";

let simulator: SimulatorPbx;
let bench: GatewayBench;

beforeEach(async () => {
  simulator = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx: simulator });
  await bench.start();
  await bench.busyLight();
  const wish = { extension: nora, name: "Nora New", role: "team-manager", teams: ["support"] };
  expect(await bench.gateway.people().add(who, wish)).toMatchObject({ ok: true });
  const phone = { mac, vendor: "yealink", model: "T46U", extension: nora, answer: "auto" };
  expect(await bench.gateway.phonesBook().add(who, phone)).toMatchObject({ ok: true });
  simulator.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
});

afterEach(() => bench.stop());

const heard = (): number => simulator.hearing().length;
/** The two who talk hear each other. */
const theTwo = 2;

/** Freezes the record, so that a list whose rows wait for it goes on for as long as it is frozen. */
async function freeze(): Promise<() => void> {
  const lock = new Database(join(await bench.data, "audit.db"), { timeout: 5_000 });
  lock.exec("BEGIN EXCLUSIVE");
  onTestFinished(() => void lock.close());
  return () => void lock.exec("COMMIT");
}

const ofPhones = () =>
  bench.gateway
    .phonesBook()
    .enlist(
      who,
      [{ line: 2, wish: { mac: "805ec0aa6001", vendor: "yealink", model: "T46U", extension: kim.extension } }],
      false,
    );
const ofPeople = () =>
  bench.gateway
    .people()
    .enlist(who, [{ line: 2, wish: { extension: "3051", name: "Otto Other", role: "agent" } }], false);

it.each([
  ["a phone that is retired", ofPhones, () => bench.gateway.phonesBook().retire(who, mac)],
  ["a phone that gets another key", ofPhones, () => bench.gateway.phonesBook().rotate(who, mac)],
  ["somebody who is removed", ofPeople, () => bench.gateway.people().remove(who, nora)],
  ["the phone of somebody who is removed", ofPhones, () => bench.gateway.people().remove(who, nora)],
  ["somebody who is an agent from now on", ofPeople, () => bench.gateway.people().change(who, nora, { role: "agent" })],
])("R19 %s hears nobody any more at once, though a list is still being worked on", async (_, list, order) => {
  await listen(await bench.phone(mac), "Hidden");
  await expect.poll(heard).toBeGreaterThan(theTwo);
  const thaw = await freeze();
  let listed = false;
  const enlisted = list().finally(() => {
    listed = true;
  });
  const ordered = order();
  await expect.poll(heard).toBe(theTwo);
  expect(listed).toBe(false);
  thaw();
  await enlisted;
  expect(await ordered).toMatchObject({ ok: true });
});

it.each([
  ["that is retired", ofPhones, () => bench.gateway.phonesBook().retire(who, mac)],
  ["that gets another key", ofPhones, () => bench.gateway.phonesBook().rotate(who, mac)],
  ["of somebody who is removed", ofPhones, () => bench.gateway.people().remove(who, nora)],
  ["of somebody who is removed, beside a list of people", ofPeople, () => bench.gateway.people().remove(who, nora)],
])("R19 the key of a phone %s is dead at once, though a list is still being worked on", async (_, list, order) => {
  const old = await bench.launcher(mac);
  const thaw = await freeze();
  let listed = false;
  const enlisted = list().finally(() => {
    listed = true;
  });
  const ordered = order();
  await expect.poll(async () => (await request(old)).statusCode).toBe(404);
  expect(listed).toBe(false);
  thaw();
  await enlisted;
  expect(await ordered).toMatchObject({ ok: true });
});

it("somebody whom a list changes is gone for good where they are removed while it is being worked on", async () => {
  const thaw = await freeze();
  const enlisted = bench.gateway
    .people()
    .enlist(who, [{ line: 2, wish: { extension: nora, name: "Nora Newer", role: "team-manager" } }], false);
  // It is looked at, and waits for its rows.
  await othersFirst();
  const removed = bench.gateway.people().remove(who, nora);
  expect(bench.gateway.people().find(nora)).toBeUndefined();
  thaw();
  expect(await enlisted).toMatchObject({ ok: true, changed: 1 });
  expect(await removed).toMatchObject({ ok: true });
  expect(bench.gateway.people().find(nora)).toBeUndefined();
});
