import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Config, Phone, PhonesBook, PhoneWish } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { PushPhone } from "../lab/phones/push-phone.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { desksOfBench, GatewayBench, listen, people, phoneOf, until } from "./bench.ts";

const who = "os:root";
const mac = { new: "805ec0aa5001" as Phone["mac"], other: "805ec0aa5002" as Phone["mac"] } as const;
const kims: PhoneWish = { mac: mac.new, vendor: "yealink", model: "T46U", extension: kim.extension, answer: "auto" };

let data: string;
let pbx: SimulatorPbx;
let bench: GatewayBench | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "earshot-phones-"));
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
});

afterEach(async () => {
  await bench?.stop();
  bench = undefined;
  await rm(data, { recursive: true, force: true });
});

/** A gateway on the same folder as the one before it, which is stopped. */
async function start(config: Partial<Config> = {}): Promise<{ bench: GatewayBench; book: PhonesBook }> {
  await bench?.gateway.stop();
  bench = new GatewayBench({ pbx, config: { data, ...config } });
  await bench.start();
  return { bench, book: bench.gateway.phonesBook() };
}

const listed = (book: PhonesBook, of: string) => book.list({ passwords: false }).find((one) => one.mac === of);
const statusOf = async (url: string): Promise<number> => (await request(url)).statusCode;
const heardByKim = () => pbx.hearing().filter(({ listener }) => !listener.startsWith("sim-"));

function callOfAna(): void {
  pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
}

describe("a phone is added to the database", () => {
  it("and is there at once: its owner listens at it", async () => {
    const at = await start();
    callOfAna();
    expect(await at.book.add(who, kims)).toEqual({
      ok: true,
      value: { ...kims, mac: mac.new, answer: "auto", entry: "database" },
    });
    await listen(await at.bench.phone(mac.new), "Hidden");
  });

  it("and after a restart too, with the same key", async () => {
    const { bench, book } = await start();
    await book.add(who, { ...kims, lampKey: "3", address: "192.0.2.7" });
    const before = new URL(await bench.launcher(mac.new)).pathname;
    const at = await start();
    expect(new URL(await at.bench.launcher(mac.new)).pathname).toBe(before);
    expect(listed(at.book, mac.new)).toMatchObject({ lampKey: 3, address: "192.0.2.7", answer: "auto" });
  });

  it("is on record: who, which, whose, what it was made, and never its push password", async () => {
    const { bench, book } = await start();
    const push = { push: "http", pushAddress: "192.0.2.31", pushUsername: "earshot", pushPassword: "hush-hush" };
    expect(await book.add(who, { ...kims, ...push })).toMatchObject({ ok: true });
    const [row] = await bench.gateway.audit({ act: "phone-added" });
    expect(row).toMatchObject({ supervisor: who, phone: mac.new, agent: kim.id, outcome: "allowed" });
    expect(JSON.parse(row?.detail ?? "")).toMatchObject({ model: "T46U", push: { origin: "http://192.0.2.31" } });
    expect(JSON.stringify([await bench.gateway.audit({}), bench.lines, book.list({ passwords: false })])).not.toMatch(
      /hush-hush/,
    );
    expect(book.list({ passwords: true })).toContainEqual(expect.objectContaining({ pushPassword: "hush-hush" }));
    expect((await start()).book.list({ passwords: true })).toContainEqual(
      expect.objectContaining({ pushPassword: "hush-hush" }),
    );
  });

  it("but none that stands in the file, and none twice", async () => {
    const { book } = await start();
    expect(await book.add(who, { ...kims, mac: phoneOf.ana })).toMatchObject({ why: "taken" });
    expect(await book.add(who, kims)).toMatchObject({ ok: true });
    expect(await book.add(who, { ...kims, mac: "80:5E:C0:AA:50:01" })).toMatchObject({ why: "taken" });
  });

  it("R5 for a supervised agent, and its lamp says at once who is with them", async () => {
    const phone = new PushPhone();
    await phone.start();
    onTestFinished(() => phone.stop());
    const at = await start();
    callOfAna();
    await listen(await at.bench.phone(phoneOf.kim), "Visible");
    const { origin, username, password } = phone.push;
    const push = { push: "http", pushAddress: origin, pushUsername: username, pushPassword: password };
    const wish = { ...kims, extension: ana.extension, lampKey: "5", ...push };
    expect(await at.book.add(who, wish)).toMatchObject({ ok: true });
    await phone.until(() => phone.lamps.get("5 GREEN") === "on", "the green lamp");
    // Another key: what was lit on the old one goes out.
    expect(await at.book.change(who, mac.new, { lampKey: "6" })).toMatchObject({ ok: true });
    await phone.until(() => phone.lamps.get("6 GREEN") === "on" && phone.lamps.get("5 GREEN") === "off", "key 6");
    expect(await at.book.retire(who, mac.new)).toMatchObject({ ok: true });
    expect(phone.lamps.get("6 GREEN")).toBe("off");
    expect(phone.complaints).toEqual([]);
  });
});

describe("entries of earshot.yaml belong to the file", () => {
  it.each<readonly [string, (book: PhonesBook) => Promise<unknown>, RegExp]>([
    ["changed", (book) => book.change(who, phoneOf.kim, { answer: "ring" }), /change it there, then start again/],
    ["retired", (book) => book.retire(who, phoneOf.kim), /take it out there, then start again/],
    [
      "replaced",
      (book) => book.replace(who, phoneOf.kim, { mac: mac.new }),
      /write `mac: 805ec0aa5001` .*key of the old one is dead/,
    ],
  ])("they are not %s here, in words", async (_, order, sentence) => {
    const { bench, book } = await start();
    const url = await bench.launcher(phoneOf.kim);
    expect(await order(book)).toMatchObject({ why: "file-owned", sentence: expect.stringMatching(sentence) });
    expect(listed(book, phoneOf.kim)).toMatchObject({ entry: "file", answer: "auto" });
    expect(await statusOf(url)).toBe(200);
  });

  it("and take the place of one of the database with the same MAC address, which is said in the log", async () => {
    await (await start()).book.add(who, { ...kims, lampKey: "3" });
    const files: Phone = { mac: mac.new, vendor: "yealink", model: "T54W", owner: ana.id, answer: "ring" };
    const at = await start({ phones: [...desksOfBench, files] });
    expect(listed(at.book, mac.new)).toEqual({
      ...{ mac: mac.new, vendor: "yealink", model: "T54W", extension: ana.extension, answer: "ring", entry: "file" },
    });
    expect(at.bench.lines.join("\n")).toMatch(/gives way to one of the configuration file/);
    const { book } = await start();
    expect(listed(book, mac.new)).toBeUndefined();
  });

  it("the key of one can be another all the same: the old one is dead at once", async () => {
    const { bench, book } = await start();
    const old = await bench.launcher(phoneOf.kim);
    expect(await book.rotate(who, phoneOf.kim)).toMatchObject({ ok: true });
    expect([await statusOf(old), await statusOf(await bench.launcher(phoneOf.kim))]).toEqual([404, 200]);
    const [row] = await bench.gateway.audit({ act: "phone-rotated" });
    expect(row).toMatchObject({ supervisor: who, phone: phoneOf.kim, outcome: "done" });
  });
});

describe("a phone that supervises", () => {
  /** Kim listens, with an open mouth, at a phone of the database. */
  async function supervising(): Promise<{ bench: GatewayBench; book: PhonesBook; page: YealinkPhone; old: string }> {
    const at = await start();
    callOfAna();
    await at.book.add(who, kims);
    const page = await at.bench.phone(mac.new);
    await at.bench.busyLight();
    await listen(page, "Visible");
    await until(page, /Ana Ruiz can see you/);
    await page.press("Coach");
    await page.press("Unmute");
    await expect.poll(() => heardByKim().length).toBeGreaterThan(0);
    return { ...at, page, old: await at.bench.launcher(mac.new) };
  }

  it.each<readonly [string, (book: PhonesBook) => Promise<{ readonly ok: boolean }>]>([
    ["is replaced", (book) => book.replace(who, mac.new, { mac: mac.other, model: "T54W" })],
    ["is retired", (book) => book.retire(who, mac.new)],
    ["gets another key", (book) => book.rotate(who, mac.new)],
    ["is given to somebody else", (book) => book.change(who, mac.new, { extension: "3003" })],
  ])("hears and is heard no longer once it %s", async (_, order) => {
    const { bench, book } = await supervising();
    expect(await order(book)).toMatchObject({ ok: true });
    await expect.poll(heardByKim).toEqual([]);
    const ends = async () =>
      (await bench.gateway.audit({ act: "ended" })).map(({ supervisor, ending }) => [supervisor, ending]);
    await expect.poll(ends).toEqual([[kim.id, "left"]]);
  });

  it("hears nothing either where it is retired while its leg is on its way", async () => {
    const { bench, book } = await start();
    callOfAna();
    await book.add(who, { ...kims, answer: "ring" });
    const page = await bench.phone(mac.new);
    await page.press("Listen");
    await page.press("Hidden");
    expect(await book.retire(who, mac.new)).toMatchObject({ ok: true });
    await expect
      .poll(async () => (await bench.gateway.audit({ act: "ended" })).map(({ ending }) => ending))
      .toEqual(["left"]);
    expect(heardByKim()).toEqual([]);
  });

  it("waits for no next call any more once it is retired", async () => {
    const { bench, book } = await start();
    const call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
    call.answer();
    await book.add(who, kims);
    const page = await bench.phone(mac.new);
    await listen(page, "Hidden");
    call.hangUp();
    await until(page, /The call of Ana Ruiz is over/);
    await page.press("Follow");
    expect(await book.retire(who, mac.new)).toMatchObject({ ok: true });
    callOfAna();
    const other = await bench.phone(phoneOf.max);
    await listen(other, "Hidden");
    // Max listens from press to sound by now: whoever had waited would have begun.
    expect(new Set(heardByKim().map(({ listener }) => listener)).size).toBe(1);
    expect((await bench.gateway.audit({ act: "listen" })).map(({ supervisor }) => supervisor)).toEqual([
      kim.id,
      "3003",
    ]);
  });

  it("and is being proved: the walk is over with it", async () => {
    const { bench, book } = await start();
    await book.add(who, kims);
    const begun = await bench.gateway.proving().begin(who, mac.new);
    if (!begun.ok) throw new Error(begun.sentence);
    await book.retire(who, mac.new);
    expect(await bench.gateway.proving().end(begun.value.walk)).toMatchObject({ ok: false, why: "over" });
  });

  it("R19 also while the record is frozen: a retirement waits for no row", async () => {
    const { book, old } = await supervising();
    const lock = new Database(join(data, "audit.db"), { timeout: 5_000 });
    lock.exec("BEGIN EXCLUSIVE");
    onTestFinished(() => void lock.close());
    const retired = book.retire(who, mac.new);
    await expect.poll(heardByKim).toEqual([]);
    expect(await statusOf(old)).toBe(404);
    await expect.poll(() => book.list({ passwords: false }).map((phone) => phone.mac)).not.toContain(mac.new);
    lock.exec("COMMIT");
    expect(await retired).toMatchObject({ ok: true });
  });
});

describe("a phone is given to somebody else", () => {
  it.each<readonly [string, (book: PhonesBook) => Promise<{ readonly ok: boolean }>]>([
    ["by an order", (book) => book.change(who, mac.new, { extension: ana.extension })],
    ["by a list", (book) => book.enlist(who, [{ line: 2, wish: { ...kims, extension: ana.extension } }], false)],
  ])("and whoever had it opens nothing by the key of before, %s", async (_, order) => {
    const { bench, book } = await start();
    await book.add(who, kims);
    const old = await bench.launcher(mac.new);
    expect(await order(book)).toMatchObject({ ok: true });
    expect([await statusOf(old), await statusOf(await bench.launcher(mac.new))]).toEqual([404, 200]);
  });

  it.each<readonly [string, (book: PhonesBook) => Promise<unknown>]>([
    ["by an order", (book) => book.change(who, mac.new, { extension: ana.extension })],
    ["by a list", (book) => book.enlist(who, [{ line: 2, wish: { ...kims, extension: ana.extension } }], false)],
  ])("and where that cannot be written, its old key is dead all the same, and it says so, %s", async (_, order) => {
    const { bench, book } = await start();
    await book.add(who, kims);
    const old = await bench.launcher(mac.new);
    const lock = new Database(join(data, "earshot.db"), { timeout: 5_000 });
    lock.exec("BEGIN EXCLUSIVE");
    onTestFinished(() => void lock.close());
    const said = JSON.stringify(await order(book));
    lock.exec("COMMIT");
    expect(said).toMatch(/key .*is dead until the next start, and nothing could be written down/);
    expect([await statusOf(old), listed(book, mac.new)?.extension]).toEqual([404, kim.extension]);
  });
});

describe("a phone is replaced", () => {
  it("the old key is dead at once; the new phone has its person, its settings and a key of its own", async () => {
    const { bench, book } = await start();
    await book.add(who, { ...kims, lampKey: "3" });
    const old = await bench.launcher(mac.new);
    expect(await book.replace(who, mac.new, { mac: mac.other, model: "T54W" })).toMatchObject({
      ok: true,
      value: { mac: mac.other, model: "T54W", extension: kim.extension, answer: "auto", lampKey: 3 },
    });
    expect([await statusOf(old), await statusOf(await bench.launcher(mac.other))]).toEqual([404, 200]);
    expect(listed(book, mac.new)).toBeUndefined();
    const at = await start();
    expect(listed(at.book, mac.new)).toBeUndefined();
    expect(listed(at.book, mac.other)).toMatchObject({ lampKey: 3 });
    const dead = new URL(new URL(old).pathname, await at.bench.launcher(mac.other));
    expect(await statusOf(dead.href)).toBe(404);
    const [row] = await at.bench.gateway.audit({ act: "phone-replaced" });
    expect([row, JSON.parse(row?.detail ?? "")]).toMatchObject([{ phone: mac.other }, { inPlaceOf: mac.new }]);
  });

  it("but not by one whose model has not what is set for it, nor by one that there is", async () => {
    const { bench, book } = await start();
    await book.add(who, { ...kims, lampKey: "27" });
    const old = await bench.launcher(mac.new);
    expect(await book.replace(who, mac.new, { mac: mac.other, model: "T19P" })).toMatchObject({ why: "not-right" });
    expect(await book.replace(who, mac.new, { mac: phoneOf.ana })).toMatchObject({ why: "taken" });
    expect(await book.replace(who, mac.new, { mac: mac.new })).toMatchObject({ why: "not-right" });
    expect(await statusOf(old)).toBe(200);
  });
});

describe("a phone is retired", () => {
  it("its key is dead, its topics are taken back, and after a restart there is none", async () => {
    const at = await start();
    await at.book.add(who, { ...kims, extension: ana.extension });
    const url = await at.bench.launcher(mac.new);
    const said: string[] = [];
    const watching = at.bench.gateway.watchBus({}, (line) => {
      if (line.kind === "published" && line.topic === `earshot/phones/${mac.new}/state`) said.push(line.payload);
    });
    if (!watching.ok) throw new Error(watching.sentence);
    onTestFinished(watching.value);
    await at.bench.phone(mac.new);
    await expect.poll(() => said).toEqual(["online"]);
    expect(await at.book.retire(who, mac.new)).toMatchObject({ ok: true });
    expect(await statusOf(url)).toBe(404);
    await expect.poll(() => said).toEqual(["online", ""]);
    expect(listed((await start()).book, mac.new)).toBeUndefined();
  });

  it("with its person, whoever removes them", async () => {
    const { bench, book } = await start();
    const nora = { extension: "2050", name: "Nora New", role: "agent", teams: ["support"] };
    await bench.gateway.people().add(who, nora);
    await book.add(who, { ...kims, extension: "2050" });
    const url = await bench.launcher(mac.new);
    expect(await bench.gateway.people().remove(who, "2050")).toMatchObject({ ok: true });
    expect([await statusOf(url), listed(book, mac.new)]).toEqual([404, undefined]);
    expect(await bench.gateway.audit({ act: "phone-retired" })).toMatchObject([{ phone: mac.new, outcome: "done" }]);
  });

  it("of which there is none, in words", async () => {
    const { book } = await start();
    expect(await book.retire(who, mac.new)).toMatchObject({
      why: "unknown-phone",
      sentence: `No phone here has the MAC address ${mac.new}; earshot phones list has them all.`,
    });
  });
});

it("R19 what opens waits for its row: nothing is added, changed or replaced while the record is frozen", async () => {
  const { bench, book } = await start();
  await book.add(who, kims);
  const url = await bench.launcher(mac.new);
  const lock = new Database(join(data, "audit.db"), { timeout: 5_000 });
  lock.exec("BEGIN EXCLUSIVE");
  onTestFinished(() => void lock.close());
  const orders = [
    await book.add(who, { ...kims, mac: mac.other }),
    await book.change(who, mac.new, { extension: ana.extension }),
    await book.replace(who, mac.new, { mac: mac.other }),
  ];
  lock.exec("COMMIT");
  expect(orders.map((one) => !one.ok && one.why)).toEqual(Array(3).fill("record-unavailable"));
  expect([listed(book, mac.other), listed(book, mac.new)?.extension]).toEqual([undefined, kim.extension]);
  expect(await statusOf(url)).toBe(200);
});

it("R19 a list for which the record has no room ends nothing: who would lose their phone goes on listening", async () => {
  const { bench, book } = await start();
  callOfAna();
  await book.add(who, kims);
  await listen(await bench.phone(mac.new), "Hidden");
  const lock = new Database(join(data, "audit.db"), { timeout: 5_000 });
  lock.exec("BEGIN EXCLUSIVE");
  onTestFinished(() => void lock.close());
  const list = await book.enlist(who, [{ line: 2, wish: { ...kims, extension: ana.extension } }], false);
  lock.exec("COMMIT");
  expect(list).toMatchObject({ ok: false, problems: [{ sentence: expect.stringMatching(/nothing was changed/) }] });
  expect(await bench.gateway.audit({ act: "ended" })).toEqual([]);
  expect(heardByKim()).not.toEqual([]);
});

it("a phone whose person has gone from the file waits, in the list, for another", async () => {
  await (await start()).book.add(who, kims);
  const others = people.filter(({ id }) => id !== kim.id);
  const at = await start({ people: others, phones: desksOfBench.filter(({ owner }) => owner !== kim.id) });
  expect(listed(at.book, mac.new)).toMatchObject({ extension: "" });
  expect((await at.bench.gateway.phones({ showUrls: false })).map((one) => one.mac)).not.toContain(mac.new);
  expect(await at.book.change(who, mac.new, { extension: ana.extension })).toMatchObject({ ok: true });
  expect(await statusOf(await at.bench.launcher(mac.new))).toBe(200);
});
