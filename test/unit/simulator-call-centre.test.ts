import { describe, expect, it } from "vitest";
import type { Call, PbxAction, SupervisionId } from "../../src/model/index.js";
import { ring, type Said, type Simulated, simulated } from "./simulated.ts";

const minute = 60_000;

describe("the call centre of the simulator", () => {
  it("is the same for the same seed, event for event", async () => {
    const [one, other] = [await twoHours(7), await twoHours(7)];
    expect(one.length).toBeGreaterThan(100);
    expect(other).toEqual(one);
  });

  it("differs for another seed", async () => {
    expect(await twoHours(8)).not.toEqual(await twoHours(7));
  });

  it("is not altered by supervisions: no event and no moment of any call", async () => {
    const supervised = await twoHours(7, superviseOn);
    expect(supervised.filter(isOfSupervision).length).toBeGreaterThan(100);
    expect(supervised.filter((said) => !isOfSupervision(said))).toEqual(await twoHours(7));
  });

  it("has one to three live calls at nearly all times, and never an agent on two", async () => {
    const samples = await everyTenSeconds(11, 240);
    const busy = samples.filter((calls) => calls.length >= 1 && calls.length <= 3);
    expect(busy.length / samples.length).toBeGreaterThan(0.95);
    const doubled = samples.map(agentsOf).filter((agents) => new Set(agents).size !== agents.length);
    expect(doubled).toEqual([]);
  });

  it("has calls of every kind: by each queue, direct, outbound, between agents, held, without a name", async () => {
    const calls = callsIn(await twoHours(3));
    const parties = calls.flatMap((call) => call.legs.map((leg) => leg.party));
    expect(new Set(calls.map((call) => call.direction))).toEqual(new Set(["inbound", "outbound", "internal"]));
    expect(new Set(calls.map((call) => call.queue))).toEqual(new Set(["support", "sales", undefined]));
    expect(calls.some((call) => call.legs.some((leg) => leg.holding))).toBe(true);
    expect(parties.some((party) => party.kind === "external" && party.name === "")).toBe(true);
  });

  it("has conversations that last minutes", async () => {
    const said = await twoHours(5);
    const answers = new Map(callsIn(said).map((call) => [call.id, call.answeredAt]));
    const lengths = said.flatMap(({ at, event }) => {
      const answeredAt = event.type === "call-ended" ? answers.get(event.call) : undefined;
      return answeredAt === undefined ? [] : [at - answeredAt];
    });
    expect(lengths.length).toBeGreaterThan(20);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(1.5 * minute);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(8 * minute);
  });

  it("leaves no timer behind when it is stopped, and can be started again", async () => {
    const { pbx, clock, recorder } = await simulated({ seed: 7 });
    await clock.advance(10 * minute);
    await ring(pbx, idOf(1));
    await pbx.stop();
    expect(clock.waiting()).toBe(0);
    expect(recorder.picture().endings.get(idOf(1))).toBe("stopped");
    const before = recorder.events.length;
    await pbx.start(recorder.sink);
    await clock.advance(10 * minute);
    expect(recorder.events[before]).toEqual({ type: "pbx-snapshot", snapshot: { calls: [], supervisions: [] } });
    expect(recorder.picture().calls.size).toBeGreaterThan(0);
  });
});

type Beside = (simulator: Simulated, round: number) => Promise<void>;

/** Two hours of the call centre; `beside` is done every 20 seconds. */
async function twoHours(seed: number, beside: Beside = async () => {}): Promise<readonly Said[]> {
  const simulator = await simulated({ seed });
  for (let round = 0; round < 360; round += 1) {
    await simulator.clock.advance(20_000);
    await beside(simulator, round);
  }
  return simulator.said;
}

/** What is live, every ten seconds, after the first minute. */
async function everyTenSeconds(seed: number, minutes: number): Promise<readonly (readonly Call[])[]> {
  const { clock, recorder } = await simulated({ seed });
  await clock.advance(minute);
  const samples: (readonly Call[])[] = [];
  for (let round = 0; round < minutes * 6; round += 1) {
    await clock.advance(10_000);
    samples.push([...recorder.picture().calls.values()]);
  }
  return samples;
}

/** One supervision after the other: rung, listening, coaching, joined, muted, and ended this way or that. */
async function superviseOn({ pbx, recorder }: Simulated, round: number): Promise<void> {
  const [number, step] = [Math.floor(round / 6), round % 6];
  const supervision = idOf(number);
  if (step === 0) await ring(pbx, supervision, number % 2 === 0 ? "ring" : "auto");
  else if (step === 5 && number % 3 === 0) pbx.hangUpSupervisor(supervision);
  else if (step === 5) await pbx.execute({ type: "end", supervision, ending: "left" });
  else await pbx.execute(actionAt(step, supervision, [...recorder.picture().calls.values()]));
}

function actionAt(step: number, supervision: SupervisionId, calls: readonly Call[]): PbxAction {
  const leg = calls.flatMap((call) => call.legs).find(({ party }) => party.kind === "internal");
  if (leg?.party.kind !== "internal" || step === 4) return { type: "close-mouth", supervision };
  const path = { supervision, leg: leg.id, agent: leg.party.person };
  if (step === 1) return { type: "attach-ear", ...path, unseen: false };
  return { type: "open-mouth", ...path, reach: step === 2 ? "agent" : "everyone" };
}

function isOfSupervision({ event }: Said): boolean {
  return event.type === "facts" || event.type === "facts-ended";
}

function callsIn(said: readonly Said[]): readonly Call[] {
  return said.flatMap(({ event }) => (event.type === "call" ? [event.call] : []));
}

function agentsOf(calls: readonly Call[]): readonly string[] {
  const parties = calls.flatMap((call) => call.legs.map((leg) => leg.party));
  return parties.flatMap((party) => (party.kind === "internal" ? [party.person] : []));
}

function idOf(number: number): SupervisionId {
  return `s${String(number).padStart(16, "0")}` as SupervisionId;
}
