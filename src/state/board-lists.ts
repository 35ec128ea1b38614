import type { AgentCall, BoardOrder, Call, CallId, Person, PersonId } from "../model/index.js";
import { folded } from "./folding.js";

/** An order that is kept; the newest first is the longest first, read from its end. */
type KeptOrder = Exclude<BoardOrder, "newest">;
const keptOrders = ["longest", "agent", "queue"] as const satisfies readonly KeptOrder[];

/** The live calls of all people who are in exactly these teams, in each order of the board. */
export interface BoardList {
  readonly teams: readonly string[];
  readonly entries: Readonly<Record<KeptOrder, readonly BoardListEntry[]>>;
}

/** A call of an agent, with what it is sorted by beside its own times. */
export interface BoardListEntry extends AgentCall {
  /** The agent's name as it was when the call came, without case and accents. */
  readonly name: string;
  readonly queue: string;
}

interface Entries extends BoardList {
  readonly entries: Readonly<Record<KeptOrder, BoardListEntry[]>>;
}

interface Place {
  readonly list: Entries;
  readonly entry: BoardListEntry;
}

/** By combination of teams. Every agent's call stands in exactly one list, so that lists can be counted together. */
export class BoardLists {
  readonly #people: ReadonlyMap<PersonId, Person>;
  readonly #lists = new Map<string, Entries>();
  /** Where each call was put: it is taken from there, whatever has become of its people. */
  readonly #places = new Map<CallId, readonly Place[]>();

  constructor(people: ReadonlyMap<PersonId, Person>) {
    this.#people = people;
  }

  all(): Iterable<BoardList> {
    return this.#lists.values();
  }

  /** What of this call stands in the lists, and in the list of which teams. */
  of(call: CallId): Iterable<{ readonly list: Pick<BoardList, "teams">; readonly entry: BoardListEntry }> {
    return this.#places.get(call) ?? [];
  }

  /** A call that is never shown is in no list. */
  put(call: Call): void {
    this.drop(call);
    const places = [...this.#placesFor(call)];
    this.#places.set(call.id, places);
    for (const { list, entry } of places) {
      for (const order of keptOrders) {
        const entries = list.entries[order];
        entries.splice(placeOf(entries, entry, order), 0, entry);
      }
    }
  }

  drop({ id }: Pick<Call, "id">): void {
    for (const { list, entry } of this.#places.get(id) ?? []) {
      for (const order of keptOrders) {
        const entries = list.entries[order];
        const at = placeOf(entries, entry, order);
        if (entries[at] === entry) entries.splice(at, 1);
      }
    }
    this.#places.delete(id);
  }

  *#placesFor(call: Call): Iterable<Place> {
    if (call.never) return;
    for (const leg of call.legs) {
      const person = leg.party.kind === "internal" ? this.#people.get(leg.party.person) : undefined;
      if (!person) continue;
      const sortedBy = { name: folded(person.name), queue: folded(call.queue ?? "") };
      yield { list: this.#list(person.teams), entry: { call, leg, agent: person.id, ...sortedBy } };
    }
  }

  #list(given: readonly string[]): Entries {
    const teams = [...new Set(given)].sort();
    const key = JSON.stringify(teams);
    const list = this.#lists.get(key) ?? { teams, entries: { longest: [], agent: [], queue: [] } };
    this.#lists.set(key, list);
    return list;
  }
}

/**
 * Which of two calls is first on a board of this order. `longest`: calls in talk, the longest first, then those that
 * ring; `newest`: the other way round; `agent` by name; `queue` by name, calls without one last; within these the longest
 * first. Never 0 for two different entries.
 */
export function boardOrder(a: BoardListEntry, b: BoardListEntry, order: BoardOrder): number {
  switch (order) {
    case "longest":
      return byTime(a, b);
    case "newest":
      return byTime(b, a);
    case "agent":
      return compared(a.name, b.name) || compared(a.agent, b.agent) || byTime(a, b);
    case "queue":
      return Number(a.queue === "") - Number(b.queue === "") || compared(a.queue, b.queue) || byTime(a, b);
    default:
      return order satisfies never;
  }
}

function byTime(a: AgentCall, b: AgentCall): number {
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
function placeOf(list: readonly BoardListEntry[], entry: BoardListEntry, order: KeptOrder): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = list[middle];
    if (there && boardOrder(there, entry, order) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
