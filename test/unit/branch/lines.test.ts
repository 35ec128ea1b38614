import { beforeEach, describe, expect, it } from "vitest";
import { BranchLines } from "../../../src/dispatch/index.ts";
import {
  type BranchBus,
  type BranchDelivery,
  type BranchHello,
  type BranchId,
  type BranchShown,
  type BranchWelcome,
  type Log,
  type Mac,
  type Phone,
  type PushDocument,
  parseBranchId,
} from "../../../src/model/index.ts";
import { ana } from "../core/world.ts";
import { VirtualClock } from "../virtual-clock.ts";

const hamburg = parseBranchId("hamburg") as BranchId;
const bremen = parseBranchId("bremen") as BranchId;
const phone: Phone = {
  ...{ mac: "805ec0aa2001" as Mac, vendor: "yealink", model: "T46U", owner: ana.id, answer: "ring" },
  branch: hamburg,
};
const document = (text: string): PushDocument => ({
  root: { name: "A", inside: [text] },
  mostBytes: 1000,
  http: { path: "/", contentType: "t" },
});

class HeldBus implements BranchBus {
  readonly shown: {
    readonly branch: BranchId;
    readonly mac: Mac;
    readonly shown: BranchShown;
    readonly seq: number;
  }[] = [];
  readonly welcomes: (BranchWelcome & { readonly branch: BranchId })[] = [];
  there = true;
  onHello: (branch: BranchId, hello: BranchHello) => void = () => {};
  onDelivery: (phone: Mac, delivery: BranchDelivery) => void = () => {};
  start(onHello: HeldBus["onHello"], onDelivery: HeldBus["onDelivery"]): void {
    this.onHello = onHello;
    this.onDelivery = onDelivery;
  }
  async show(branch: BranchId, mac: Mac, shown: BranchShown, seq: number): Promise<boolean> {
    this.shown.push({ branch, mac, shown, seq });
    return this.there;
  }
  async welcome(branch: BranchId, welcome: BranchWelcome): Promise<boolean> {
    this.welcomes.push({ ...welcome, branch });
    return this.there;
  }
}

let clock: VirtualClock;
let bus: HeldBus;
let lines: BranchLines;
let line: NonNullable<ReturnType<BranchLines["line"]>>;
const told: string[] = [];
let ids = 0;

beforeEach(() => {
  clock = new VirtualClock();
  bus = new HeldBus();
  told.length = 0;
  ids = 0;
  const log: Log = { info: () => {}, warn: () => {}, error: () => {} };
  lines = new BranchLines({
    ...{ branches: [{ id: hamburg, url: "mqtt://192.0.2.1" }], bus, clock, log, epoch: 7 },
    newId: () => `id${++ids}`,
    delivered: (mac, { kind, result }) => void told.push(`${mac} ${kind} ${result.outcome}`),
  });
  lines.start();
  const made = lines.line(phone, () => ({ label: document("unknown") }));
  if (!made) throw new Error("no line");
  line = made;
});

const lamp = (text: string) => line.ask({ kind: "lamp", make: async () => document(text) });
const notice = (text: string, about = text) =>
  line.ask({
    ...{ kind: "notice", about, expiresAt: clock.now() + 30_000 },
    make: async (attention) => document(`${text} ${attention}`),
  });
const settled = (): Promise<void> => clock.advance(0);
const newest = (): BranchShown | undefined => bus.shown.at(-1)?.shown;
const hello = (has: BranchHello["has"] = new Map()): void => bus.onHello(hamburg, { nonce: "a", has });
const deliver = (id: string, result: BranchDelivery["result"], kind: BranchDelivery["kind"] = "notice"): void =>
  bus.onDelivery(phone.mac, { id, kind, result, at: 1 });
/** Whether it has come true yet. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let is = false;
  void promise.then(() => {
    is = true;
  });
  await settled();
  return is;
}

describe("what a phone of a branch is to show", () => {
  it("is one whole document, published once for all that changes at the same time", async () => {
    line.attend("talking");
    lamp("green");
    line.ask({ kind: "label", make: async () => document("Kim") });
    notice("Kim listens");
    await settled();
    expect(bus.shown.map(({ seq }) => seq)).toEqual([1]);
    expect(newest()).toEqual({
      attention: "talking",
      lamp: { id: "id1", document: document("green") },
      label: { id: "id2", document: document("Kim") },
      unknown: { label: document("unknown") },
      notices: [
        {
          ...{ id: "id3", expiresAt: clock.now() + 30_000 },
          ...{ free: document("Kim listens free"), talking: document("Kim listens talking") },
        },
      ],
    });
  });

  it("has no other number while nothing changes, and comes again after a connect", async () => {
    lamp("green");
    await settled();
    line.attend("free");
    await settled();
    lines.publishAll();
    expect(bus.shown.map(({ seq }) => seq)).toEqual([1, 1]);
  });

  it("a page is never among it: its address is a key", async () => {
    const fate = line.ask({ kind: "page", make: async () => document("http://x/p/token/") });
    await settled();
    expect(bus.shown).toEqual([]);
    expect(await fate.confirmed).toBe(false);
  });

  it("R5 a notice is confirmed by its own delivery alone", async () => {
    const fate = notice("Kim listens");
    await settled();
    deliver("id9", { outcome: "confirmed" });
    expect(await isSettled(fate.confirmed)).toBe(false);
    deliver("id1", { outcome: "confirmed" });
    expect(await fate.confirmed).toBe(true);
    await settled();
    expect(newest()?.notices).toEqual([]);
    expect(told).toEqual([`${phone.mac} notice confirmed`, `${phone.mac} notice confirmed`]);
  });

  it.each([
    ["handed on", { outcome: "sent" }],
    ["refused for good", { outcome: "failed", why: "no", again: false }],
  ] as const)("R5 a notice that was %s is not confirmed, and is over", async (_what, result) => {
    const fate = notice("Kim listens");
    await settled();
    deliver("id1", result);
    expect(await fate.confirmed).toBe(false);
    await settled();
    expect(newest()?.notices).toEqual([]);
  });

  it("a notice that failed is tried, and stays until it has expired", async () => {
    const fate = notice("Kim listens");
    hello();
    await settled();
    expect(await isSettled(fate.tried)).toBe(false);
    deliver("id1", { outcome: "failed", why: "away", again: true });
    expect(await isSettled(fate.tried)).toBe(true);
    await clock.advance(29_000);
    expect(newest()?.notices).toHaveLength(1);
    await clock.advance(2_000);
    expect(newest()?.notices).toEqual([]);
    expect(await fate.confirmed).toBe(false);
  });

  it("R6 a notice of who has hidden or left is taken back", async () => {
    notice("Kim listens", "kim");
    notice("Lee listens", "lee");
    await settled();
    line.withdraw((about) => about === "lee");
    await settled();
    expect(newest()?.notices.map(({ free }) => free)).toEqual([document("Lee listens free")]);
  });

  it("nobody waits for the word of a branch that is not there", async () => {
    const fate = lamp("green");
    expect(await isSettled(fate.tried)).toBe(true);
    hello();
    const next = lamp("orange");
    expect(await isSettled(next.tried)).toBe(false);
    deliver("id2", { outcome: "confirmed" }, "lamp");
    expect(await isSettled(next.tried)).toBe(true);
  });

  it("stopped, it publishes nothing, and nothing waits", async () => {
    const fate = notice("Kim listens");
    line.stop();
    expect(await fate.confirmed).toBe(false);
    await clock.advance(60_000);
    expect(bus.shown).toEqual([]);
    expect(clock.waiting()).toBe(0);
  });
});

describe("the answer to a hello", () => {
  it("has the gateway's clock and the newest number of each phone", async () => {
    lamp("green");
    await settled();
    hello(new Map([[phone.mac, { epoch: 7, seq: 1 }]]));
    expect(bus.welcomes).toEqual([
      { branch: hamburg, nonce: "a", now: clock.now(), latest: new Map([[phone.mac, 1]]) },
    ]);
    expect(bus.shown).toHaveLength(1);
  });

  it.each([
    ["nothing", new Map()],
    ["an older one", new Map([[phone.mac, { epoch: 7, seq: 1 }]])],
    ["one of an earlier run", new Map([[phone.mac, { epoch: 6, seq: 2 }]])],
  ])("who has %s is given the newest again first", async (_what, has) => {
    lamp("green");
    await settled();
    lamp("orange");
    await settled();
    hello(has);
    expect(bus.shown.map(({ seq }) => seq)).toEqual([1, 2, 2]);
  });

  it("a branch that nobody has configured gets none", () => {
    bus.onHello(bremen, { nonce: "a", has: new Map() });
    expect(bus.welcomes).toEqual([]);
  });

  it("a phone of no branch has no line", () => {
    const { branch: _, ...ours } = phone;
    expect(lines.line(ours, () => ({}))).toBeUndefined();
  });
});
