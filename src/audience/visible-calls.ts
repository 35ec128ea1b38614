import type { BoardOrder, Person } from "../model/index.js";
import { type BoardList, type BoardListEntry, boardOrder, personOf, type State } from "../state/index.js";
import { maySupervise, refuseToSee, seesTeams } from "../supervision/index.js";

/** Calls that one person may see, in an order of the board. */
export interface SeenCalls {
  readonly total: number;
  slice(from: number, count: number): readonly BoardListEntry[];
}

export interface VisibleCalls extends SeenCalls {
  /** Those of them that match, in the same order. */
  matching(matches: (entry: BoardListEntry) => boolean): SeenCalls;
}

const nothing: SeenCalls = { total: 0, slice: () => [] };

/**
 * What a page shows of the calls is read off the lists that the state keeps in order, so that a page costs the same with
 * ten calls as with ten thousand.
 */
export function visibleCalls(state: State, person: Person, order: BoardOrder): VisibleCalls {
  if (!maySupervise(person)) return { ...nothing, matching: () => nothing };
  const lists = [...state.boardLists.all()]
    .filter(({ teams }) => seesTeams(person, teams))
    .map((list) => read(list, order));
  const own = ownEntries(state, person);
  const isVisible = ({ agent, call }: BoardListEntry): boolean => {
    const whose = state.people.get(agent);
    return whose !== undefined && !refuseToSee(person, whose, call);
  };
  const raised = raisedHands(state, person, order).filter(isVisible);
  return {
    total: lists.reduce((sum, { length }) => sum + length, 0) - own,
    slice: (from, count) => part(lists, order, { from, count, raised, ...(own > 0 && { isVisible }) }),
    matching: (matches) => {
      const found = lists.map((list) => inOrder(list.slice(0, list.length).filter(matches).filter(isVisible)));
      return {
        total: found.reduce((sum, { length }) => sum + length, 0),
        slice: (from, count) => part(found, order, { from, count, raised: raised.filter(matches) }),
      };
    },
  };
}

/** Calls of those who ask for help: they come first, however a board is sorted. */
function raisedHands(state: State, person: Person, order: BoardOrder): readonly BoardListEntry[] {
  const found: BoardListEntry[] = [];
  for (const agent of state.help) {
    for (const call of state.callsOfPerson.get(agent) ?? []) {
      for (const { list, entry } of state.boardLists.of(call))
        if (entry.agent === agent && seesTeams(person, list.teams)) found.push(entry);
    }
  }
  return found.sort((one, other) => boardOrder(one, other, order));
}

/** So many calls of some lists, `raised` first, which stand in them too; `isVisible` where not all are for this person. */
function part(
  lists: readonly Reading[],
  order: BoardOrder,
  of: {
    readonly from: number;
    readonly count: number;
    readonly raised: readonly BoardListEntry[];
    readonly isVisible?: (entry: BoardListEntry) => boolean;
  },
): readonly BoardListEntry[] {
  const { from, count, raised, isVisible } = of;
  const [only, another] = lists;
  if (!isVisible && raised.length === 0 && only && !another) return only.slice(from, count);
  const first = new Set(raised);
  const found = raised.slice(from, from + count);
  let skip = Math.max(0, from - raised.length);
  for (const entry of merged(lists, order)) {
    if (found.length === count) break;
    if (first.has(entry) || (isVisible && !isVisible(entry))) continue;
    if (skip > 0) skip -= 1;
    else found.push(entry);
  }
  return found;
}

/** One list in one order. */
interface Reading {
  readonly length: number;
  at(place: number): BoardListEntry | undefined;
  slice(from: number, count: number): readonly BoardListEntry[];
}

function read({ entries: { longest, agent, queue } }: BoardList, order: BoardOrder): Reading {
  switch (order) {
    case "longest":
      return inOrder(longest);
    case "newest":
      return {
        length: longest.length,
        at: (place) => longest[longest.length - 1 - place],
        slice: (from, count) => {
          const end = Math.max(0, longest.length - from);
          return longest.slice(Math.max(0, end - count), end).reverse();
        },
      };
    case "agent":
      return inOrder(agent);
    case "queue":
      return inOrder(queue);
    default:
      return order satisfies never;
  }
}

function inOrder(entries: readonly BoardListEntry[]): Reading {
  return {
    length: entries.length,
    at: (place) => entries[place],
    slice: (from, count) => entries.slice(from, from + count),
  };
}

/** How many entries of the lists are of calls that this person is a party to: they see none of those. */
function ownEntries(state: State, person: Person): number {
  let count = 0;
  for (const id of state.callsOfPerson.get(person.id) ?? []) {
    const call = state.calls.get(id);
    // It stands in no list.
    if (call?.never) continue;
    for (const { party } of call?.legs ?? []) {
      const agent = personOf(party);
      const teams = agent && state.people.get(agent)?.teams;
      if (teams && seesTeams(person, teams)) count += 1;
    }
  }
  return count;
}

function* merged(lists: readonly Reading[], order: BoardOrder): Iterable<BoardListEntry> {
  const rest = lists.map((list) => ({ list, at: 0 }));
  for (;;) {
    let best: { entry: BoardListEntry; of: { at: number } } | undefined;
    for (const of of rest) {
      const entry = of.list.at(of.at);
      if (entry && (!best || boardOrder(entry, best.entry, order) < 0)) best = { entry, of };
    }
    if (!best) return;
    best.of.at += 1;
    yield best.entry;
  }
}
