import type { AgentCall, Call, Person, PersonId } from "../model/index.js";

/** The live calls of all people who are in exactly these teams, in the order of the board. */
export interface BoardList {
  readonly teams: readonly string[];
  readonly entries: readonly AgentCall[];
}

/** By combination of teams. Every agent's call stands in exactly one list, so that lists can be counted together. */
export class BoardLists {
  readonly #people: ReadonlyMap<PersonId, Person>;
  readonly #lists = new Map<string, { readonly teams: readonly string[]; readonly entries: AgentCall[] }>();

  constructor(people: ReadonlyMap<PersonId, Person>) {
    this.#people = people;
  }

  all(): Iterable<BoardList> {
    return this.#lists.values();
  }

  /** A call that is never shown is in no list. */
  put(call: Call): void {
    for (const { list, entry } of this.#places(call)) list.splice(placeOf(list, entry), 0, entry);
  }

  /** @param call the very one that was put. */
  drop(call: Call): void {
    for (const { list, entry } of this.#places(call)) {
      const at = placeOf(list, entry);
      const there = list[at];
      if (there && boardOrder(there, entry) === 0) list.splice(at, 1);
    }
  }

  *#places(call: Call): Iterable<{ readonly list: AgentCall[]; readonly entry: AgentCall }> {
    if (call.never) return;
    for (const leg of call.legs) {
      const person = leg.party.kind === "internal" ? this.#people.get(leg.party.person) : undefined;
      if (person) yield { list: this.#list(person.teams), entry: { call, leg, agent: person.id } };
    }
  }

  #list(given: readonly string[]): AgentCall[] {
    const teams = [...new Set(given)].sort();
    const key = JSON.stringify(teams);
    const list = this.#lists.get(key) ?? { teams, entries: [] };
    this.#lists.set(key, list);
    return list.entries;
  }
}

/** Calls in talk first, the longest first; then those that ring. Never 0 for two different entries. */
export function boardOrder(a: AgentCall, b: AgentCall): number {
  return (
    (a.call.answeredAt ?? Number.MAX_VALUE) - (b.call.answeredAt ?? Number.MAX_VALUE) ||
    a.call.startedAt - b.call.startedAt ||
    compared(a.leg.id, b.leg.id) ||
    compared(a.call.id, b.call.id)
  );
}

function compared(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Where the entry stands, or would stand. */
function placeOf(list: readonly AgentCall[], entry: AgentCall): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = list[middle];
    if (there && boardOrder(there, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
