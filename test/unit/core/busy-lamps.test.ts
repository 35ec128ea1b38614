import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import { BusyLamps } from "../../../src/dispatch/index.ts";
import type { Extension, LampShown, LampStanding, Log, Person, SipAgent } from "../../../src/model/index.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { ana, asked, ben, customerCall, dita, facts, kim, s1 } from "./world.ts";

const people = [ana, ben, kim];
let clock: VirtualClock;
let writer: Writer;
let lamps: BusyLamps;
let blind: readonly Extension[] | undefined;
let watched: readonly Extension[];
let tell: (extension: Extension, standing: LampStanding) => void;

const shown = (of: Person, lamp: LampShown): void => tell(of.extension, { kind: "seen", shown: lamp });
const callOf = (of: Person) => audience(writer.state, { hidden: "allowed" }, of).myCall;
const snapshot = (...calls: ReturnType<typeof customerCall>[]): void =>
  writer.take({ type: "pbx-snapshot", snapshot: { calls, supervisions: [] } });

beforeEach(() => {
  clock = new VirtualClock();
  blind = [];
  watched = [];
  const fail = (error: unknown): never => {
    throw error;
  };
  const log: Log = { info: () => {}, warn: fail, error: fail };
  writer = new Writer(emptyState(people, 0, clock.now()), clock, fail);
  const sip: SipAgent = {
    start: (told) => {
      tell = told;
    },
    watch: (extensions) => {
      watched = extensions;
    },
    message: async () => ({ outcome: "sent" }),
    standing: () => "connected",
    stop: async () => {},
  };
  lamps = new BusyLamps({ writer, sip, outOfSight: async () => blind, now: () => clock.now(), log });
  lamps.start();
});

afterEach(async () => {
  await lamps.stop();
});

describe("busy lamps beside the PBX's own events", () => {
  it("are watched of everybody, of whoever is new, and of nobody who is gone", async () => {
    expect(watched).toEqual(people.map(({ extension }) => extension));
    writer.take({ type: "person-put", person: dita });
    writer.take({ type: "person-gone", person: ben.id });
    expect(new Set(watched)).toEqual(new Set([ana.extension, kim.extension, dita.extension]));
  });

  it("differ where one tells of a call and the other of none, once that stays so", async () => {
    snapshot(customerCall("c1", ana));
    shown(ana, "idle");
    shown(ben, "talking");
    expect(lamps.report().differences).toEqual([]);
    const since = clock.now();
    await clock.advance(5_000);
    expect(lamps.report().differences).toEqual([
      { extension: ana.extension, lamp: "idle", pbx: "on-a-call", since },
      { extension: ben.extension, lamp: "talking", pbx: "no-call", since },
    ]);
    shown(ana, "held");
    writer.take({ type: "call", call: customerCall("c2", ben) });
    expect(lamps.report().differences).toEqual([]);
  });

  it("do not differ while the PBX is away, or nothing is known of the lamp", async () => {
    snapshot();
    shown(ana, "talking");
    writer.take({ type: "pbx-away", why: "a test" });
    tell(ben.extension, { kind: "unknown", why: "a test" });
    shown(ana, "ringing");
    await clock.advance(60_000);
    expect(lamps.report()).toMatchObject({ differences: [], seen: 1, unknown: [ben.extension, kim.extension] });
  });

  it("R5 of whoever supervises say nothing: their leg is not told of by a difference", async () => {
    snapshot(customerCall("c1", ana));
    shown(ana, "talking");
    writer.take(asked("hidden", kim));
    writer.take(facts());
    shown(kim, "talking");
    await clock.advance(60_000);
    expect(lamps.report().differences).toEqual([]);
  });

  it("that the PBX does not have are named", () => {
    shown(ana, "idle");
    shown(kim, "idle");
    tell(ben.extension, { kind: "missing" });
    expect(lamps.report()).toMatchObject({ seen: 2, missing: [ben.extension], unknown: [] });
  });
});

describe("the call of somebody about whose device the PBX tells nothing", () => {
  beforeEach(async () => {
    blind = [ben.extension];
    snapshot(customerCall("c1", ana));
    await clock.advance(0);
  });

  it("is told by their busy lamp, and says so", async () => {
    shown(ben, "ringing");
    expect(callOf(ben)).toEqual({ state: "ringing", since: clock.now(), extension: ben.extension, source: "blf" });
    await clock.advance(1_000);
    shown(ben, "talking");
    expect(callOf(ben)).toMatchObject({ state: "talking", since: clock.now(), source: "blf" });
    shown(ben, "held");
    expect(callOf(ben)).toMatchObject({ state: "held", source: "blf" });
    shown(ben, "idle");
    expect(callOf(ben)).toMatchObject({ state: "idle", source: "blf" });
    expect(lamps.report().alone).toEqual([ben.extension]);
  });

  it("of anybody else is told by the PBX alone, whatever their lamp shows", () => {
    shown(ana, "idle");
    shown(kim, "talking");
    expect(callOf(ana)).not.toHaveProperty("source");
    expect(callOf(ana)).toMatchObject({ state: "talking" });
    expect(callOf(kim)).toMatchObject({ state: "idle" });
    expect(callOf(kim)).not.toHaveProperty("source");
  });

  it("R5 is not told while they supervise, nor by a lamp that has not been dark since", async () => {
    blind = [kim.extension];
    writer.take({ type: "pbx-away", why: "a test" });
    snapshot(customerCall("c1", ana));
    await clock.advance(0);
    shown(kim, "idle");
    const before = callOf(kim);
    writer.take(asked("hidden", kim));
    shown(kim, "ringing");
    writer.take(facts());
    shown(kim, "talking");
    expect(callOf(kim)).toEqual(before);
    writer.take({ type: "facts-ended", supervision: s1, ending: "left" });
    shown(kim, "held");
    expect(callOf(kim)).toEqual(before);
    shown(kim, "idle");
    expect(callOf(kim)).toEqual(before);
    shown(kim, "talking");
    expect(callOf(kim)).toMatchObject({ state: "talking", source: "blf" });
  });

  it("stays as it was while the lamp is not known, and is not told any more where there is none", () => {
    shown(ben, "talking");
    tell(ben.extension, { kind: "unknown", why: "a test" });
    expect(callOf(ben)).toMatchObject({ state: "talking", source: "blf" });
    tell(ben.extension, { kind: "missing" });
    expect(callOf(ben)).not.toHaveProperty("source");
  });

  it("is the PBX's to tell once it sees their device", async () => {
    shown(ben, "talking");
    blind = [];
    writer.take({ type: "pbx-away", why: "a test" });
    snapshot();
    await clock.advance(0);
    expect(callOf(ben)).toMatchObject({ state: "idle" });
    expect(callOf(ben)).not.toHaveProperty("source");
  });

  it("stays with the lamp where the PBX cannot be asked", async () => {
    shown(ben, "talking");
    blind = undefined;
    writer.take({ type: "pbx-away", why: "a test" });
    snapshot();
    await clock.advance(0);
    expect(callOf(ben)).toMatchObject({ state: "talking", source: "blf" });
  });
});
