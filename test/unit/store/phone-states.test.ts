import { expect, onTestFinished, test, vi } from "vitest";
import type { Mac, PhoneState } from "../../../src/model/index.js";
import { EmbeddedStore, loadSecrets } from "../../../src/store/index.js";
import { keptLog, scratch } from "./scratch.js";

const macOf = (index: number): Mac => `805ec0${index.toString(16).padStart(6, "0")}` as Mac;
const files = { digests: { "a.cfg": "digest" }, at: 5, firmware: "108.86" };
const resync = { kind: "failed", orderedAt: 1, until: 9, at: 3, why: "the phone is not registered" } as const;

const life: PhoneState = {
  registration: { registered: true, since: 1, hosts: ["192.0.2.7"], until: 9 },
  page: { at: 3 },
  push: { at: 4, kind: "lamp", result: { outcome: "failed", why: "away", again: true } },
};

async function open(folder: string): Promise<EmbeddedStore> {
  const store = new EmbeddedStore(folder, await loadSecrets(folder));
  await store.start();
  await store.phoneStates.read(keptLog().log);
  onTestFinished(() => store.stop());
  return store;
}

test("what is known of phones is known after a restart, the newest of each part, however much came at once", async () => {
  const folder = scratch();
  const first = await open(folder);
  const all = Array.from({ length: 500 }, (_, index) => macOf(index));
  for (const mac of all) first.phoneStates.keep(mac, { files: { ...files, at: 4 } });
  for (const mac of all) first.phoneStates.keep(mac, { files });
  first.phoneStates.keep(macOf(1), { resync });
  first.phoneStates.keep(macOf(1), life);
  first.phoneStates.forget(macOf(2));
  await first.stop();
  const second = await open(folder);
  expect(second.phoneStates.of(macOf(0))).toEqual({ files });
  expect(second.phoneStates.of(macOf(1))).toEqual({ files, resync, ...life });
  expect(second.phoneStates.of(macOf(2))).toEqual({});
  expect(second.phoneStates.of(macOf(499))).toEqual({ files });
});

test("it is written while earshot runs, so that a crash loses seconds alone", async () => {
  const folder = scratch();
  const running = await open(folder);
  running.phoneStates.keep(macOf(1), { resync });
  // Another reader sees what the first would leave behind if it were killed now.
  const beside = await open(folder);
  const seen = async (): Promise<PhoneState> => {
    await beside.phoneStates.read(keptLog().log);
    return beside.phoneStates.of(macOf(1));
  };
  await vi.waitUntil(async () => (await seen()).resync, { timeout: 20_000, interval: 200 });
});

test("phones that are gone are forgotten, those that stay are not", async () => {
  const folder = scratch();
  const first = await open(folder);
  first.phoneStates.keep(macOf(1), { files });
  first.phoneStates.keep(macOf(2), { files });
  first.phoneStates.forgetOthers(new Set([macOf(2)]));
  await first.stop();
  const second = await open(folder);
  expect([second.phoneStates.of(macOf(1)), second.phoneStates.of(macOf(2))]).toEqual([{}, { files }]);
});

test("a part that another earshot wrote otherwise is left out, and the others are read", async () => {
  const folder = scratch();
  const first = await open(folder);
  const odd = { files: { digests: "none" }, resync, later: 1 } as unknown as PhoneState;
  first.phoneStates.keep(macOf(1), odd);
  await first.stop();
  const second = await open(folder);
  expect(second.phoneStates.of(macOf(1))).toEqual({ resync });
});
