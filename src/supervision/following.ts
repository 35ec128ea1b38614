import type { Call, CallId, Ending, Leg, LegId, Person, PersonId, Supervision } from "../model/index.js";
import { callWithLeg, personOf, type State } from "../state/index.js";
import { isCrowded, refuseToGoOn, refuseToSee, type SitePolicy } from "./policy.js";

/** Where the customer's call is, for the supervision that follows it (R18). */
export type Course =
  /** With the agent, as it was. */
  | { readonly kind: "stays" }
  /** With nobody yet. `known`: it rings, or waits in a queue or parked; else it may be anywhere, such as at a voicemail. */
  | { readonly kind: "waits"; readonly known: boolean }
  /** With an agent of whom the supervisor may hear it. */
  | { readonly kind: "moves"; readonly to: Place }
  | { readonly kind: "ends"; readonly ending: Ending };

/** The agent's leg that a supervision follows the call to. */
export interface Place {
  readonly agent: PersonId;
  readonly call: CallId;
  readonly leg: LegId;
}

/**
 * Where the call is that this supervision is of. Rights are asked again of whatever it has come to; who is not certain is
 * nobody. Back at the same agent after it has left them, it moves too: they are told as anybody else.
 */
export function courseOf(state: State, policy: SitePolicy, supervision: Supervision): Course {
  if (state.pbx !== "ready") return { kind: "stays" };
  const call = state.calls.get(supervision.call) ?? callWithLeg(state, supervision.leg);
  if (!call || call.legs.length === 0) return ends("call-ended");
  const supervisor = state.people.get(supervision.supervisor);
  if (!state.people.has(supervision.agent)) return ends("not-allowed");
  if (!supervisor) return ends("not-allowed");
  const theirs = call.legs.find(({ party }) => personOf(party) === supervisor.id);
  // They have answered a call that was given to them in some other way.
  if (theirs) return ends(theirs.state === "up" ? "took-over" : "not-allowed");
  const forbidden = refuseToGoOn(state, policy, supervision, call);
  if (forbidden) return ends(forbidden === "never-supervised" ? forbidden : "forbidden");
  const agents = agentsOf(state, call);
  const own = agents.find(({ leg, agent }) => leg.id === supervision.leg && agent.id === supervision.agent);
  if (!own || supervision.between) return courseWithout(state, policy, supervision, { call, agents, supervisor });
  // The call is where it was: somebody was given other teams or another role.
  return refuseToSee(supervisor, own.agent, call) ? ends("forbidden") : { kind: "stays" };
}

interface Agent {
  readonly leg: Leg;
  readonly agent: Person;
}

function agentsOf(state: State, call: Call): readonly Agent[] {
  return call.legs.flatMap((leg) => {
    const person = personOf(leg.party);
    const agent = person && state.people.get(person);
    return agent ? [{ leg, agent }] : [];
  });
}

/** Where a call is that has left its agent. Of several agents, whoever came last has taken the place. */
function courseWithout(
  state: State,
  policy: SitePolicy,
  supervision: Supervision,
  { call, agents, supervisor }: { call: Call; agents: readonly Agent[]; supervisor: Person },
): Course {
  const up = call.legs.filter((leg) => leg.state === "up");
  if (up.length < 2) return { kind: "waits", known: call.waiting === true || call.legs.length > up.length };
  const talking = agents.filter(({ leg }) => leg.state === "up").reverse();
  const [first] = talking;
  if (!first) return ends("went-outside");
  const allowed = talking.filter(({ agent }) => !refuseToSee(supervisor, agent, call));
  if (allowed.length === 0 || isCrowded(state, policy, call, supervision)) return ends("not-allowed");
  const next = allowed.find(({ leg }) => leg.certain);
  if (!next) return ends("leg-uncertain");
  return { kind: "moves", to: { agent: next.agent.id, call: call.id, leg: next.leg.id } };
}

function ends(ending: Ending): Course {
  return { kind: "ends", ending };
}
