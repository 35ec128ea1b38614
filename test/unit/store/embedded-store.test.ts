import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import { type Mac, type Phone, parseMac, parsePersonId, parseToken, type Token } from "../../../src/model/index.js";
import { EmbeddedStore, loadSecrets } from "../../../src/store/index.js";
import { scratch } from "./scratch.js";

const owner = parsePersonId("3001") ?? expect.fail();

function mac(text: string): Mac {
  return parseMac(text) ?? expect.fail();
}

function phone(text: string, more: Partial<Phone> = {}): Phone {
  return { mac: mac(text), vendor: "yealink", model: "T46U", owner, answer: "ring", ...more };
}

async function open(folder: string): Promise<EmbeddedStore> {
  const store = new EmbeddedStore(folder, await loadSecrets(folder));
  await store.start();
  onTestFinished(() => store.stop());
  return store;
}

async function token(store: EmbeddedStore, of: string): Promise<Token> {
  return (await store.tokenOf(mac(of))) ?? expect.fail(`${of} has no token`);
}

test("the epoch rises by one at every start", async () => {
  const folder = scratch();
  const first = await open(folder);
  expect([await first.nextEpoch(), await first.nextEpoch()]).toEqual([1, 2]);
  await first.stop();
  expect(await (await open(folder)).nextEpoch()).toBe(3);
});

test("every phone of the file gets a token of its own, that is found and can be shown again", async () => {
  const store = await open(scratch());
  await store.syncPhones([phone("805ec0aabbcc"), phone("805ec0aabbdd")]);
  const one = await token(store, "805ec0aabbcc");
  const two = await token(store, "805ec0aabbdd");
  expect(parseToken(one)).toBe(one);
  expect(one).not.toBe(two);
  expect(store.phoneByToken(one)).toBe("805ec0aabbcc");
  expect(store.phoneByToken(two)).toBe("805ec0aabbdd");
  expect(store.phoneByToken(parseToken("A".repeat(22)) ?? expect.fail())).toBeUndefined();
  expect(await store.tokenOf(mac("000000000000"))).toBeUndefined();
});

test("a phone that stays keeps its token, one that goes is dead at once, one that comes back has a new one", async () => {
  const folder = scratch();
  const store = await open(folder);
  await store.syncPhones([phone("805ec0aabbcc"), phone("805ec0aabbdd")]);
  const stays = await token(store, "805ec0aabbcc");
  const goes = await token(store, "805ec0aabbdd");
  await store.syncPhones([phone("805ec0aabbcc", { model: "T54W" })]);
  expect(await token(store, "805ec0aabbcc")).toBe(stays);
  expect(store.phoneByToken(goes)).toBeUndefined();
  await store.stop();
  const again = await open(folder);
  expect(again.phoneByToken(stays)).toBe("805ec0aabbcc");
  await again.syncPhones([phone("805ec0aabbcc"), phone("805ec0aabbdd")]);
  expect(await token(again, "805ec0aabbdd")).not.toBe(goes);
  expect(again.phoneByToken(goes)).toBeUndefined();
  await again.syncPhones([]);
  expect(again.phoneByToken(stays)).toBeUndefined();
});

test("a renewed token replaces the old one at once", async () => {
  const store = await open(scratch());
  await store.syncPhones([phone("805ec0aabbcc")]);
  const old = await token(store, "805ec0aabbcc");
  const renewed = (await store.renewToken(mac("805ec0aabbcc"))) ?? expect.fail();
  expect(store.phoneByToken(old)).toBeUndefined();
  expect(store.phoneByToken(renewed)).toBe("805ec0aabbcc");
  expect(await token(store, "805ec0aabbcc")).toBe(renewed);
  expect(await store.renewToken(mac("000000000000"))).toBeUndefined();
});

test("no file holds a token in the clear, and each is for its owner alone", async () => {
  const folder = scratch();
  const store = await open(folder);
  await store.syncPhones([phone("805ec0aabbcc")]);
  const secret = await token(store, "805ec0aabbcc");
  const files = readdirSync(folder);
  expect(files).toContain("earshot.db");
  for (const file of files) {
    expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600);
    expect(readFileSync(join(folder, file)).includes(secret), file).toBe(false);
  }
});

test("a database whose key was lost is refused in words; one without phones is taken over", async () => {
  const folder = scratch();
  const store = await open(folder);
  await store.stop();
  rmSync(join(folder, "secret.key"));
  const second = await open(folder);
  await second.syncPhones([phone("805ec0aabbcc")]);
  const secret = await token(second, "805ec0aabbcc");
  await second.stop();
  rmSync(join(folder, "secret.key"));
  const error = await open(folder).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/belongs to another secret\.key/);
  expect(String(error)).not.toContain(secret);
});

test("while another program holds the database, pages still know their phone, and the change waits", async () => {
  const folder = scratch();
  const store = await open(folder);
  await store.syncPhones([phone("805ec0aabbcc")]);
  const known = await token(store, "805ec0aabbcc");
  const other = new Database(join(folder, "earshot.db"), { timeout: 5_000 });
  other.exec("BEGIN EXCLUSIVE");
  let done = false;
  const epoch = store.nextEpoch().then((value) => {
    done = true;
    return value;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(store.phoneByToken(known)).toBe("805ec0aabbcc");
  expect(done).toBe(false);
  other.exec("COMMIT");
  other.close();
  expect(await epoch).toBe(1);
});

test("a database of a newer earshot is refused in words", async () => {
  const folder = scratch();
  await (await open(folder)).stop();
  const other = new Database(join(folder, "earshot.db"), { timeout: 5_000 });
  other.exec("PRAGMA user_version = 99");
  other.close();
  await expect(open(folder)).rejects.toThrow(/the database has version 99, and this earshot knows \d+: it is older/);
});

test("a token of the API is for what it was made for, after a restart too", async () => {
  const folder = scratch();
  const store = await open(folder);
  const made = await store.apiTokens.make("provisioner", "phones", 1);
  await store.stop();
  const again = await open(folder);
  expect(again.apiTokens.find(made)).toEqual({ name: "provisioner", use: "phones" });
  expect([again.apiTokens.useOf("provisioner"), again.apiTokens.useOf("hr")]).toEqual(["phones", undefined]);
});

test("a token that was made before tokens had a use is for people", async () => {
  const folder = scratch();
  const store = await open(folder);
  const made = await store.apiTokens.make("hr", "phones", 1);
  await store.stop();
  const db = new Database(join(folder, "earshot.db"));
  db.exec("ALTER TABLE api_token DROP COLUMN use");
  const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  db.exec(`PRAGMA user_version = ${version - 1}`);
  db.close();
  expect((await open(folder)).apiTokens.find(made)).toEqual({ name: "hr", use: "people" });
});
