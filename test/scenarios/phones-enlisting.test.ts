import { afterEach, describe, expect, it } from "vitest";
import { phonesCsv, readPhones } from "../../src/cli/phones-csv.ts";
import type { PhoneLineWish, PhoneWish } from "../../src/model/index.ts";
import { kim } from "../unit/core/world.ts";
import { desksOfBench, GatewayBench, phoneOf } from "./bench.ts";

const who = "os:root";
let bench: GatewayBench | undefined;
afterEach(async () => {
  await bench?.stop();
  bench = undefined;
});

async function start(): Promise<GatewayBench> {
  bench = new GatewayBench({});
  await bench.start();
  return bench;
}

const right = (line: number): PhoneWish => ({
  ...{ mac: `805ec1${line.toString(16).padStart(6, "0")}`, vendor: "yealink", model: "T46U" },
  ...{ extension: line % 2 === 0 ? "2001" : "3001", answer: "ring", lampKey: String((line % 9) + 1) },
});

/** Each of these is made five times. */
const mistakes: readonly ((line: number) => PhoneWish)[] = [
  (line) => ({ ...right(line), mac: "805ec1" }),
  (line) => ({ ...right(line), vendor: "yaelink" }),
  (line) => ({ ...right(line), model: "T99" }),
  (line) => ({ ...right(line), extension: "9999" }),
  (line) => ({ ...right(line), lampKey: "99" }),
  (line) => ({ ...right(line), push: "http", pushAddress: "192.0.2.31", pushUsername: "earshot" }),
  (line) => ({ ...right(line - 1), answer: "auto" }),
  (line) => ({ ...right(line), mac: phoneOf.kim, extension: "2001" }),
];

function thousand(planted: ReadonlySet<number>): readonly PhoneLineWish[] {
  let mistake = 0;
  return Array.from({ length: 1_000 }, (_, at) => {
    const line = at + 2;
    return { line, wish: (planted.has(line) ? mistakes[mistake++ % mistakes.length] : right)?.(line) ?? {} };
  });
}

describe("a list of phones is one order", () => {
  it("a thousand lines with forty mistakes: each is told by its line, and no phone is added", async () => {
    const { gateway } = await start();
    const before = gateway.phonesBook().list({ passwords: true });
    const planted = new Set(Array.from({ length: 40 }, (_, at) => 20 + at * 24));
    const enlisted = await gateway.phonesBook().enlist(who, thousand(planted), false);
    if (enlisted.ok) throw new Error("it was taken");
    expect(enlisted.problems.map(({ line }) => line)).toEqual([...planted]);
    expect(new Set(enlisted.problems.map(({ sentence }) => sentence.slice(0, 16))).size).toBeGreaterThanOrEqual(
      mistakes.length - 1,
    );
    expect(gateway.phonesBook().list({ passwords: true })).toEqual(before);
    expect(await gateway.audit({ act: "phone-added" })).toEqual([]);
  });

  it("a thousand right ones are there at once, each with a key and its row, and a second time nothing is left to do", async () => {
    const at = await start();
    const book = at.gateway.phonesBook();
    const lines = thousand(new Set());
    const done = { ok: true, added: 1_000, changed: 0, same: 0 };
    expect(await book.enlist(who, lines, true)).toEqual(done);
    expect(book.list({ passwords: false })).toHaveLength(desksOfBench.length);
    expect(await book.enlist(who, lines, false)).toEqual(done);
    const rows = await at.gateway.audit({ limit: 10_000, act: "phone-added" });
    expect(rows).toHaveLength(1_000);
    expect(rows.every(({ supervisor, outcome }) => supervisor === who && outcome === "allowed")).toBe(true);
    await at.phone(`805ec1${(1_001).toString(16).padStart(6, "0")}` as typeof phoneOf.kim);
    expect(await book.enlist(who, lines, false)).toEqual({ ok: true, added: 0, changed: 0, same: 1_000 });
  });

  it("five thousand are there, each with its row", async () => {
    const { gateway } = await start();
    const lines = Array.from({ length: 5_000 }, (_, at) => ({ line: at + 2, wish: right(at + 2) }));
    const done = { ok: true, added: 5_000, changed: 0, same: 0 };
    expect(await gateway.phonesBook().enlist(who, lines, false)).toEqual(done);
    expect(gateway.phonesBook().list({ passwords: false })).toHaveLength(5_000 + desksOfBench.length);
    let count = 0;
    for await (const rows of gateway.exportAudit({ who: "root", act: "phone-added" })) count += rows.length;
    expect(count).toBe(5_000);
  });

  it.each([
    ["with its passwords", true],
    ["without, which leaves them as they are", false],
  ])("what is exported is read back as it was, those of the file too: %s", async (_, passwords) => {
    const { gateway } = await start();
    const book = gateway.phonesBook();
    const push = { push: "http", pushAddress: "192.0.2.31", pushUsername: "earshot", pushPassword: "=hush " };
    await book.add(who, { ...right(2), ...push, lamp: "push" });
    await book.add(who, { ...right(3), address: "192.0.2.7", lampKey: "none", lamp: "mqtt" });
    const all = book.list({ passwords: true });
    const { lines, problems } = readPhones(Buffer.from(phonesCsv(book.list({ passwords }))));
    expect(problems).toEqual([]);
    expect(await book.enlist(who, lines, false)).toEqual({ ok: true, added: 0, changed: 0, same: all.length });
    expect(book.list({ passwords: true })).toEqual(all);
  });

  it("changes what is there, and leaves what a line does not say", async () => {
    const { gateway } = await start();
    const book = gateway.phonesBook();
    await book.add(who, right(2));
    const { mac = "", vendor, model } = right(2);
    const line = { line: 2, wish: { mac, vendor, model, extension: kim.extension } as PhoneWish };
    expect(await book.enlist(who, [line], false)).toEqual({ ok: true, added: 0, changed: 1, same: 0 });
    expect(book.list({ passwords: false })).toContainEqual(
      expect.objectContaining({ mac, extension: kim.extension, lampKey: 3 }),
    );
  });
});
