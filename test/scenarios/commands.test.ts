import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { controlClient } from "../../src/cli/index.ts";
import { GatewayBench, phoneOf } from "./bench.ts";

const who = "root";
let bench: GatewayBench;
let client: ReturnType<typeof controlClient>;

beforeAll(async () => {
  bench = new GatewayBench({});
  await bench.start();
  client = controlClient(await bench.data);
});
afterAll(() => bench.stop());

const wish = { extension: "2050", name: "Nora New", role: "agent" } as const;

describe("a whole gateway answers what the command line asks", () => {
  it("of itself and of phones", async () => {
    expect(await client.status()).toMatchObject({ ok: true, value: { gateway: "main", phoneFiles: "elsewhere" } });
    expect(await client.phones({ showUrls: true })).toMatchObject({ ok: true });
    expect(await client.seen()).toEqual({ ok: true, value: { standing: [], seen: [] } });
    expect(await client.enrol({ macs: [phoneOf.kim], minutes: 30 })).toMatchObject({
      ok: false,
      sentence: expect.stringContaining("serves no phone its files"),
    });
  });

  it("of people: each order is done, and each is a row", async () => {
    expect(await client.orderPeople("add", { who, wish })).toMatchObject({ ok: true, value: { name: "Nora New" } });
    const changed = await client.orderPeople("change", { who, person: "2050", wish: { name: "Nora Newer" } });
    expect(changed).toMatchObject({ ok: true, value: { name: "Nora Newer" } });
    expect(await client.orderPeople("pin", { who, person: "2050", pin: "2718" })).toMatchObject({ ok: true });
    expect(await client.orderPeople("unlock", { who, person: "2050" })).toMatchObject({ ok: true });
    const lines = [{ line: 2, wish: { ...wish, extension: "2051", name: "Otto Other" } }];
    const enlisted = await client.enlist({ who, lines, dryRun: false });
    expect(enlisted).toEqual({ ok: true, value: { ok: true, added: 1, changed: 0, same: 0 } });
    const list = await client.people();
    expect(list.ok && list.value.map(({ name }) => name)).toEqual(expect.arrayContaining(["Nora Newer", "Otto Other"]));
    expect(await client.orderPeople("remove", { who, person: "2050" })).toMatchObject({ ok: true });
    expect(await client.makeToken({ who, name: "hr", use: "people" })).toMatchObject({
      ok: true,
      value: { name: "hr" },
    });
    expect(await client.revokeToken({ who, name: "hr" })).toMatchObject({ ok: true });
    const rows = await client.readAudit({ who, limit: 100 });
    expect(rows.ok && rows.value.filter(({ supervisor }) => supervisor === "os:root").map(({ act }) => act)).toEqual([
      ...["person-added", "person-changed", "pin-set", "pin-unlocked", "person-added", "person-removed"],
      ...["api-token", "api-token", "audit-read"],
    ]);
  });

  it("of those who keep phones: each order is done, and each is a row", async () => {
    const wish = { mac: "805ec0aa5001", vendor: "yealink", model: "T46U", extension: "3001" } as const;
    const [first, second] = ["805ec0aa5001", "805ec0aa5002"];
    expect(await client.orderPhone("add", { who, wish })).toMatchObject({ ok: true, value: { entry: "database" } });
    expect(await client.orderPhone("change", { who, mac: first, wish: { lampKey: "3" } })).toMatchObject({
      ok: true,
      value: { lampKey: 3 },
    });
    expect(await client.orderPhone("rotate", { who, mac: first })).toMatchObject({ ok: true });
    const replaced = await client.orderPhone("replace", { who, mac: first, wish: { mac: second, model: "T54W" } });
    expect(replaced).toMatchObject({ ok: true, value: { mac: second, model: "T54W", lampKey: 3 } });
    const lines = [{ line: 2, wish: { ...wish, mac: first, extension: "2001" } }];
    const enlisted = await client.enlistPhones({ who, lines, dryRun: false });
    expect(enlisted).toEqual({ ok: true, value: { ok: true, added: 1, changed: 0, same: 0 } });
    const entries = await client.phoneEntries({ passwords: true });
    expect(entries.ok && entries.value.map(({ mac }) => mac)).toEqual(expect.arrayContaining([first, second]));
    expect(await client.orderPhone("retire", { who, mac: second })).toMatchObject({ ok: true });
    expect(await client.orderPhone("retire", { who, mac: "no phone" })).toMatchObject({ ok: false });
    const rows = await client.readAudit({ who, limit: 100 });
    expect(rows.ok && rows.value.map(({ act }) => act).filter((act) => act.startsWith("phone-"))).toEqual([
      ...["phone-added", "phone-changed", "phone-rotated", "phone-replaced", "phone-added", "phone-retired"],
    ]);
  });

  it("of the record", async () => {
    expect(await client.verifyAudit({ who })).toMatchObject({ ok: true, value: { ok: true } });
    let count = 0;
    const exported = await client.exportAudit({ who }, (rows) => {
      count += rows.length;
    });
    expect(exported).toEqual({ ok: true, value: count });
    expect(count).toBeGreaterThan(0);
  });

  it("of walks that prove a phone", async () => {
    const begun = await client.beginProving({ who, mac: phoneOf.kim });
    if (!begun.ok) throw new Error(begun.sentence);
    expect(await client.endProving({ walk: begun.value.walk })).toMatchObject({ ok: true });
  });
});
