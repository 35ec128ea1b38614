import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, test } from "vitest";
import type { Mac, Phone } from "../../../src/model/index.ts";
import { EmbeddedStore, loadSecrets, readEntries } from "../../../src/store/index.ts";
import { ana, kim } from "../core/world.ts";
import { scratch } from "./scratch.ts";

const desk: Phone = {
  ...{ mac: "805ec0aa5001" as Mac, vendor: "yealink", model: "T46U", owner: kim.id, answer: "auto" },
  push: { by: "http", origin: "http://192.0.2.31", username: "earshot", password: "hush-hush" },
};

/** A data folder whose gateway has stopped. */
async function left(): Promise<string> {
  const folder = scratch();
  const store = new EmbeddedStore(folder, await loadSecrets(folder));
  await store.start();
  await store.people.putAll([kim, ana]);
  await store.phones.order({ drop: [], put: [desk] });
  await store.stop();
  return folder;
}

function changed(folder: string, sql: string): void {
  const connection = new Database(join(folder, "earshot.db"));
  connection.exec(sql);
  connection.close();
}

describe("what is written down of people and phones", () => {
  test("is read without a gateway, and nothing is written", async () => {
    const folder = await left();
    const file = join(folder, "earshot.db");
    const before = readFileSync(file);
    expect(await readEntries(folder)).toEqual({ ok: true, value: { people: [kim, ana], phones: [desk] } });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("is nothing where there is no database, and none is made", async () => {
    const folder = scratch();
    await loadSecrets(folder);
    expect(await readEntries(folder)).toEqual({ ok: true, value: { people: [], phones: [] } });
    expect(existsSync(join(folder, "earshot.db"))).toBe(false);
  });

  test("is not taken for nothing where its folder cannot be looked into", async () => {
    const folder = scratch();
    // As for a user who may not.
    writeFileSync(folder, "");
    const sentence = expect.stringMatching(/cannot be looked at/);
    expect(await readEntries(folder)).toMatchObject({ ok: false, sentence });
  });

  test("of an older earshot is not brought up to date behind its back", async () => {
    const folder = await left();
    changed(folder, "PRAGMA user_version = 3");
    expect(await readEntries(folder)).toMatchObject({ ok: false, sentence: expect.stringMatching(/older earshot/) });
  });

  test("of a newer earshot is not read", async () => {
    const folder = await left();
    changed(folder, "PRAGMA user_version = 99");
    await expect(readEntries(folder)).rejects.toThrow(/version 99/);
  });
});
