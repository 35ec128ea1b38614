import type { AgentCall, Board, BoardEntry, BoardOrder, CallList, LegId, Person, SearchText } from "../model/index.js";
import type { State } from "../state/index.js";
import { agentLeg, forbiddenOn, isPrivate, refuseToSee, refuseToStart, type SitePolicy } from "../supervision/index.js";
import { matcher } from "./search.js";
import { otherSide, stateOf } from "./sides.js";
import { type VisibleCalls, visibleCalls } from "./visible-calls.js";

/** The live board of one person. Nothing is looked up before it is asked for: most pages have no board. */
export class PersonalBoard implements Board {
  readonly order: BoardOrder;
  readonly #state: State;
  readonly #policy: SitePolicy;
  readonly #person: Person;
  #calls: VisibleCalls | undefined;

  constructor(state: State, policy: SitePolicy, person: Person) {
    this.order = state.boardOrders.get(person.id) ?? "longest";
    this.#state = state;
    this.#policy = policy;
    this.#person = person;
  }

  get total(): number {
    return this.#visible().total;
  }

  slice(from: number, count: number): readonly BoardEntry[] {
    return this.#entries(this.#visible().slice(from, count));
  }

  search(text: SearchText): CallList {
    const found = this.#visible().matching(matcher(this.#state, text));
    return { total: found.total, slice: (from, count) => this.#entries(found.slice(from, count)) };
  }

  find(leg: LegId): BoardEntry | undefined {
    const found = agentLeg(this.#state, leg);
    if (!found || refuseToSee(this.#person, found.agent, found.call)) return undefined;
    return this.#entry({ call: found.call, leg: found.leg, agent: found.agent.id });
  }

  #visible(): VisibleCalls {
    this.#calls ??= visibleCalls(this.#state, this.#person, this.order);
    return this.#calls;
  }

  #entries(those: readonly AgentCall[]): readonly BoardEntry[] {
    return those.flatMap((one) => this.#entry(one) ?? []);
  }

  #entry(one: AgentCall): BoardEntry | undefined {
    return boardEntry(this.#state, this.#policy, this.#person, one);
  }
}

function boardEntry(state: State, policy: SitePolicy, person: Person, one: AgentCall): BoardEntry | undefined {
  const { call, leg } = one;
  const agent = state.people.get(one.agent);
  if (!agent) return undefined;
  const refusal = refuseToStart(state, policy, person.id, leg.id, { mode: "listen" });
  return {
    call: call.id,
    leg: leg.id,
    agent,
    other: otherSide(state, call, leg),
    direction: call.direction,
    state: stateOf(call, leg),
    private: isPrivate(state, call),
    startedAt: call.startedAt,
    help: state.help.has(agent.id),
    hiddenAllowed: !forbiddenOn(state, policy, call).hidden,
    ...(call.queue !== undefined && { queue: call.queue }),
    ...(call.answeredAt !== undefined && { answeredAt: call.answeredAt }),
    ...(refusal && { refusal }),
  };
}
