import { describe, expect, it } from "vitest";
import type { Call, CallId, Party, PbxAction, PersonId, SupervisionId } from "../../src/model/index.js";
import type { PbxRecorder } from "../contract/pbx-recorder.ts";
import { floor, ring, type Said, type Simulated, simulated } from "./simulated.ts";

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

  it("keeps its eleven agents busy and hardly ever all of them", async () => {
    const counts = (await everyTenSeconds(11, 240)).map((calls) => calls.length);
    const share = (least: number, most: number) =>
      counts.filter((count) => count >= least && count <= most).length / counts.length;
    expect(share(4, 11)).toBeGreaterThan(0.9);
    expect(share(11, 99)).toBeLessThan(0.1);
  });

  it("has an agent on two calls only while one of them is held for the other", async () => {
    const onTwo = (await everyTenSeconds(11, 240)).flatMap((calls) =>
      floor
        .map(({ id }) => calls.flatMap(({ legs }) => legs.filter(({ party }) => isOf(party, id))))
        .filter((legs) => legs.length > 1),
    );
    expect(onTwo.length).toBeGreaterThan(0);
    expect(onTwo.map((legs) => legs.map(({ holding }) => holding).sort())).toEqual(onTwo.map(() => [false, true]));
  });

  it("shows live calls at once: the first is answered within six seconds", async () => {
    const { clock, recorder } = await simulated({ seed: 1, people: floor });
    await clock.advance(6_000);
    const calls = [...recorder.picture().calls.values()];
    expect(calls.length).toBeGreaterThanOrEqual(4);
    expect(calls.some(({ answeredAt }) => answeredAt !== undefined)).toBe(true);
  });

  it("has calls of every kind: by each queue, direct, outbound, between agents, held by both sides, without a name", async () => {
    const calls = callsIn(await twoHours(3));
    const legs = calls.flatMap((call) => call.legs);
    expect(new Set(calls.map((call) => call.direction))).toEqual(new Set(["inbound", "outbound", "internal"]));
    expect(new Set(calls.map((call) => call.queue))).toEqual(new Set(["support", "sales", undefined]));
    const holders = legs.filter(({ holding }) => holding).map(({ party }) => party.kind);
    expect(new Set(holders)).toEqual(new Set(["internal", "external"]));
    expect(legs.some(({ party }) => party.kind === "external" && party.name === "")).toBe(true);
  });

  it("has a queue's calls at the agents of that team alone", async () => {
    const rung = callsIn(await twoHours(3)).filter((call) => call.queue !== undefined && call.answeredAt === undefined);
    const strangers = rung.filter(({ queue = "", legs }) =>
      legs.every(({ party }) => !floor.some(({ id, teams }) => isOf(party, id) && teams.includes(queue))),
    );
    expect(rung.length).toBeGreaterThan(50);
    expect(strangers).toEqual([]);
  });

  it("R14 rings nobody who is paused, by the queue or otherwise, and rings them again when that is over", async () => {
    const jonas = "3002" as PersonId;
    const { pbx, clock, recorder } = await simulated({ seed: 3, people: floor });
    const partIn = () => callsOf(recorder).filter(({ legs }) => legs.some(({ party }) => isOf(party, jonas)));
    await clock.advance(20 * minute);
    expect(partIn().length).toBeGreaterThan(3);
    await pbx.routing.pause(jonas);
    await clock.advance(20 * minute);
    const before = partIn().length;
    await clock.advance(60 * minute);
    expect(partIn().length).toBe(before);
    await pbx.routing.lift(() => true);
    await clock.advance(20 * minute);
    expect(
      partIn()
        .slice(before)
        .some(({ queue }) => queue === "sales"),
    ).toBe(true);
  });

  it("has conversations of about three minutes, few much longer", async () => {
    const lengths = talksIn(await twoHours(5)).sort((a, b) => a - b);
    const at = (share: number) => lengths[Math.floor(lengths.length * share)] ?? 0;
    expect(lengths.length).toBeGreaterThan(100);
    expect(at(0.5)).toBeGreaterThan(2 * minute);
    expect(at(0.5)).toBeLessThan(4 * minute);
    expect(at(0.95)).toBeLessThan(12 * minute);
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
  const simulator = await simulated({ seed, people: floor });
  for (let round = 0; round < 360; round += 1) {
    await simulator.clock.advance(20_000);
    await beside(simulator, round);
  }
  return simulator.said;
}

/** What is live, every ten seconds, after the first minute. */
async function everyTenSeconds(seed: number, minutes: number): Promise<readonly (readonly Call[])[]> {
  const { clock, recorder } = await simulated({ seed, people: floor });
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

function callsOf({ events }: PbxRecorder): readonly Call[] {
  return events.flatMap((event) => (event.type === "call" ? [event.call] : []));
}

function isOf(party: Party, person: PersonId): boolean {
  return party.kind === "internal" && party.person === person;
}

/** How long those who talked with a customer did, in milliseconds. */
function talksIn(said: readonly Said[]): number[] {
  const live = new Map<CallId, Call>();
  return said.flatMap(({ at, event }) => {
    if (event.type === "call") live.set(event.call.id, event.call);
    if (event.type !== "call-ended") return [];
    const { answeredAt, direction } = live.get(event.call) ?? {};
    return answeredAt === undefined || direction === "internal" ? [] : [at - answeredAt];
  });
}

function idOf(number: number): SupervisionId {
  return `s${String(number).padStart(16, "0")}` as SupervisionId;
}
