import { beforeAll, describe, expect, it } from "vitest";
import type { Call, CallId, Leg } from "../../src/model/index.js";
import { floor, type Said, simulated } from "./simulated.ts";

/** A call before and after one event, and the event after that. */
interface Change {
  readonly before: Call | undefined;
  readonly now: Call;
  readonly next: Said | undefined;
}

let said: readonly Said[];
let changes: readonly Change[];

beforeAll(async () => {
  const simulator = await simulated({ seed: 5, people: floor });
  await simulator.clock.advance(3 * 3_600_000);
  said = simulator.said;
  const live = new Map<CallId, Call>();
  changes = said.flatMap(({ event }, place) => {
    if (event.type === "call-ended") live.delete(event.call);
    if (event.type !== "call") return [];
    const before = live.get(event.call.id);
    live.set(event.call.id, event.call);
    return [{ before, now: event.call, next: said[place + 1] }];
  });
});

/** Where an answered call has another agent's leg than before, in that state. */
function transfers(
  state: Leg["state"],
): readonly { readonly before: Call; readonly now: Call; readonly next?: Said }[] {
  return changes.flatMap(({ before, now, next }) => {
    if (before?.answeredAt === undefined || agentLeg(before)?.id === agentLeg(now)?.id) return [];
    return agentLeg(now)?.state === state ? [{ before, now, ...(next && { next }) }] : [];
  });
}

function agentLeg(call: Call): Leg | undefined {
  return call.legs.find(({ party }) => party.kind === "internal");
}

function kept({ id, direction, queue, startedAt, answeredAt, legs }: Call): object {
  return {
    id,
    direction,
    queue,
    startedAt,
    answeredAt,
    outside: legs.find(({ party }) => party.kind === "external")?.id,
  };
}

describe("a transfer at the simulator, as at a real PBX", () => {
  it("blind: the call keeps its id, its outside leg and the time of its answer while the next phone rings", () => {
    const blind = transfers("ringing");
    expect(blind.length).toBeGreaterThan(3);
    expect(blind.map(({ now }) => kept(now))).toEqual(blind.map(({ before }) => kept(before)));
  });

  it("blind: the time of its answer stays the first one when the next agent answers", () => {
    const taken = changes.flatMap(({ before, now }) => {
      if (before?.answeredAt === undefined || agentLeg(before)?.state !== "ringing") return [];
      return agentLeg(now)?.state === "up" ? [{ before, now }] : [];
    });
    expect(taken.length).toBeGreaterThan(3);
    expect(taken.map(({ now }) => kept(now))).toEqual(taken.map(({ before }) => kept(before)));
  });

  it("attended: the customer's call goes on with the leg of the consultation, whose call ends after it", () => {
    const attended = transfers("up");
    expect(attended.length).toBeGreaterThan(3);
    expect(attended.map(({ now }) => kept(now))).toEqual(attended.map(({ before }) => kept(before)));
    const consulted = attended.map(({ now }) => agentLeg(now)?.id.replace(/\.\d+$/, ""));
    const ended = attended.map(({ next }) => (next?.event.type === "call-ended" ? next.event.call : undefined));
    expect(ended).toEqual(consulted);
    const holds = attended.map(({ before }) => agentLeg(before)?.holding);
    expect(holds).toEqual(attended.map(() => true));
  });
});

describe("a queue of the simulator", () => {
  it("rings the next agent for the same call where one does not answer", () => {
    const begun = changes.filter(({ before }) => before === undefined).map(({ now }) => now);
    const again = begun.filter((call, place) => begun.slice(0, place).some(({ id }) => id === call.id));
    expect(again.length).toBeGreaterThan(3);
    expect(again.filter(({ answeredAt }) => answeredAt !== undefined)).toEqual([]);
  });

  it("keeps a caller waiting who is no call before a phone rings", () => {
    const first = said.flatMap(({ at, event }) =>
      event.type === "call" && event.call.queue !== undefined && event.call.answeredAt === undefined
        ? [{ waited: at - event.call.startedAt, legs: event.call.legs }]
        : [],
    );
    expect(first.filter(({ waited }) => waited > 20_000).length).toBeGreaterThan(3);
    expect(first.filter(({ legs }) => legs.length !== 2)).toEqual([]);
  });

  it("loses callers who give up while a phone rings", () => {
    const live = new Map<CallId, Call>();
    const lost = said.filter(({ event }) => {
      if (event.type === "call") live.set(event.call.id, event.call);
      return event.type === "call-ended" && live.get(event.call)?.answeredAt === undefined;
    });
    expect(lost.length).toBeGreaterThan(3);
  });
});
