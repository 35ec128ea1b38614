import type { AgentCall, Person } from "../model/index.js";
import { type BoardList, boardOrder, personOf, type State } from "../state/index.js";
import { maySupervise, refuseToSee, seesTeams } from "../supervision/index.js";

/** The calls that one person may see, in the order of the board. */
export interface VisibleCalls {
  readonly total: number;
  slice(from: number, count: number): readonly AgentCall[];
}

/**
 * What a page shows of the calls is read off the lists that the state keeps in order, so that a page costs the same with
 * ten calls as with ten thousand.
 */
export function visibleCalls(state: State, person: Person): VisibleCalls {
  if (!maySupervise(person)) return { total: 0, slice: () => [] };
  const lists = [...state.boardLists.all()].filter(({ teams }) => seesTeams(person, teams));
  const own = ownEntries(state, person);
  const [only, another] = lists;
  return {
    total: lists.reduce((sum, { entries }) => sum + entries.length, 0) - own,
    slice: (from, count) => {
      if (own === 0 && only && !another) return only.entries.slice(from, from + count);
      const found: AgentCall[] = [];
      let skip = from;
      for (const entry of merged(lists)) {
        if (found.length === count) break;
        const agent = state.people.get(entry.agent);
        if (!agent || refuseToSee(person, agent, entry.call)) continue;
        if (skip > 0) skip -= 1;
        else found.push(entry);
      }
      return found;
    },
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

function* merged(lists: readonly BoardList[]): Iterable<AgentCall> {
  const rest = lists.map(({ entries }) => ({ entries, at: 0 }));
  for (;;) {
    let best: { entry: AgentCall; of: { at: number } } | undefined;
    for (const of of rest) {
      const entry = of.entries[of.at];
      if (entry && (!best || boardOrder(entry, best.entry) < 0)) best = { entry, of };
    }
    if (!best) return;
    best.of.at += 1;
    yield best.entry;
  }
}
