import type { Leg, Person, PersonId, RefusalCode, Supervision } from "../model/index.js";
import { callWithLeg, personOf, type State } from "../state/index.js";
import { agentLeg, isOfPrivate, isParty, isPrivate, maySupervise, seesTeams } from "./policy.js";

/** Whether this person's role may take a call over by a key of its own (R13); any supervisor may be given one. */
export function mayTakeOver(person: Person): boolean {
  switch (person.role) {
    case "administrator":
    case "team-manager":
      return true;
    case "agent-plus":
    case "agent":
      return false;
    default:
      return person.role satisfies never;
  }
}

/** Whether an agent may be offered this person for a call of theirs (R13). */
export function mayBeHandedTo(person: Person, agent: Person): boolean {
  return person.id !== agent.id && maySupervise(person) && seesTeams(person, agent.teams);
}

/** Why this supervisor's leg cannot become a party of the call now (R13); undefined when it can. */
export function refuseToTakeOver(state: State, supervision: Supervision): RefusalCode | undefined {
  const { facts } = supervision;
  if (supervision.ending) return "not-supervising";
  if (supervision.between) return "between-agents";
  if (supervision.takingOver || supervision.given) return "already-handing-over";
  if (facts?.leg === "held") return "on-hold";
  if (facts?.leg !== "up" || facts.ear !== supervision.leg) return "still-connecting";
  // Everybody on the call is about to hear them: the agent is told first, whatever the mode.
  if (supervision.visibility === "hidden") return "still-connecting";
  if (supervision.told === "not-told" || supervision.told === "sending") return "still-connecting";
  const person = state.people.get(supervision.agent);
  const leg = agentLeg(state, supervision.leg);
  if (!person || leg?.agent.id !== person.id) return "call-gone";
  return refuseToHandOver(state, person.id, leg.leg);
}

/** Why this supervisor's leg cannot be connected with what the agent's own phone gives them (R13); undefined when it can. */
export function refuseToReceive(state: State, supervision: Supervision): RefusalCode | undefined {
  const { facts, given, told } = supervision;
  if (state.pbx !== "ready") return "pbx-away";
  if (supervision.ending) return "not-supervising";
  if (facts?.leg === "held") return "on-hold";
  // Whoever gives it has been told who is there.
  if (facts?.leg !== "up" || told === "not-told" || told === "sending") return "still-connecting";
  if (supervision.private || isOfPrivate(state, supervision)) return "call-private";
  const call = given && callWithLeg(state, given);
  if (!call) return "call-gone";
  return isPrivate(state, call) ? "call-private" : undefined;
}

/** Why the call of this leg cannot be put into one bridge with a third party now; undefined when it can. */
export function refuseToHandOver(state: State, agent: PersonId, leg: Leg): RefusalCode | undefined {
  if (state.pbx !== "ready") return "pbx-away";
  const found = agentLeg(state, leg.id);
  if (!found || found.agent.id !== agent) return "call-gone";
  if (!found.leg.certain) return "leg-uncertain";
  if (isPrivate(state, found.call)) return "call-private";
  // The phone itself could pass on what is said.
  if (found.leg.second) return "second-leg";
  const { legs, answeredAt } = found.call;
  if (answeredAt === undefined || legs.some((one) => one.state !== "up")) return "call-not-answered";
  return legs.length === 2 ? undefined : "more-than-two";
}

/** The leg of the one call that this agent is in talk on; undefined where there is none, or more than one. */
export function talkingLeg(state: State, agent: PersonId): Leg | undefined {
  const calls = [...(state.callsOfPerson.get(agent) ?? [])].flatMap((id) => state.calls.get(id) ?? []);
  const [call, another] = calls;
  if (!call || another || call.answeredAt === undefined) return undefined;
  return call.legs.find((leg) => personOf(leg.party) === agent && leg.state === "up");
}

/** Everybody this agent may be offered, beside who is a party already; by name. */
export function handOverTargets(state: State, agent: Person, leg: Leg): readonly Person[] {
  const call = agentLeg(state, leg.id)?.call;
  if (!call) return [];
  const targets = [...state.people.values()].filter((one) => mayBeHandedTo(one, agent) && !isParty(call, one.id));
  return targets.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.extension < b.extension ? -1 : 1));
}
