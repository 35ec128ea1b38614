import { describe, expect, it } from "vitest";
import type { Person, PersonId, SupervisionId } from "../../src/model/index.js";
import { Rhythm } from "../../src/pbx/simulator/rhythm.js";
import { floor, ring, simulated } from "./simulated.ts";
import { VirtualClock } from "./virtual-clock.ts";

const supervision = "s0000000000000001" as SupervisionId;

describe("the call centre's own time", () => {
  it("goes as many times as fast as it is told", async () => {
    const clock = new VirtualClock();
    const rang: string[] = [];
    new Rhythm(clock, 4).after(2_000, () => rang.push("fast"));
    new Rhythm(clock, 0.5).after(500, () => rang.push("slow"));
    await clock.advance(499);
    expect(rang).toEqual([]);
    await clock.advance(1);
    expect(rang).toEqual(["fast"]);
    await clock.advance(500);
    expect(rang).toEqual(["fast", "slow"]);
  });

  it("changes for timers that run, as often as it is told", async () => {
    const clock = new VirtualClock();
    const rhythm = new Rhythm(clock, 1);
    const rang: string[] = [];
    rhythm.after(1_000, () => rang.push("once"));
    await clock.advance(400);
    rhythm.change(2);
    await clock.advance(100);
    rhythm.change(0.25);
    await clock.advance(1_599);
    expect(rang).toEqual([]);
    await clock.advance(1);
    expect(rang).toEqual(["once"]);
    await clock.advance(60_000);
    expect(rang).toEqual(["once"]);
  });

  it("forgets what is taken back, before and after a change", async () => {
    const clock = new VirtualClock();
    const rhythm = new Rhythm(clock, 1);
    const rang: string[] = [];
    const forget = rhythm.after(1_000, () => rang.push("taken back"));
    rhythm.change(10);
    forget();
    rhythm.after(1_000, () => rang.push("stopped"));
    rhythm.stop();
    rhythm.change(20);
    expect(clock.waiting()).toBe(0);
    await clock.advance(10_000);
    expect(rang).toEqual([]);
  });
});

describe("the pace of the simulator", () => {
  it("is changed while it runs: an hour's calls in six minutes", async () => {
    const { pbx, clock, said } = await simulated({ seed: 7, people: floor });
    expect(pbx.paced.pace).toEqual({ speed: 1, seed: 7 });
    expect(pbx.paced.setSpeed(10)).toBe(true);
    expect(pbx.paced.pace).toEqual({ speed: 10, seed: 7 });
    await clock.advance(6 * 60_000);
    expect(said.filter(({ event }) => event.type === "call-ended").length).toBeGreaterThan(80);
  });

  it.each([0, 0.24, 61, Number.NaN, Number.POSITIVE_INFINITY])("%d is refused, and nothing changes", async (speed) => {
    const { pbx } = await simulated({ seed: 7, speed: 2, people: floor });
    expect(pbx.paced.setSpeed(speed)).toBe(false);
    expect(pbx.paced.pace.speed).toBe(2);
  });

  it("is nothing to a supervisor's phone: it rings for 30 seconds of real time", async () => {
    const { pbx, clock, recorder } = await simulated({ seed: 7, speed: 60, pickUp: "by-hand", people: floor });
    await ring(pbx, supervision);
    await clock.advance(29_999);
    expect(recorder.picture().endings.get(supervision)).toBeUndefined();
    await clock.advance(1);
    expect(recorder.picture().endings.get(supervision)).toBe("not-answered");
  });
});

describe("a raised hand", () => {
  it("is told when it goes up and when it comes down, and nobody leaves with theirs up", async () => {
    const { pbx, clock } = await simulated({ seed: 7, people: floor });
    const up = new Set<PersonId>();
    const wrong: PersonId[] = [];
    let raised = 0;
    const forget = pbx.onHelp((person, isUp) => {
      if (up.has(person) === isUp) wrong.push(person);
      if (isUp) up.add(person);
      else up.delete(person);
      raised += isUp ? 1 : 0;
    });
    await clock.advance(2 * 3_600_000);
    await pbx.stop();
    forget();
    expect(raised).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
    expect(up).toEqual(new Set());
  });

  it("is raised by an agent who is in talk", async () => {
    const { pbx, clock, recorder } = await simulated({ seed: 7, people: floor });
    const idle: PersonId[] = [];
    pbx.onHelp((person, raised) => {
      const legs = [...recorder.picture().calls.values()].flatMap((call) => call.legs);
      const talks = legs.some(
        ({ party, state }) => party.kind === "internal" && party.person === person && state === "up",
      );
      if (raised && !talks) idle.push(person);
    });
    await clock.advance(2 * 3_600_000);
    expect(idle).toEqual([]);
  });

  it("that is up already is told to who comes later", async () => {
    const { pbx, clock } = await simulated({ seed: 7, people: floor });
    const early: PersonId[] = [];
    const forget = pbx.onHelp((person) => early.push(person));
    const waitForOne = async (): Promise<void> => {
      await clock.advance(1_000);
      if (early.length === 0) await waitForOne();
    };
    await waitForOne();
    forget();
    const late: PersonId[] = [];
    pbx.onHelp((person, raised) => raised && late.push(person));
    expect(late).toEqual(early.slice(0, 1));
  });
});

describe("a large call centre", () => {
  it("of 250 agents has about 200 live calls, each with no more than a few timers", async () => {
    const people: readonly Person[] = Array.from({ length: 250 }, (_, place) => {
      const id = `5${String(place).padStart(3, "0")}`;
      const teams = [place % 2 === 0 ? "support" : "sales"];
      return { ...(floor[3] as Person), id: id as PersonId, extension: id as Person["extension"], teams };
    });
    const { clock, recorder } = await simulated({ seed: 3, people });
    await clock.advance(5 * 60_000);
    expect(recorder.picture().calls.size).toBeGreaterThan(150);
    expect(recorder.picture().calls.size).toBeLessThan(250);
    expect(clock.waiting()).toBeLessThan(300);
  });
});
