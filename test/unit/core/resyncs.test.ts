import { beforeEach, describe, expect, it } from "vitest";
import { Resyncs } from "../../../src/dispatch/index.ts";
import type {
  Mac,
  NotifyTarget,
  OwnEvent,
  PbxEvent,
  Person,
  Phone,
  PhoneState,
  Pushed,
  Resync,
} from "../../../src/model/index.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { ana, asked, ben, customerCall, dita, everybody, kim } from "./world.ts";

const sent: Pushed = { outcome: "sent" };
const away: Pushed = { outcome: "failed", why: "AMI is not logged in", again: true };
const desk = (owner: Person, vendor = "yealink", model = "T46U"): Phone => ({
  ...{ mac: `805ec0aa${owner.extension}` as Mac, vendor, model, owner: owner.id, answer: "ring" },
});
const [anas, bens, ditas, kims] = [desk(ana), desk(ben, "polycom", "VVX411"), desk(dita, "snom", "D785"), desk(kim)];
const phones = new Map([anas, bens, ditas, kims].map((phone) => [phone.mac, phone]));
const all = [...phones.keys()];
const minute = 60_000;
const morning = Date.UTC(2026, 0, 5, 9, 0, 0);

interface Told {
  readonly second: number;
  readonly to: NotifyTarget;
  readonly notification: object;
}

let clock: VirtualClock;
let writer: Writer;
let kept: Map<Mac, PhoneState>;
let told: Told[];
let ami: boolean;
let answer: (to: NotifyTarget, wanted: () => boolean) => Promise<Pushed>;
let resyncs: Resyncs;

const log = { info: () => {}, warn: () => {}, error: () => {} };

function make(): Resyncs {
  return new Resyncs({
    ...{ phones: { get: (mac) => phones.get(mac), all: () => [...phones.values()] }, writer, clock, log },
    pbx: {
      capabilities: () => new Set(ami ? (["notify-push"] as const) : []),
      notify: async (to, notification, wanted = () => true) => {
        told.push({ second: (clock.now() - morning) / 1_000, to, notification });
        return answer(to, wanted);
      },
    },
    states: {
      of: (mac) => kept.get(mac) ?? {},
      keep: (mac, now) => void kept.set(mac, { ...kept.get(mac), ...now }),
    },
  });
}

beforeEach(() => {
  clock = new VirtualClock(morning);
  writer = new Writer(emptyState(everybody, 0, clock.now()), clock, (error) => {
    throw error;
  });
  take({ type: "pbx-snapshot", snapshot: { calls: [], supervisions: [] } });
  kept = new Map();
  told = [];
  ami = true;
  answer = async () => sent;
  resyncs = make();
});

const take = (event: PbxEvent | OwnEvent): void => writer.take(event);
const call = (who: Person): PbxEvent => ({ type: "call", call: customerCall("c1", who) });
const over: PbxEvent = { type: "call-ended", call: customerCall("c1", ana).id };
const order = (macs: readonly Mac[] = all, spreadMs = 0) => resyncs.order(macs, spreadMs);
const how = (phone: Phone): Resync | undefined => kept.get(phone.mac)?.resync;
const extensions = (): string[] => told.map(({ to }) => to.extension);

describe("phones that are to read their configuration again", () => {
  it("are asked on where the PBX adapter breaks at one of them", async () => {
    answer = async ({ extension }) => {
      if (extension === ana.extension) throw new Error("a bug");
      return sent;
    };
    await order();
    await clock.advance(minute);
    expect(how(anas)).toMatchObject({ kind: "failed", why: "earshot could not ask it" });
    expect(extensions()).toEqual(["2001", "2002", "2003", "3001"]);
  });

  it("are sent a NOTIFY without a body, with the event of their make, to their own device", async () => {
    await order();
    await clock.advance(minute);
    expect(told.map(({ to, notification }) => [to, notification])).toEqual([
      [{ extension: "2001", mac: anas.mac }, { event: "check-sync" }],
      [{ extension: "2002", mac: bens.mac }, { event: "check-sync" }],
      [{ extension: "2003", mac: ditas.mac }, { event: "check-sync;reboot=false" }],
      [{ extension: "3001", mac: kims.mac }, { event: "check-sync" }],
    ]);
  });

  it("come one after another, evenly over the time that is given", async () => {
    expect(await order(all, 3 * minute)).toBe(morning + 3 * minute);
    await clock.advance(10 * minute);
    expect(told.map(({ second }) => second)).toEqual([0, 60, 120, 180]);
    expect(clock.waiting()).toBe(0);
  });

  it("never come at once, though no time is given for them", async () => {
    await order(all, 0);
    await clock.advance(minute);
    expect(told.map(({ second }) => second)).toEqual([0, 0.25, 0.5, 0.75]);
  });

  it("come no sooner than 250 ms after the last, where one is asked twice", async () => {
    await order([anas.mac]);
    await order([anas.mac]);
    await clock.advance(minute);
    expect(told.map(({ second }) => second)).toEqual([0, 0.25]);
  });

  it("are not asked twice by two orders of which the first has not come to them", async () => {
    await order([anas.mac, bens.mac], 10 * minute);
    await order([bens.mac]);
    await clock.advance(20 * minute);
    expect(extensions()).toEqual(["2001", "2002"]);
  });

  it("have on record when each was asked, and what came of it", async () => {
    answer = async ({ extension }) =>
      extension === "2002" ? { outcome: "failed", why: "the phone is not registered", again: true } : sent;
    await order([anas.mac, bens.mac, ditas.mac], minute);
    await clock.advance(30_000);
    const until = morning + 61 * minute;
    expect(how(anas)).toEqual({ kind: "asked", orderedAt: morning, until, at: morning });
    const why = "the phone is not registered";
    expect(how(bens)).toEqual({ kind: "failed", orderedAt: morning, until, at: morning + 30_000, why });
    expect(how(ditas)).toEqual({ kind: "waits", orderedAt: morning, until });
  });

  it("of a make that has no such order are told so", async () => {
    phones.set(anas.mac, { ...anas, vendor: "other" });
    await order([anas.mac]);
    phones.set(anas.mac, anas);
    expect(told).toEqual([]);
    expect(how(anas)).toMatchObject({ kind: "failed", why: "no such order is known for its make" });
  });
});

describe("a phone that goes before its turn", () => {
  it("is not asked, and nothing is kept of it", async () => {
    await order([bens.mac, anas.mac], minute);
    phones.delete(anas.mac);
    kept.delete(anas.mac);
    await clock.advance(2 * minute);
    phones.set(anas.mac, anas);
    expect(extensions()).toEqual(["2002"]);
    expect(how(anas)).toBeUndefined();
    expect(clock.waiting()).toBe(0);
  });
});

describe("a phone that may not restart now", () => {
  it("is not asked while its owner has a call, and is once it is over; the others go before it", async () => {
    take(call(ana));
    await order();
    await clock.advance(20 * minute);
    expect(extensions()).toEqual(["2002", "2003", "3001"]);
    expect(how(anas)).toMatchObject({ kind: "waits" });
    take(over);
    await clock.advance(10_000);
    expect(extensions()).toEqual(["2002", "2003", "3001", "2001"]);
    expect(how(anas)).toMatchObject({ kind: "asked" });
  });

  it("is not asked while its owner supervises, the ringing of it too", async () => {
    take(call(ana));
    take(asked("hidden"));
    await order([kims.mac]);
    await clock.advance(20 * minute);
    expect(told).toEqual([]);
    expect(how(kims)).toMatchObject({ kind: "waits" });
  });

  it("is asked right before whether it still is free", async () => {
    answer = async (_, wanted) => {
      take(call(ana));
      return wanted() ? sent : { outcome: "failed", why: "it was not to be sent any more", again: true };
    };
    await order([anas.mac]);
    expect(how(anas)).toMatchObject({ kind: "waits" });
    answer = async () => sent;
    await clock.advance(minute);
    expect(extensions()).toEqual(["2001"]);
    take(over);
    await clock.advance(minute);
    expect(extensions()).toEqual(["2001", "2001"]);
    expect(how(anas)).toMatchObject({ kind: "asked" });
  });

  it("is not asked while nobody knows who has a call, nor while AMI is away", async () => {
    take({ type: "pbx-away", why: "gone" });
    await order([anas.mac]);
    await clock.advance(minute);
    take({ type: "pbx-snapshot", snapshot: { calls: [], supervisions: [] } });
    ami = false;
    await clock.advance(minute);
    expect(told).toEqual([]);
    ami = true;
    await clock.advance(10_000);
    expect(how(anas)).toMatchObject({ kind: "asked" });
  });

  it("has its turn anew where AMI is lost while it is sent", async () => {
    answer = async () => {
      ami = false;
      return away;
    };
    await order([anas.mac]);
    expect(how(anas)).toMatchObject({ kind: "waits" });
    [ami, answer] = [true, async () => sent];
    await clock.advance(10_000);
    expect(how(anas)).toMatchObject({ kind: "asked" });
  });

  it("is waited for an hour beyond the spread, and no longer; then it is said", async () => {
    take(call(ana));
    await order([bens.mac, anas.mac], 5 * minute);
    await clock.advance(64 * minute);
    expect(how(anas)).toMatchObject({ kind: "waits" });
    await clock.advance(2 * minute);
    expect(how(anas)).toMatchObject({ kind: "failed", why: "it was not free in time, or the PBX was away" });
    take(over);
    await clock.advance(minute);
    expect(extensions()).toEqual(["2002"]);
    expect(clock.waiting()).toBe(0);
  });
});

describe("an earshot that is stopped with an order under way", () => {
  it("sends nothing more, and goes on with it at the next start", async () => {
    await order(all, 30 * minute);
    resyncs.stop();
    await clock.advance(5 * minute);
    expect(extensions()).toEqual(["2001"]);
    resyncs = make();
    resyncs.start();
    await clock.advance(minute);
    expect(extensions()).toEqual(["2001", "2002", "2003", "3001"]);
    expect(told.slice(1).map(({ second }) => second)).toEqual([300, 303, 306]);
  });

  it("leaves be what is too late by then, and says so", async () => {
    take(call(ana));
    await order([anas.mac]);
    resyncs.stop();
    await clock.advance(90 * minute);
    take(over);
    resyncs = make();
    resyncs.start();
    await clock.advance(minute);
    expect(told).toEqual([]);
    expect(how(anas)).toMatchObject({ kind: "failed" });
  });
});
