import { beforeEach, describe, expect, it } from "vitest";
import { Tones } from "../../../src/control/tones.ts";
import type { ActionResult, NotificationTone, Pbx, TeamTone } from "../../../src/model/index.ts";
import { Writer } from "../../../src/state/index.ts";
import { quietLog } from "../../lab/quiet-log.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { ana, asked, customerCall, facts, lee, legId, s1, stateWith, supervisionId, told } from "./world.ts";

const refused: ActionResult = { ok: false, code: "pbx-failed", detail: "no" };
const s2 = supervisionId("s2");

let played: string[];
let answer: NotificationTone["play"];
let clock: VirtualClock;
let begun: number;
let writer: Writer;
let tones: Tones;

beforeEach(() => {
  played = [];
  answer = async () => ({ ok: true });
  clock = new VirtualClock();
  begun = clock.now();
});

/** Says which leg a tone is played to, after how many seconds. */
function make(tone: Partial<TeamTone>, ...events: Parameters<typeof stateWith>[1][]): void {
  writer = new Writer(stateWith([customerCall("c1", ana)], ...events), clock, (error) => played.push(String(error)));
  const notificationTone: NotificationTone = {
    play: (id, leg, wanted) => {
      played.push(`${leg.replace("c1-", "")} ${(clock.now() - begun) / 1_000}`);
      return answer(id, leg, wanted);
    },
  };
  const policy = {
    hidden: "allowed",
    teams: [{ name: "support", tone: { agent: true, customer: false, everyMs: 30_000, ...tone } }],
  } as const;
  tones = new Tones({ writer, policy, pbx: { notificationTone } as unknown as Pbx, clock, log: quietLog });
  tones.start();
}

function heard(visibility: "visible" | "hidden" = "visible"): void {
  writer.take(asked(visibility));
  if (visibility === "visible") writer.take(told("waiting"));
  writer.take(facts());
}

const holds = (holding: boolean) => writer.take({ type: "call", call: customerCall("c1", ana, { holding }) });

describe("the beat of notification tones", () => {
  it("one at the beginning and one after every so many seconds, until the supervision ends", async () => {
    make({});
    heard();
    await clock.advance(70_000);
    expect(played).toEqual(["agent 0", "agent 30", "agent 60"]);
    writer.take({ type: "facts-ended", supervision: s1, ending: "left" });
    await clock.advance(120_000);
    expect(played.length).toBe(3);
    expect(clock.waiting()).toBe(0);
  });

  it("with 0 one at the beginning alone, whatever happens meanwhile", async () => {
    make({ everyMs: 0, customer: true });
    heard();
    await clock.advance(60_000);
    holds(true);
    holds(false);
    await clock.advance(60_000);
    expect(played).toEqual(["agent 0", "customer 0"]);
  });

  it("R5 none for a hidden supervision, and from becoming visible on", async () => {
    make({});
    heard("hidden");
    await clock.advance(100_000);
    expect(played).toEqual([]);
    writer.take({ type: "visibility-asked", supervision: s1, visibility: "visible" });
    writer.take({ type: "told", supervision: s1, telling: 1, told: "waiting" });
    await clock.advance(1_000);
    writer.take({ type: "visibility-asked", supervision: s1, visibility: "hidden" });
    await clock.advance(100_000);
    expect(played).toEqual(["agent 100"]);
  });

  it("none while it is on hold; a beat that was missed is made good at once", async () => {
    make({});
    heard();
    await clock.advance(10_000);
    holds(true);
    await clock.advance(40_000);
    expect(played).toEqual(["agent 0"]);
    holds(false);
    await clock.advance(29_000);
    expect(played).toEqual(["agent 0", "agent 50"]);
    await clock.advance(1_000);
    expect(played.at(-1)).toBe("agent 80");
  });

  it("R16 a second supervisor who is visible begins with a tone, and both share one beat from then on", async () => {
    make({});
    heard();
    await clock.advance(10_000);
    writer.take(asked("visible", lee, s2));
    writer.take({ type: "told", supervision: s2, telling: 0, told: "waiting" });
    writer.take({ type: "facts", facts: { id: s2, leg: "up", ear: legId("c1-agent") } });
    await clock.advance(50_000);
    expect(played).toEqual(["agent 0", "agent 10", "agent 40"]);
    writer.take({ type: "facts-ended", supervision: s1, ending: "left" });
    await clock.advance(20_000);
    expect(played.slice(3)).toEqual(["agent 70"]);
  });

  it("one of an earlier run has begun then, and its beat goes on", async () => {
    make({}, asked("visible"), told("confirmed"));
    writer.take(facts());
    await clock.advance(40_000);
    expect(played).toEqual(["agent 30"]);
  });

  it("one of an earlier run of which the agent was not told yet begins", async () => {
    make({ everyMs: 0 }, asked("visible"));
    writer.take(told("waiting"));
    writer.take(facts());
    await clock.advance(40_000);
    expect(played).toEqual(["agent 0"]);
  });

  it("one that the PBX did not play is tried again while it is wanted, a single one of the beginning too", async () => {
    make({ everyMs: 0 });
    answer = async () => refused;
    heard();
    await clock.advance(6_000);
    expect(played).toEqual(["agent 0", "agent 5"]);
    answer = async () => ({ ok: true });
    await clock.advance(60_000);
    expect(played).toEqual(["agent 0", "agent 5", "agent 10"]);
  });

  it("one under way is wanted no more from the moment on that its supervision hides", async () => {
    make({});
    const wishes: (() => boolean)[] = [];
    answer = async (_, __, wanted) => {
      wishes.push(wanted);
      return { ok: true };
    };
    heard();
    expect(wishes.map((wanted) => wanted())).toEqual([true]);
    writer.take({ type: "visibility-asked", supervision: s1, visibility: "hidden" });
    expect(wishes.map((wanted) => wanted())).toEqual([false]);
  });

  it("the stop waits for the one under way, has it given up, and plays none any more", async () => {
    make({});
    let end = (_: ActionResult): void => {};
    let wanted = (): boolean => true;
    answer = (_, __, still) => {
      wanted = still;
      return new Promise((resolve) => {
        end = resolve;
      });
    };
    heard();
    let stopped = false;
    const stopping = tones.stop().then(() => {
      stopped = true;
    });
    await clock.advance(1_000);
    expect([stopped, wanted()]).toEqual([false, false]);
    end({ ok: true });
    await stopping;
    await clock.advance(100_000);
    expect(played).toEqual(["agent 0"]);
  });
});
