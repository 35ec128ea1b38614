import type { Call, Leg, LegId, Mode, Person, PersonId, RefusalCode, Supervision, Visibility } from "../model/index.js";
import { callWithLeg, personOf, privateSince, type State, supervisionBy } from "../state/index.js";

/** The site's own choices. */
export interface SitePolicy {
  readonly hidden: "allowed" | "forbidden";
  /** After how many minutes a private call is no more; 0 for never (R20). */
  readonly private?: { readonly limit: number };
}

/** How many supervisors one call takes (R16). */
export const maxSupervisorsOnCall = 3;

/** Whether this person's role may supervise at all (R1). */
export function maySupervise(person: Person): boolean {
  switch (person.role) {
    case "administrator":
    case "team-manager":
    case "agent-plus":
      return true;
    case "agent":
      return false;
    default:
      return person.role satisfies never;
  }
}

/** Why `supervisor` may not even see this agent's call on the board (R1); undefined when they may. */
export function refuseToSee(supervisor: Person, agent: Person, call: Call): RefusalCode | undefined {
  if (!maySupervise(supervisor)) return "role-may-not-supervise";
  if (isParty(call, supervisor.id)) return "own-call";
  return seesTeams(supervisor, agent.teams) ? undefined : "team-not-yours";
}

/** Whether somebody who may supervise is given people of these teams (R1). */
export function seesTeams(supervisor: Person, teams: readonly string[]): boolean {
  return supervisor.role === "administrator" || teams.some((team) => supervisor.teams.includes(team));
}

/** Why a supervision of this leg may not begin now (R1, R3, R16, R20); undefined when it may. */
export function refuseToStart(
  state: State,
  policy: SitePolicy,
  supervisorId: PersonId,
  legId: LegId,
  wish: { readonly visibility?: Visibility; readonly mode: Mode },
): RefusalCode | undefined {
  const supervisor = state.people.get(supervisorId);
  if (!supervisor || !maySupervise(supervisor)) return "role-may-not-supervise";
  if (state.pbx !== "ready") return "pbx-away";
  const found = agentLeg(state, legId);
  if (!found) return "call-gone";
  const unseen = refuseToSee(supervisor, found.agent, found.call);
  if (unseen) return unseen;
  if (supervisionBy(state, supervisorId)) return "already-supervising";
  if (wish.visibility === "hidden" && policy.hidden === "forbidden") return "hidden-forbidden";
  if (isPrivate(state, found.call)) return "call-private";
  if (found.leg.state !== "up" || found.call.answeredAt === undefined) return "call-not-answered";
  if (wish.mode !== "listen" && !found.leg.certain) return "leg-uncertain";
  if (supervisorsOn(state, found.call) >= maxSupervisorsOnCall) return "too-many-supervisors";
  return undefined;
}

/** Why a supervision under way may not go to this mode with an open or muted mic (R7, R8); undefined when it may. */
export function refuseMode(state: State, supervision: Supervision, mode: Mode): RefusalCode | undefined {
  if (mode === "listen") return undefined;
  if (state.pbx !== "ready") return "pbx-away";
  const found = agentLeg(state, supervision.leg);
  if (!found) return "call-gone";
  if (isPrivate(state, found.call)) return "call-private";
  return found.leg.certain ? undefined : "leg-uncertain";
}

/** Why the mic may not be opened now (R18), beside what `refuseMode` says; undefined when it may. */
export function refuseMic(state: State, supervision: Supervision): RefusalCode | undefined {
  return agentLeg(state, supervision.leg)?.leg.second ? "second-leg" : refuseMode(state, supervision, supervision.mode);
}

/** Whether nobody may hear this call now, nor be heard on it (R20). */
export function isPrivate(state: State, call: Call): boolean {
  return privateSince(state, call.id) !== undefined;
}

/** Whether the call that this supervision is of is private (R20). */
export function isOfPrivate(state: State, { call, leg }: Supervision): boolean {
  const at = state.calls.get(call) ?? callWithLeg(state, leg);
  return at !== undefined && isPrivate(state, at);
}

/** The agent's leg of that id with its call and person; undefined when it is gone or nobody's we know. */
export function agentLeg(
  state: State,
  id: LegId,
): { readonly call: Call; readonly leg: Leg; readonly agent: Person } | undefined {
  const call = callWithLeg(state, id);
  const leg = call?.legs.find((one) => one.id === id);
  const person = leg && personOf(leg.party);
  const agent = person && state.people.get(person);
  return call && leg && agent ? { call, leg, agent } : undefined;
}

/** Whether this person has a leg of the call, ringing or up. */
export function isParty(call: Call, person: PersonId): boolean {
  return call.legs.some((leg) => personOf(leg.party) === person);
}

/** How many supervise this call by one of its legs, `except` not counted (R16). */
export function supervisorsOn(state: State, call: Call, except?: Supervision): number {
  let count = 0;
  for (const supervision of state.supervisions.values()) {
    if (supervision.id === except?.id) continue;
    if (call.legs.some((leg) => leg.id === supervision.leg)) count += 1;
  }
  return count;
}
