import { beforeEach, describe, expect, it } from "vitest";
import { BranchOffice } from "../../../src/dispatch/index.ts";
import type {
  BranchDelivery,
  BranchHello,
  BranchLink,
  BranchShown,
  Log,
  Mac,
  PushDocument,
  Standing,
} from "../../../src/model/index.ts";
import { HeldPush } from "../core/held-push.ts";
import { VirtualClock } from "../virtual-clock.ts";

const mac = "805ec0aa2001" as Mac;
const other = "805ec0aa2002" as Mac;
const push = { by: "http", origin: "http://192.0.2.31", username: "u", password: "p" } as const;
/** The gateway's clock is far from any clock of the branch. */
const gatewayTime = 1_000_000_000;

/** A link that a test holds in its hand. */
class HeldLink implements BranchLink {
  readonly hellos: BranchHello[] = [];
  readonly delivered_: (BranchDelivery & { readonly mac: Mac })[] = [];
  told: Parameters<BranchLink["start"]>[0] | undefined;
  start(told: Parameters<BranchLink["start"]>[0]): void {
    this.told = told;
  }
  hello(hello: BranchHello): void {
    this.hellos.push(hello);
  }
  delivered(phone: Mac, delivery: BranchDelivery): void {
    this.delivered_.push({ ...delivery, mac: phone });
  }
  async stop(): Promise<void> {}
}

const document = (text: string): PushDocument => ({
  root: { name: "A", inside: [text] },
  mostBytes: 1000,
  http: { path: "/", contentType: "t" },
});
const shown = (lamp: string, more: Partial<BranchShown> = {}): BranchShown => ({
  attention: "free",
  lamp: { id: `id of ${lamp}`, document: document(lamp) },
  unknown: { lamp: document("unknown") },
  notices: [],
  ...more,
});
const notice = (id: string, expiresAt = gatewayTime + 30_000) => ({
  ...{ id, expiresAt },
  free: document(`${id} free`),
  talking: document(`${id} talking`),
});

let clock: VirtualClock;
let link: HeldLink;
let held: HeldPush;
let office: BranchOffice;
let lines: string[];
let nonces = 0;

function start(): void {
  clock = new VirtualClock(0);
  link = new HeldLink();
  held = new HeldPush(() => clock.now());
  held.always = { outcome: "confirmed" };
  lines = [];
  const write = (about: object, sentence: string): void => void lines.push(`${sentence} ${JSON.stringify(about)}`);
  const log: Log = { info: () => {}, warn: write, error: write };
  const newNonce = (): string => `nonce-${++nonces}`;
  office = new BranchOffice({ phones: [{ mac, push }], link, push: held, clock, log, random: () => 0.5, newNonce });
  office.start();
  link.told?.connected();
}
beforeEach(start);

/** The gateway answers the newest hello. */
async function welcome(latest: number | undefined, epoch = 7, now = gatewayTime + clock.now()): Promise<void> {
  const { nonce } = link.hellos.at(-1) ?? { nonce: "" };
  const seqs = new Map(latest === undefined ? [] : [[mac, latest] as const]);
  link.told?.welcome({ nonce, now, latest: seqs }, { epoch, seq: 1 });
  await clock.advance(0);
}
async function show(what: BranchShown, seq: number, epoch = 7, to = mac): Promise<void> {
  link.told?.shown(to, what, { epoch, seq } satisfies Standing);
  await clock.advance(0);
}
/** Time passes, and the gateway answers every hello on the way. */
async function pass(ms: number, latest: number, epoch = 7): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    const before = link.hellos.length;
    await clock.advance(Math.min(left, 1_000));
    if (link.hellos.length > before) await welcome(latest, epoch);
  }
}

describe("a branch office", () => {
  it("shows nothing before the gateway has answered, and then the newest at once", async () => {
    await show(shown("off"), 4);
    expect(held.says).toEqual([]);
    await welcome(4);
    expect(held.says).toEqual(["off"]);
    expect(link.delivered_).toEqual([
      { mac, id: "id of off", kind: "lamp", result: { outcome: "confirmed" }, at: gatewayTime },
    ]);
    await show(shown("green"), 5);
    expect(held.says).toEqual(["off", "green"]);
  });

  it("drops and counts what is older than what it was given", async () => {
    await show(shown("green"), 5);
    await welcome(5);
    await show(shown("off"), 4);
    await show(shown("off"), 900, 6);
    expect(held.says).toEqual(["green"]);
    expect(office.dropped).toEqual({ unsigned: 0, stale: 2, foreign: 0 });
    expect(lines.filter((line) => line.includes("older"))).toHaveLength(1);
  });

  it("the same again is no other message: it changes nothing, and nothing is counted", async () => {
    await show(shown("green"), 5);
    await welcome(5);
    await show(shown("green"), 5);
    expect(held.says).toEqual(["green"]);
    expect(office.dropped.stale).toBe(0);
  });

  it("started anew it takes no message of before for true, however well signed it is", async () => {
    await show(shown("off"), 4);
    await welcome(9);
    expect(held.says).toEqual([]);
    expect(office.dropped.stale).toBe(1);
    await show(shown("green"), 9);
    expect(held.says).toEqual(["green"]);
  });

  it("an answer to a hello of before, or to none, is no answer", async () => {
    const [old] = link.hellos;
    await show(shown("off"), 4);
    link.told?.welcome({ nonce: "nonce-0", now: gatewayTime, latest: new Map([[mac, 4]]) }, { epoch: 7, seq: 1 });
    expect(held.says).toEqual([]);
    await clock.advance(30_000);
    link.told?.welcome(
      { nonce: old?.nonce ?? "", now: gatewayTime, latest: new Map([[mac, 4]]) },
      { epoch: 7, seq: 1 },
    );
    await clock.advance(0);
    expect(held.says).toEqual(["unknown"]);
    expect(office.dropped.stale).toBe(2);
  });

  it("says that it is not known who is there once the gateway is silent, and what is true when it is back", async () => {
    await show(shown("off"), 4);
    await welcome(4);
    await pass(30_000, 4);
    expect(held.says).toEqual(["off"]);
    await clock.advance(15_000);
    expect(held.says).toEqual(["off", "unknown"]);
    await welcome(4);
    expect(held.says).toEqual(["off", "unknown", "off"]);
  });

  it("a lamp that is believed for ever is none: what is silent for ten seconds is not", async () => {
    await show(shown("off"), 4);
    await welcome(4);
    await clock.advance(9_000);
    expect(held.says).toEqual(["off"]);
    await clock.advance(4_000);
    expect(held.says).toEqual(["off", "unknown"]);
  });

  it("a notice expires by the gateway's clock, whatever this machine's says", async () => {
    held.always = undefined;
    await show(shown("green", { notices: [notice("one")] }), 4);
    await welcome(4);
    await pass(31_000, 4);
    held.asked[0]?.end({ outcome: "confirmed" });
    await clock.advance(0);
    expect(held.says).toEqual(["green"]);
  });

  it("a notice that has expired while the line was cut is not shown", async () => {
    await show(shown("green", { notices: [notice("one")] }), 4);
    await clock.advance(2_000);
    await welcome(4, 7, gatewayTime + 30_000);
    expect(held.says).toEqual(["green"]);
  });

  it("a notice is told once, in the document of the moment, and its result under its id", async () => {
    await show(shown("green", { attention: "talking", notices: [notice("one")] }), 4);
    await welcome(4);
    await show(shown("orange", { attention: "talking", notices: [notice("one")] }), 5);
    expect(held.says).toEqual(["green", "one talking", "orange"]);
    expect(link.delivered_.map(({ id }) => id)).toEqual(["id of green", "one", "id of orange"]);
  });

  it("R6 a notice that waits is taken back with the one it is about", async () => {
    await show(shown("green", { attention: "busy", notices: [notice("one")] }), 4);
    await welcome(4);
    await show(shown("off", { attention: "busy" }), 5);
    await show(shown("off", { attention: "free" }), 6);
    expect(held.says).toEqual(["green", "off"]);
  });

  it("R6 a notice that waits while the line is cut is not told after it, unless it is still true", async () => {
    await show(shown("green", { attention: "busy", notices: [notice("one"), notice("two")] }), 4);
    await welcome(4);
    await clock.advance(15_000);
    await show(shown("green", { attention: "free", notices: [notice("two")] }), 5);
    await welcome(5);
    expect(held.says).toEqual(["green", "unknown", "green", "two free"]);
  });

  it("a gateway that starts anew is asked at once, and what its last run said is over", async () => {
    await show(shown("green"), 40);
    await welcome(40);
    const hellos = link.hellos.length;
    await show(shown("off"), 1, 8);
    expect(held.says).toEqual(["green"]);
    expect(link.hellos.length).toBe(hellos + 1);
    await welcome(1, 8);
    await show(shown("green"), 41);
    expect(held.says).toEqual(["green", "off"]);
    expect(office.dropped.stale).toBe(1);
  });

  it("tells with each hello what it has", async () => {
    await show(shown("green"), 5);
    await welcome(5);
    await clock.advance(3_000);
    expect([...(link.hellos.at(-1)?.has ?? [])]).toEqual([[mac, { epoch: 7, seq: 5 }]]);
    expect(new Set(link.hellos.map(({ nonce }) => nonce)).size).toBe(link.hellos.length);
  });

  it("what is for another phone is dropped and counted", async () => {
    await welcome(1);
    await show(shown("green"), 1, 7, other);
    link.told?.dropped("foreign", "x");
    link.told?.dropped("unsigned", "y");
    expect(held.says).toEqual([]);
    expect(office.dropped).toEqual({ unsigned: 1, stale: 0, foreign: 2 });
  });

  it("sends its lamps again from time to time, as a phone forgets its own", async () => {
    await show(shown("green"), 5);
    await welcome(5);
    await pass(600_000, 5);
    expect(held.says).toEqual(["green", "green"]);
  });

  it("sends nothing any more once it has stopped", async () => {
    await show(shown("green"), 5);
    await welcome(5);
    office.stop();
    await clock.advance(1_200_000);
    expect(held.says).toEqual(["green"]);
    expect(clock.waiting()).toBe(0);
  });
});
