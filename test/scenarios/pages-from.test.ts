import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { PhoneWish } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { EmbeddedStore, loadSecrets } from "../../src/store/index.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

const away = "192.0.2.50";
const here = "127.0.0.1";
const wrongToken = "A".repeat(22);

let pbx: SimulatorPbx;
let bench: GatewayBench;
let launcher: string;

async function start(policy: "anywhere" | "registered", data?: string): Promise<void> {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const pagesFrom = policy === "registered" ? { pagesFrom: policy } : {};
  const config = { policy: { hidden: "allowed" as const, ...pagesFrom }, ...(data !== undefined && { data }) };
  bench = new GatewayBench({ pbx, config });
  await bench.start();
  launcher = await bench.launcher(phoneOf.kim);
  await vi.waitUntil(async () => (await rowOf(phoneOf.kim))?.registration, { timeout: 10_000 });
}

const rowOf = async (mac: string) => (await bench.gateway.phones({ showUrls: false })).find((one) => one.mac === mac);
const hosts = async () => (await rowOf(phoneOf.kim))?.registration?.hosts;
const get = async (url: string) => {
  const since = performance.now();
  const reply = await fetch(url, { headers: { "user-agent": "Yealink SIP-T46U 108.86.0.20" } });
  const body = await reply.text();
  const headers = Object.fromEntries([...reply.headers].filter(([name]) => name !== "date"));
  return { status: reply.status, headers, body, ms: performance.now() - since };
};

/** The phone registers somewhere else, and tells so; resolves once the gateway knows. */
async function moves(host: string): Promise<void> {
  pbx.registrations.moveTo(kim.extension, host);
  await vi.waitUntil(
    async () => {
      await get(`${launcher}phone/registered`);
      return (await hosts())?.includes(host);
    },
    { timeout: 20_000, interval: 300 },
  );
}

describe("a right token from where its phone is not registered", () => {
  beforeAll(async () => {
    await start("registered");
    await moves(away);
  });
  afterAll(() => bench.stop());

  it("answers a right token from elsewhere as it answers a wrong one, with no byte that tells; and says so", async () => {
    const before = (await rowOf(phoneOf.kim))?.strayed?.count ?? 0;
    const stolen = await get(launcher);
    const wrong = await get(launcher.replace(/\/p\/[^/]+/, `/p/${wrongToken}`));
    expect([stolen.status, stolen.headers, stolen.body]).toEqual([wrong.status, wrong.headers, wrong.body]);
    expect(stolen.status).toBe(404);
    expect(Math.min(stolen.ms, wrong.ms)).toBeGreaterThanOrEqual(245);
    expect((await rowOf(phoneOf.kim))?.strayed).toMatchObject({ count: before + 1, lastFrom: here });
    const said = bench.lines.filter((line) => line.includes("from where that phone is not registered"));
    expect(said.at(-1)).toContain(`"mac":"${phoneOf.kim}","from":"${here}","route":"home`);
    const token = /\/p\/([^/]+)/.exec(launcher)?.[1] ?? "";
    expect(bench.lines.join("\n")).not.toContain(token);
  });

  it.each([
    "",
    "session",
    "menu",
    "participants",
    "board/0",
    "find/text",
    "phone/mute",
    "do/unmute/-/1.AAAAAAAAAAAAAAAA",
  ])("gives nothing from elsewhere, whatever is asked for: %j", async (path) => {
    expect((await get(`${launcher}${path}`)).status).toBe(404);
  });
});

describe("a site that gives a phone's pages to where it is registered alone", () => {
  beforeEach(() => start("registered"));
  afterEach(() => bench.stop());

  it("opens the board where the phone is registered", async () => {
    const phone = await bench.phone(phoneOf.kim);
    expect(phone.title()).toMatch(/Live calls|Starting/);
  });

  it("gives nothing while the phone is registered nowhere", async () => {
    pbx.registrations.unplug(kim.extension);
    const gone = async () => {
      await get(`${launcher}phone/registered`);
      return (await get(launcher)).status === 404;
    };
    await vi.waitUntil(gone, { timeout: 20_000, interval: 300 });
    expect((await rowOf(phoneOf.kim))?.registration?.registered).toBe(false);
  });

  it("looks again before it refuses: a phone that has just registered gets its page", async () => {
    await moves(away);
    pbx.registrations.moveTo(kim.extension, here);
    await vi.waitUntil(async () => (await get(launcher)).status === 200, { timeout: 20_000, interval: 300 });
    expect(await hosts()).toEqual([here]);
  });

  it("does from anywhere what lets somebody hear less, and tells nothing of it", async () => {
    const call = pbx.incoming({ to: ana.id, number: "+4930123456", name: "Carla Voss" });
    call.answer();
    const phone = await bench.phone(phoneOf.kim);
    await phone.press("Listen");
    await phone.press("Visible");
    await until(phone, /Nobody hears you/);
    const supervises = () =>
      pbx.hearing().some(({ listener }) => listener !== call.agentLeg && listener !== call.otherLeg);
    expect(supervises()).toBe(true);
    await moves(away);
    expect((await get(`${launcher}do/leave`)).status).toBe(404);
    await expect.poll(supervises, { timeout: 10_000 }).toBe(false);
  });
});

describe("a site that says nothing", () => {
  beforeEach(() => start("anywhere"));
  afterEach(() => bench.stop());

  it("gives a phone's pages to whoever has its token, and still tells where it is registered", async () => {
    await moves(away);
    expect((await get(launcher)).status).toBe(200);
    expect(await hosts()).toEqual([away]);
    expect(await rowOf(phoneOf.kim)).not.toHaveProperty("strayed");
  });
});

describe("R12 what is kept of phones", () => {
  beforeEach(() => start("anywhere"));
  afterEach(() => bench.stop());

  it("has the last page of an agent's phone, and of a supervisor's neither page nor push, not even on the disk", async () => {
    await get(await bench.launcher(phoneOf.ana));
    await get(launcher);
    expect(await rowOf(phoneOf.ana)).toMatchObject({ lastPageAt: expect.any(Number) });
    expect(await rowOf(phoneOf.kim)).not.toHaveProperty("lastPageAt");
    await bench.gateway.stop();
    const folder = await bench.data;
    const store = new EmbeddedStore(folder, await loadSecrets(folder));
    await store.start();
    await store.phoneStates.read({ warn: () => {} });
    const [anas, kims] = [store.phoneStates.of(phoneOf.ana), store.phoneStates.of(phoneOf.kim)];
    await store.stop();
    expect(Object.keys(anas).sort()).toEqual(["page", "registration"]);
    expect(Object.keys(kims)).toEqual(["registration"]);
  });
});

describe("a phone whose requests come from elsewhere", () => {
  const mac = "805ec0aa5001";
  const wish: PhoneWish = { mac, vendor: "yealink", model: "T46U", extension: ana.extension };
  const says = "The address says that this phone's requests come from elsewhere; with `policy.pagesFrom: registered`";
  const refused = { ok: false, why: "not-right", sentence: expect.stringContaining(says) };
  const book = () => bench.gateway.phonesBook();
  const who = "os:root";
  afterEach(() => bench.stop());

  it("is not taken where pages are given to where it is registered alone: added, changed, nor in a list", async () => {
    await start("registered");
    expect(await book().add(who, { ...wish, address: away })).toEqual(refused);
    expect(await book().add(who, wish)).toMatchObject({ ok: true });
    expect(await book().change(who, mac, { address: away })).toEqual(refused);
    expect(await book().enlist(who, [{ line: 2, wish: { ...wish, address: away } }], false)).toEqual({
      ok: false,
      problems: [{ line: 2, sentence: refused.sentence }],
    });
    expect(
      book()
        .list({ passwords: false })
        .find((phone) => phone.mac === mac),
    ).not.toHaveProperty("address");
  });

  it("is changed again once its address is taken away, and goes in any case, where it was there before", async () => {
    await start("anywhere");
    expect(await book().add(who, { ...wish, address: away })).toMatchObject({ ok: true });
    await bench.gateway.stop();
    await start("registered", await bench.data);
    expect(await book().change(who, mac, { lampKey: "4" })).toEqual(refused);
    expect(await book().rotate(who, mac)).toMatchObject({ ok: true });
    expect(await book().change(who, mac, { lampKey: "4", address: "none" })).toMatchObject({ ok: true });
    expect(await book().retire(who, mac)).toMatchObject({ ok: true });
  });
});
