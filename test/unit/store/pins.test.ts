import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import { type PersonId, parsePersonId, Secret } from "../../../src/model/index.js";
import { EmbeddedStore, loadSecrets } from "../../../src/store/index.js";
import { scratch } from "./scratch.js";

const kim: PersonId = parsePersonId("3001") ?? expect.fail();
const minute = 60_000;
let now = 1_000_000;

async function open(folder = scratch()): Promise<EmbeddedStore> {
  const store = new EmbeddedStore(folder, await loadSecrets(folder), () => now);
  await store.start();
  onTestFinished(() => store.stop());
  return store;
}

async function withPin(folder?: string) {
  const { pins } = await open(folder);
  await pins.set(kim, new Secret("271828"));
  const enter = (digits: string) => pins.enter(kim, new Secret(digits));
  return { pins, enter };
}

test("R20 the right PIN is right, and when it was entered is known until it is set anew", async () => {
  const { pins, enter } = await withPin();
  expect(pins.standing(kim)).toEqual({ kind: "set" });
  expect(await enter("271828")).toEqual({ kind: "right" });
  expect(pins.standing(kim)).toEqual({ kind: "set", enteredAt: now });
  await pins.set(kim, new Secret("314159"));
  expect(pins.standing(kim)).toEqual({ kind: "set" });
  expect(await enter("271828")).toEqual({ kind: "wrong", left: 4 });
});

test.each([
  ["before it", 0],
  ["after it", 1],
])("R20 a PIN that was set anew is the PIN, whatever was entered meanwhile: set %s", async (_, place) => {
  const { pins, enter } = await withPin();
  const orders: (() => Promise<unknown>)[] = [() => enter("271828")];
  orders.splice(place, 0, () => pins.set(kim, new Secret("314159")));
  await Promise.all(orders.map((order) => order()));
  expect(await enter("314159")).toEqual({ kind: "right" });
});

test("R20 two wrong ones at once are two", async () => {
  const { enter } = await withPin();
  await Promise.all([enter("1"), enter("2")]);
  expect(await enter("3")).toEqual({ kind: "wrong", left: 2 });
});

test("who has none is neither right nor wrong", async () => {
  const { pins } = await open();
  expect([pins.standing(kim), await pins.enter(kim, new Secret("1234"))]).toEqual([{ kind: "none" }, { kind: "none" }]);
});

test("R20 the fifth wrong one locks out, and then the right one is not right for a quarter of an hour", async () => {
  const { pins, enter } = await withPin();
  const entries = [];
  for (const digits of ["1", "2", "3", "4", "5", "271828"]) entries.push(await enter(digits));
  expect(entries.map((entry) => (entry.kind === "wrong" ? entry.left : entry.kind))).toEqual([
    ...[4, 3, 2, 1],
    ...["locked", "locked"],
  ]);
  now += 15 * minute - 1;
  expect(pins.standing(kim)).toEqual({ kind: "locked" });
  now += 1;
  expect(await enter("271828")).toEqual({ kind: "right" });
});

test("R20 an administrator unlocks at once", async () => {
  const { pins, enter } = await withPin();
  for (const digits of ["1", "2", "3", "4", "5"]) await enter(digits);
  await pins.unlock(kim);
  expect(await enter("271828")).toEqual({ kind: "right" });
});

test("a right one makes that wrong ones are counted anew", async () => {
  const { enter } = await withPin();
  for (const digits of ["1", "2", "3", "271828"]) await enter(digits);
  expect(await enter("4")).toEqual({ kind: "wrong", left: 4 });
});

test("R20 what was counted stands after a restart, and so does a shift", async () => {
  const folder = scratch();
  const first = await open(folder);
  await first.pins.set(kim, new Secret("271828"));
  await first.pins.enter(kim, new Secret("1"));
  await first.stop();
  const second = await open(folder);
  expect(await second.pins.enter(kim, new Secret("2"))).toEqual({ kind: "wrong", left: 3 });
  expect(await second.pins.enter(kim, new Secret("271828"))).toEqual({ kind: "right" });
  await second.stop();
  expect((await open(folder)).pins.standing(kim)).toEqual({ kind: "set", enteredAt: now });
});

test("R20 a wrong one that cannot be written down is no answer at all, and no try for nothing", async () => {
  const folder = scratch();
  const { pins, enter } = await withPin(folder);
  const lock = new Database(join(folder, "earshot.db"));
  lock.exec("BEGIN EXCLUSIVE");
  await expect(enter("271828")).rejects.toThrow();
  lock.exec("COMMIT");
  lock.close();
  expect(pins.standing(kim)).toEqual({ kind: "set" });
});

test("R20 the digits stand in no file, nor does what can be tried without the key", async () => {
  const folder = scratch();
  const { enter } = await withPin(folder);
  await enter("271828");
  const files = ["earshot.db", "earshot.db-wal"].map((name) => readFileSync(join(folder, name), "latin1"));
  expect(files.join("")).not.toContain("271828");
  const other = scratch();
  const secrets = [await loadSecrets(folder), await loadSecrets(other)];
  const [one, two] = secrets.map(({ pepper }) => pepper(kim, "271828").toString("hex"));
  expect(one).not.toBe(two);
});
