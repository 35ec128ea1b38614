import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import {
  type BoardOrder,
  boardOrders,
  type Call,
  type Leg,
  type PbxEvent,
  type Person,
  parseCallId,
} from "../../../src/model/index.ts";
import { emptyState, personOf, reduce, type State } from "../../../src/state/index.ts";
import { refuseToSee } from "../../../src/supervision/index.ts";
import { legId, person } from "./world.ts";

const people = [
  person("9001", "Root", "administrator"),
  person("3001", "Kim", "team-manager", "support"),
  person("3002", "Lee", "agent-plus", "sales", "support"),
  person("2001", "Ana", "agent", "support"),
  person("2002", "Ben", "agent", "sales"),
  person("2003", "Cem", "agent", "support", "sales"),
  person("2004", "Dita", "agent", "sales", "support"),
  person("2005", "Eva", "agent"),
];

const party = fc.oneof(
  fc.constantFrom(...people).map(({ id }): Leg["party"] => ({ kind: "internal", person: id })),
  fc.constant<Leg["party"]>({ kind: "external", number: "+44155501", name: "Jane Doe" }),
);
const time = fc.integer({ min: 1, max: 3 });
const call = fc
  .record({
    id: fc.integer({ min: 1, max: 6 }),
    // Of a few legs, so that one moves from call to call.
    legs: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 8 }), party), {
      minLength: 1,
      maxLength: 3,
      selector: ([id]) => id,
    }),
    startedAt: time,
    queue: fc.constantFrom(undefined, "sales", "support"),
    answeredAt: fc.option(time, { nil: undefined }),
  })
  .map(
    ({ id, legs, startedAt, answeredAt, queue }): Call => ({
      id: parseCallId(`c${id}`) as Call["id"],
      direction: "inbound",
      startedAt,
      ...(answeredAt !== undefined && { answeredAt }),
      ...(queue !== undefined && { queue }),
      legs: legs.map(([leg, who]) => ({
        id: legId(`l${leg}`),
        party: who,
        state: "up",
        holding: false,
        certain: true,
      })),
    }),
  );
const event = fc.oneof(
  { weight: 6, arbitrary: call.map((one): PbxEvent => ({ type: "call", call: one })) },
  { weight: 2, arbitrary: call.map(({ id }): PbxEvent => ({ type: "call-ended", call: id })) },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(call, { maxLength: 4, selector: ({ id }) => id })
      .map((calls): PbxEvent => ({ type: "pbx-snapshot", snapshot: { calls, supervisions: [] } })),
  },
);

/** What a board of each order has first, made anew from every live call; the newest first is the longest first turned. */
const sortedBy: Readonly<Record<BoardOrder, (one: Call, agent: Person) => readonly (string | number)[]>> = {
  longest: () => [],
  newest: () => [],
  agent: (_, { name, id }) => [name.toLowerCase(), id],
  queue: ({ queue }) => [queue === undefined ? 1 : 0, queue ?? ""],
};

/** The board as the rule says it, made anew from every live call. */
function byTheRule(state: State, supervisor: Person, order: BoardOrder): string[] {
  const last = Number.MAX_SAFE_INTEGER;
  const entries = [...state.calls.values()].flatMap((one) =>
    one.legs.flatMap((leg) => {
      const agent = people.find(({ id }) => id === personOf(leg.party));
      if (!agent || refuseToSee(supervisor, agent, one)) return [];
      const time = [one.answeredAt ?? last, one.startedAt, leg.id, one.id];
      return [{ shown: `${one.id} ${leg.id}`, keys: [...sortedBy[order](one, agent), ...time] }];
    }),
  );
  entries.sort((a, b) => {
    const at = a.keys.findIndex((key, place) => key !== b.keys[place]);
    return (a.keys[at] ?? 0) < (b.keys[at] ?? 0) ? -1 : 1;
  });
  const shown = entries.map((entry) => entry.shown);
  return order === "newest" ? shown.reverse() : shown;
}

describe("the board", () => {
  it.each(boardOrders)(
    "R1 R2 shows each person the calls of their teams in the order %s, whatever happened, a part at a time",
    (order) => {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 30 }), fc.nat(6), fc.nat(6), (events, from, count) => {
          const state = emptyState(people, 0, 0);
          for (const [at, one] of events.entries()) reduce(state, { ...one, at });
          for (const each of people.slice(0, 3)) {
            reduce(state, { type: "board-sorted", person: each.id, order, at: 0 });
            const { board } = audience(state, { hidden: "allowed" }, each);
            const rule = byTheRule(state, each, order);
            expect(board.total).toBe(rule.length);
            const shown = board.slice(from, count).map(({ call: of, leg }) => `${of} ${leg}`);
            expect(shown).toEqual(rule.slice(from, from + count));
          }
        }),
        { numRuns: 300 },
      );
    },
  );

  it("a board is sorted for one person, and for nobody else", () => {
    const state = emptyState(people, 0, 0);
    const [root, kim] = people as [Person, Person];
    reduce(state, { type: "board-sorted", person: kim.id, order: "queue", at: 1 });
    const orderOf = (of: Person) => audience(state, { hidden: "allowed" }, of).board.order;
    expect([orderOf(kim), orderOf(root)]).toEqual(["queue", "longest"]);
  });

  it("R1 stays empty for somebody who may not supervise", () => {
    const state = emptyState(people, 0, 0);
    const agent = people[3] as Person;
    const calls = fc.sample(call, 5);
    for (const one of calls) reduce(state, { type: "call", call: one, at: 1 });
    const { board } = audience(state, { hidden: "allowed" }, agent);
    expect([board.total, board.slice(0, 9)]).toEqual([0, []]);
  });
});
