import { describe, expect, test } from "vitest";
import type { Mac } from "../../../src/model/index.js";
import { PhoneFileServer, readMakes } from "../../../src/provisioning/index.js";
import { accountsOf, config, person, phone, token } from "../../contract/provisioning/site.ts";

/** How often others have their turn while this is done. */
async function turnsDuring<T>(work: () => Promise<T>): Promise<{ readonly turns: number; readonly value: T }> {
  let [turns, over] = [0, false];
  const count = (): void => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const value = await work();
  over = true;
  return { turns, value };
}

describe("the files of many phones, made at once", () => {
  const people = [person("2001", "agent")];
  const macs = Array.from({ length: 400 }, (_, n) => `805ec1${n.toString(16).padStart(6, "0")}` as Mac);
  const of = config(
    people,
    macs.map((mac) => phone(mac, "yealink", "T46U", "2001")),
  );

  test("are all there, and let whoever else asks have many turns meanwhile", async () => {
    const read = await readMakes();
    const server = new PhoneFileServer({
      ...{ config: of, known: {}, makes: read.ok ? read.makes : new Map(), clock: { now: () => 0 } },
      key: Buffer.alloc(32, 7),
      refusals: { tell: () => undefined },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      phones: { get: (mac) => of.phones.find((one) => one.mac === mac) },
      person: (id) => people.find((one) => one.id === id),
      launcher: async () => `https://calls.example.com/p/${token}/`,
      accounts: async () => accountsOf(people),
      password: () => "made",
      seen: () => undefined,
      publicUrl: () => "https://calls.example.com",
    });
    const { turns, value } = await turnsDuring(() => server.filesNow(macs));
    expect([...value.values()].filter(({ ok }) => ok)).toHaveLength(400);
    expect(turns).toBeGreaterThan(60);
  });
});
