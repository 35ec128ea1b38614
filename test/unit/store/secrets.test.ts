import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseMac, parseToken } from "../../../src/model/index.js";
import { knownSecrets, loadSecrets } from "../../../src/store/index.js";
import { scratch } from "./scratch.js";

const mac = parseMac("805ec0aabbcc") ?? expect.fail();
const otherMac = parseMac("805ec0aabbdd") ?? expect.fail();
const token = parseToken("abcdefghijklmnopqrstuv") ?? expect.fail();
const mode = (path: string): number => statSync(path).mode & 0o777;

test("the key is made once, for its owner alone, and nothing is left beside it", async () => {
  const folder = scratch();
  const first = await loadSecrets(folder);
  const second = await loadSecrets(folder);
  expect(mode(folder)).toBe(0o700);
  expect(mode(join(folder, "secret.key"))).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["secret.key"]);
  expect(second.fingerprint).toBe(first.fingerprint);
  expect(second.lookup(token)).toBe(first.lookup(token));
  expect(second.unseal(first.seal(token, mac), mac)).toBe(token);
  expect(second.pressKey.equals(first.pressKey)).toBe(true);
});

test("a digest of a text is the same over a restart, and another one under another key", async () => {
  const [folder, other] = [scratch(), scratch()];
  const [first, second, third] = [await loadSecrets(folder), await loadSecrets(folder), await loadSecrets(other)];
  expect(second.digest("text")).toBe(first.digest("text"));
  expect(third.digest("text")).not.toBe(first.digest("text"));
  expect(first.digest("text ")).not.toBe(first.digest("text"));
});

test("two that start together share one key", async () => {
  const folder = scratch();
  const all = await Promise.all([1, 2, 3, 4].map(() => loadSecrets(folder)));
  expect(new Set(all.map((secrets) => secrets.fingerprint)).size).toBe(1);
});

test("a key that others can read is refused, without a byte of it in the error", async () => {
  const folder = scratch();
  await loadSecrets(folder);
  const file = join(folder, "secret.key");
  chmodSync(file, 0o640);
  const error = await loadSecrets(folder).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/secret\.key can be read by others \(mode 640\)/);
  const key = readFileSync(file);
  for (const form of ["hex", "base64", "base64url", "latin1"] as const)
    expect(String(error)).not.toContain(key.toString(form).slice(0, 8));
});

test.each([0, 31, 33])("a key of %i bytes is refused", async (size) => {
  const folder = scratch();
  await loadSecrets(folder);
  writeFileSync(join(folder, "secret.key"), Buffer.alloc(size, 7));
  await expect(loadSecrets(folder)).rejects.toThrow(`is broken: it has ${size} bytes and must have 32`);
});

test("a sealed token opens for its own phone and its own key only, and differs each time", async () => {
  const secrets = await loadSecrets(scratch());
  const foreign = await loadSecrets(scratch());
  const sealed = secrets.seal(token, mac);
  expect(secrets.seal(token, mac)).not.toBe(sealed);
  expect(sealed).not.toContain(token);
  for (const attempt of [
    () => secrets.unseal(sealed, otherMac),
    () => foreign.unseal(sealed, mac),
    () => secrets.unseal(sealed.slice(0, -4), mac),
    () => secrets.unseal("", mac),
  ]) {
    expect(attempt).toThrow(/^the token of phone 805ec0aabb(cc|dd) cannot be opened with secret\.key$/);
  }
});

test("the password of an account is the same at every start, and another for every account and data folder", async () => {
  const folder = scratch();
  const { accountPassword } = await loadSecrets(folder);
  expect(accountPassword("3001-sup")).toMatch(/^[A-Za-z0-9_-]{24}$/);
  expect((await knownSecrets(folder))?.accountPassword("3001-sup")).toBe(accountPassword("3001-sup"));
  expect(accountPassword("3002-sup")).not.toBe(accountPassword("3001-sup"));
  expect((await loadSecrets(join(folder, "other"))).accountPassword("3001-sup")).not.toBe(accountPassword("3001-sup"));
});

test("looking for a key makes none", async () => {
  const folder = scratch();
  expect(await knownSecrets(folder)).toBeUndefined();
  expect(() => statSync(join(folder, "secret.key"))).toThrow();
});
