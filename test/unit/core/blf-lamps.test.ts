import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BlfLamps, Dispatch } from "../../../src/dispatch/index.ts";
import type { ActionResult, Bus, Lamp, Log, Mode } from "../../../src/model/index.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { ana, asked, ben, customerCall, dita, everybody, facts, kim, told } from "./world.ts";

const dark: Lamp = { lamp: "off", mic: "muted", supervisors: [] };
const lit = (...here: readonly Mode[]): Lamp => ({
  lamp: here[0] ?? "off",
  mic: "muted",
  supervisors: here.map((mode) => ({ name: kim.name, extension: kim.extension, mode, mic: "muted" })),
});
const refused: ActionResult = { ok: false, code: "pbx-away", detail: "the PBX is away" };
const noBroker: Bus = {
  start: async () => {},
  retain: async () => {},
  notice: async () => false,
  forget: async () => {},
  withdraw: async () => {},
  lampText: async () => {},
  help: async () => {},
  phone: async () => {},
  forgetPhone: async () => {},
  stop: async () => {},
};

let clock: VirtualClock;
let set: string[];
let answer: (extension: string) => Promise<ActionResult>;
let warnings: number;
let lamps: BlfLamps;
let stops: (() => void)[];

beforeEach(() => {
  clock = new VirtualClock();
  set = [];
  answer = async () => ({ ok: true });
  warnings = 0;
  stops = [];
  const log: Log = {
    info: () => {},
    warn: () => {
      warnings += 1;
    },
    error: () => {},
  };
  lamps = new BlfLamps({
    set: (extension, key, on) => {
      set.push(`${extension}${key === "any" ? "" : `-${key}`} ${on ? "on" : "off"}`);
      return answer(extension);
    },
    keysOf: (person) => (person === ben.id ? ["listen", "coach", "join"] : ["any"]),
    clock,
    log,
  });
});

afterEach(() => {
  lamps.stop();
  for (const stop of stops) stop();
  expect(clock.waiting()).toBe(0);
});

describe("the lamps that BLF keys watch", () => {
  it("are set once, and again when they change", async () => {
    lamps.show(ana.id, ana.extension, dark);
    lamps.show(ana.id, ana.extension, dark);
    await clock.advance(0);
    lamps.show(ana.id, ana.extension, lit("listen"));
    lamps.show(dita.id, dita.extension, dark);
    await clock.advance(0);
    expect(set).toEqual(["2001 off", "2001 on", "2003 off"]);
  });

  it("one is set at a time, and of one the newest wish alone", async () => {
    const held: ((result: ActionResult) => void)[] = [];
    answer = () => new Promise((resolve) => void held.push(resolve));
    lamps.show(ana.id, ana.extension, lit("listen"));
    lamps.show(ana.id, ana.extension, dark);
    lamps.show(ana.id, ana.extension, lit("listen"));
    lamps.show(ana.id, ana.extension, dark);
    await clock.advance(0);
    expect(set).toEqual(["2001 on"]);
    held.shift()?.({ ok: true });
    await clock.advance(0);
    expect(set).toEqual(["2001 on", "2001 off"]);
  });

  it("are asked again until the PBX takes them, and that is said once", async () => {
    answer = async () => refused;
    lamps.show(ana.id, ana.extension, lit("listen"));
    await clock.advance(11_000);
    expect(set).toEqual(["2001 on", "2001 on", "2001 on"]);
    expect(warnings).toBe(1);
    answer = async () => ({ ok: true });
    await clock.advance(60_000);
    expect(set).toHaveLength(4);
  });

  it("one that the PBX does not know keeps no other dark", async () => {
    answer = async (extension) => (extension === ana.extension ? refused : { ok: true });
    lamps.show(ana.id, ana.extension, lit("listen"));
    lamps.show(dita.id, dita.extension, lit("listen"));
    await clock.advance(6_000);
    expect(set.filter((one) => one === "2003 on")).toHaveLength(1);
  });

  it("are all set again once the PBX is back", async () => {
    lamps.show(ana.id, ana.extension, lit("listen"));
    lamps.show(dita.id, dita.extension, dark);
    await clock.advance(0);
    lamps.again();
    await clock.advance(0);
    expect(set.slice(2)).toEqual(["2001 on", "2003 off"]);
  });

  it("those to be lit come before those to be dark", async () => {
    const held: ((result: ActionResult) => void)[] = [];
    answer = () => new Promise((resolve) => void held.push(resolve));
    lamps.show(kim.id, kim.extension, dark);
    lamps.show(dita.id, dita.extension, dark);
    lamps.show(ana.id, ana.extension, lit("join"));
    answer = async () => ({ ok: true });
    held.shift()?.({ ok: true });
    await clock.advance(0);
    expect(set).toEqual(["3001 off", "2001 on", "2003 off"]);
  });

  it("one that the PBX does not take keeps no other lit", async () => {
    answer = async (extension) => (extension === ana.extension ? refused : { ok: true });
    lamps.show(ana.id, ana.extension, lit("listen"));
    lamps.show(dita.id, dita.extension, dark);
    await clock.advance(6_000);
    expect(set).toContain("2003 off");
  });

  it("of three keys each tells of its own mode, whoever else is there", async () => {
    lamps.show(ben.id, ben.extension, lit("join", "listen"));
    await clock.advance(0);
    expect(new Set(set)).toEqual(new Set(["2002-listen on", "2002-join on", "2002-coach off"]));
    set = [];
    lamps.show(ben.id, ben.extension, lit("coach", "listen"));
    await clock.advance(0);
    expect(new Set(set)).toEqual(new Set(["2002-join off", "2002-coach on"]));
  });

  it("of somebody with another extension from now on, the old one goes out", async () => {
    lamps.show(ana.id, ana.extension, lit("listen"));
    await clock.advance(0);
    lamps.show(ana.id, dita.extension, lit("listen"));
    await clock.advance(0);
    expect(set).toEqual(["2001 on", "2001 off", "2003 on"]);
  });

  it("of somebody who is gone goes out", async () => {
    lamps.show(ana.id, ana.extension, lit("listen"));
    lamps.forget(ana.id);
    await clock.advance(0);
    expect(set).toEqual(["2001 on", "2001 off"]);
  });
});

describe("what an agent's BLF key may show", () => {
  function follow(): Writer {
    const fail = (error: unknown): never => {
      throw error;
    };
    const log: Log = { info: () => {}, warn: fail, error: fail };
    const writer = new Writer(emptyState(everybody, 0, clock.now()), clock, fail);
    const dispatch = new Dispatch({
      ...{ writer, bus: noBroker, lamps, clock, log, gateway: "gw1", epoch: 3 },
      policy: { hidden: "allowed" },
      newId: () => "id",
      sentence: (_, { name }) => name,
    });
    dispatch.start();
    stops.push(() => dispatch.stop());
    writer.take({ type: "pbx-snapshot", snapshot: { calls: [customerCall("c1", ana)], supervisions: [] } });
    return writer;
  }
  const ofAna = () => set.filter((one) => one.startsWith("2001"));

  it("is put out at the start, whatever it was, and lit by a visible supervisor", async () => {
    const writer = follow();
    await clock.advance(10_000);
    expect(ofAna()).toEqual(["2001 off"]);
    writer.take(asked("visible"));
    writer.take(facts());
    writer.take(told("confirmed"));
    await clock.advance(10_000);
    expect(ofAna()).toEqual(["2001 off", "2001 on"]);
  });

  it("R5 is not touched by a hidden one", async () => {
    const writer = follow();
    await clock.advance(10_000);
    const before = [...set];
    writer.take(asked("hidden", kim));
    writer.take(facts());
    await clock.advance(10_000);
    expect(set).toEqual(before);
  });

  it("comes again after the PBX was away", async () => {
    const writer = follow();
    await clock.advance(10_000);
    writer.take({ type: "pbx-away", why: "a test" });
    writer.take({ type: "pbx-snapshot", snapshot: { calls: [customerCall("c1", ana)], supervisions: [] } });
    await clock.advance(10_000);
    expect(ofAna()).toEqual(["2001 off", "2001 off"]);
  });
});

describe("a lamp that is lit for a trial", () => {
  beforeEach(async () => {
    lamps.show(ana.id, ana.extension, dark);
    await clock.advance(0);
    set = [];
  });

  it("is lit once the PBX says so, and dark again at its end", async () => {
    expect(await lamps.try(ana.id, true)).toBe(true);
    expect(set).toEqual(["2001 on"]);
    expect(await lamps.try(ana.id, false)).toBe(true);
    expect(set).toEqual(["2001 on", "2001 off"]);
  });

  it("stays lit where somebody comes in truth, and the trial ends", async () => {
    await lamps.try(ana.id, true);
    lamps.show(ana.id, ana.extension, lit("listen"));
    await lamps.try(ana.id, false);
    expect(set).not.toContain("2001 off");
  });

  it("stays lit while it is tried, whoever comes and goes", async () => {
    await lamps.try(ana.id, true);
    lamps.show(ana.id, ana.extension, lit("listen"));
    lamps.show(ana.id, ana.extension, dark);
    await clock.advance(0);
    expect(set).toEqual(["2001 on"]);
  });

  it("is not taken where the PBX refuses, and is dark in truth as soon as the trial is over", async () => {
    answer = async () => refused;
    expect(await lamps.try(ana.id, true)).toBe(false);
    answer = async () => ({ ok: true });
    const over = lamps.try(ana.id, false);
    await clock.advance(5_000);
    expect(await over).toBe(true);
    expect(set).toEqual(["2001 on", "2001 off"]);
  });

  it("is nothing for somebody who is not known, or once all is stopped", async () => {
    expect(await lamps.try(kim.id, true)).toBe(false);
    lamps.stop();
    expect(await lamps.try(ana.id, true)).toBe(false);
    expect(set).toEqual([]);
  });
});
