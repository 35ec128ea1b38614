import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Mac, type Phone, parsePersonId, type Token } from "../../../src/model/index.ts";
import { EmbeddedStore, loadSecrets } from "../../../src/store/index.ts";
import { scratch } from "./scratch.ts";

const owner = parsePersonId("3001") ?? expect.fail();
const [one, other] = ["805ec0aa5001" as Mac, "805ec0aa5002" as Mac];
const plain: Phone = { mac: one, vendor: "yealink", model: "T46U", owner, answer: "auto" };
const password = "hush-hush";
const full: Phone = {
  ...{ ...plain, address: "192.0.2.7", lamp: "push", lampKey: 3 },
  push: { by: "http", origin: "http://192.0.2.31", username: "earshot", password, priority: "high" },
};

const macAt = (at: number): Mac => `805ec1${at.toString(16).padStart(6, "0")}` as Mac;

async function open(folder: string): Promise<EmbeddedStore> {
  const store = new EmbeddedStore(folder, await loadSecrets(folder));
  await store.start();
  onTestFinished(() => store.stop());
  return store;
}

const tokenOf = async (store: EmbeddedStore, mac: Mac): Promise<Token> => (await store.tokenOf(mac)) ?? expect.fail();

/** Nobody can write to the database of this folder until the test is over. */
function locked(folder: string): void {
  const lock = new Database(join(folder, "earshot.db"), { timeout: 5_000 });
  lock.exec("BEGIN EXCLUSIVE");
  onTestFinished(() => void lock.close());
}

describe("phones of the database", () => {
  test("come back at the next start as they were, with their keys", async () => {
    const folder = scratch();
    const first = await open(folder);
    await first.phones.order({ drop: [], put: [full, { ...plain, mac: other }] });
    const token = await tokenOf(first, one);
    await first.stop();
    const second = await open(folder);
    expect(await second.phones.all()).toEqual([full, { ...plain, mac: other }]);
    expect(second.phoneByToken(token)).toBe(one);
  });

  test("have their push passwords sealed, and nowhere in the clear", async () => {
    const folder = scratch();
    const store = await open(folder);
    await store.phones.order({ drop: [], put: [full] });
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
    expect(files.join("")).toContain(full.address);
    expect(files.join("")).not.toContain(password);
  });

  test("keep their key in a change, and have another after they were dropped", async () => {
    const store = await open(scratch());
    await store.phones.order({ drop: [], put: [plain] });
    const token = await tokenOf(store, one);
    await store.phones.order({ drop: [], put: [{ ...plain, model: "T54W" }] });
    expect(store.phoneByToken(token)).toBe(one);
    await store.phones.order({ drop: [one], put: [plain] });
    expect([store.phoneByToken(token), (await tokenOf(store, one)) === token]).toEqual([undefined, false]);
  });

  test("by thousands are one order: others have their turns meanwhile, and each has a key", async () => {
    const store = await open(scratch());
    const many = Array.from({ length: 2_000 }, (_, at) => ({ ...plain, mac: macAt(at) }));
    let [turns, over] = [0, false];
    const count = (): void => {
      turns += 1;
      if (!over) setImmediate(count);
    };
    setImmediate(count);
    await store.phones.order({ drop: [], put: many });
    over = true;
    expect(turns).toBeGreaterThan(15);
    expect(await store.phones.all()).toEqual(many);
    expect(store.phoneByToken(await tokenOf(store, macAt(1_999)))).toBe(macAt(1_999));
  });

  test("by thousands are none where one of them cannot be kept", async () => {
    const store = await open(scratch());
    await store.phones.order({ drop: [], put: [plain] });
    const many = Array.from({ length: 1_000 }, (_, at) => ({ ...plain, mac: macAt(at) }));
    const broken = { ...plain, mac: other, vendor: null as never };
    await expect(store.phones.order({ drop: [], put: [...many, broken] })).rejects.toThrow(/NOT NULL/);
    expect(await store.phones.all()).toEqual([plain]);
  });

  test("are left alone by what the file says, unless it names one: then it is the file's, with its key", async () => {
    const store = await open(scratch());
    await store.phones.order({ drop: [], put: [full, { ...plain, mac: other }] });
    const token = await tokenOf(store, one);
    expect(await store.syncPhones([plain])).toEqual([one]);
    expect((await store.phones.all()).map(({ mac }) => mac)).toEqual([other]);
    expect(store.phoneByToken(token)).toBe(one);
    expect(await store.syncPhones([])).toEqual([]);
    expect(store.phoneByToken(token)).toBeUndefined();
  });
});

describe("a key that is taken away", () => {
  test.each<readonly [string, (store: EmbeddedStore) => Promise<unknown>]>([
    ["retired", (store) => store.phones.order({ drop: [one], put: [] })],
    ["replaced", (store) => store.phones.order({ drop: [one], put: [{ ...plain, mac: other }] })],
    ["given another one", (store) => store.renewToken(one)],
  ])("is dead at once, also where it cannot be written: %s", async (_, order) => {
    const folder = scratch();
    const store = await open(folder);
    await store.phones.order({ drop: [], put: [plain] });
    const token = await tokenOf(store, one);
    locked(folder);
    const done = order(store);
    expect(store.phoneByToken(token)).toBeUndefined();
    await expect(done).rejects.toThrow();
  });

  test("stays dead when something else is written later", async () => {
    const folder = scratch();
    const store = await open(folder);
    await store.phones.order({ drop: [], put: [plain] });
    const token = await tokenOf(store, one);
    store.phones.kill([one]);
    await store.phones.order({ drop: [], put: [{ ...plain, mac: other }] });
    expect(store.phoneByToken(token)).toBeUndefined();
    await store.phones.renew(other);
    expect(store.phoneByToken(token)).toBeUndefined();
  });
});

test.each(["begun", "0", "1", "2", "5"])(
  "an order that is cut off by a kill is there whole, or not at all: behind %s",
  async (last) => {
    const folder = scratch();
    const program = fileURLToPath(new URL("phone-orders.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", program, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    while ((await lines.next()).value !== last);
    child.kill("SIGKILL");
    await once(child, "exit");
    const store = await open(folder);
    const macs = (await store.phones.all()).map(({ mac }) => mac);
    const single = macs.filter((mac) => mac < "805ec0000100");
    expect([single.length, [0, 200]]).toEqual([1, expect.arrayContaining([macs.length - single.length])]);
    expect(store.phoneByToken(await tokenOf(store, single[0] ?? expect.fail()))).toBe(single[0]);
  },
);
