import type {
  Call,
  CallId,
  Leg,
  LegId,
  Mode,
  Person,
  PersonId,
  PolicyConfig,
  RefusalCode,
  Supervision,
  Switches,
  Team,
  Visibility,
} from "../model/index.js";
import { callWithLeg, isOpen, personOf, privateSince, type State, supervisionBy } from "../state/index.js";

/** The site's own choices, and those of its teams. */
export interface SitePolicy extends PolicyConfig {
  readonly teams?: readonly Team[];
}

/** Where the site says nothing else. */
export const usualSupervisorsPerCall = 3;

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
  if (call.never) return "never-supervised";
  return seesTeams(supervisor, agent.teams) ? undefined : "team-not-yours";
}

/**
 * What site, teams and people together forbid on this call: the strictest wins (R20). Everybody of ours who talks on it
 * counts, whoever's leg is supervised: the others are heard as well.
 */
export function forbiddenOn(
  state: State,
  policy: SitePolicy,
  call: Call,
): { readonly hidden: boolean; readonly supervision: boolean } {
  const choices: Switches[] = [];
  for (const { party, state: legState } of call.legs) {
    const person = legState === "up" ? personOf(party) : undefined;
    const known = person && state.people.get(person);
    if (!known) continue;
    choices.push(known);
    for (const team of policy.teams ?? []) if (known.teams.includes(team.name)) choices.push(team);
  }
  const supervision = policy.supervision === "forbidden" || choices.some((one) => one.supervision === "forbidden");
  return {
    supervision,
    hidden: supervision || policy.hidden === "forbidden" || choices.some((one) => one.hidden === "forbidden"),
  };
}

/** Why this supervision may not go on on this call, by what is forbidden there (R20); undefined when it may. */
export function refuseToGoOn(
  state: State,
  policy: SitePolicy,
  { visibility }: Pick<Supervision, "visibility">,
  call: Call,
): RefusalCode | undefined {
  if (mayCarryNever(state, call)) return "never-supervised";
  const forbidden = forbiddenOn(state, policy, call);
  if (forbidden.supervision) return "supervision-forbidden";
  return visibility === "hidden" && forbidden.hidden ? "hidden-forbidden" : undefined;
}

function mayCarryNever(state: State, call: Call): boolean {
  return mayCarry(state, call, (id) => state.calls.get(id)?.never === true);
}

/** A phone that is on such a call as well can join the two by itself, and pass on what is said there. */
function mayCarry(state: State, call: Call, isSuch: (id: CallId) => boolean): boolean {
  if (isSuch(call.id)) return true;
  return call.legs.some(({ party }) => {
    const person = personOf(party);
    return person !== undefined && [...(state.callsOfPerson.get(person) ?? [])].some(isSuch);
  });
}

/** Whether somebody who may supervise is given people of these teams (R1). */
export function seesTeams(supervisor: Person, teams: readonly string[]): boolean {
  return supervisor.role === "administrator" || teams.some((team) => supervisor.teams.includes(team));
}

/** Why a supervision of this leg may not begin now (R1, R3, R14, R16, R20); undefined when it may. */
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
  if (state.callsOfPerson.has(supervisorId)) return "busy-yourself";
  const forbidden = refuseToGoOn(state, policy, { visibility: wish.visibility ?? "visible" }, found.call);
  if (forbidden) return forbidden;
  if (isPrivate(state, found.call)) return "call-private";
  if (found.leg.state !== "up" || found.call.answeredAt === undefined) return "call-not-answered";
  if (wish.mode !== "listen" && !found.leg.certain) return "leg-uncertain";
  return isCrowded(state, policy, found.call) ? "too-many-supervisors" : undefined;
}

/** Why a supervision under way may not go to this mode with an open or muted mic (R7, R8); undefined when it may. */
export function refuseMode(state: State, supervision: Supervision, mode: Mode): RefusalCode | undefined {
  if (mode === "listen") return undefined;
  if (supervision.takingOver || supervision.given) return "already-handing-over";
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

/** Whether nobody may hear this call now, nor be heard on it (R20): it is private, or another call of its people is. */
export function isPrivate(state: State, call: Call): boolean {
  return mayCarry(state, call, (id) => privateSince(state, id) !== undefined);
}

/** Whether the call that this supervision is of is private, as `isPrivate` says (R20). */
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

/** The supervisions whose heads-up this agent has not answered, whoever asked first first (R15). */
export function openHeadsUps(state: State, agent: PersonId): readonly Supervision[] {
  return [...state.supervisions.values()]
    .filter((one) => one.agent === agent && one.visibility === "visible" && isOpen(one.headsUp))
    .sort((a, b) => (a.headsUp?.at ?? 0) - (b.headsUp?.at ?? 0) || (a.id < b.id ? -1 : 1));
}

/** Whether this person has a leg of the call, ringing or up. */
export function isParty(call: Call, person: PersonId): boolean {
  return call.legs.some((leg) => personOf(leg.party) === person);
}

/** Whether as many supervise this call as may, `except` not counted (R16). */
export function isCrowded(state: State, policy: SitePolicy, call: Call, except?: Supervision): boolean {
  const others = supervisionsOf(state, call.id).filter(({ id }) => id !== except?.id);
  return others.length >= (policy.supervisorsPerCall ?? usualSupervisorsPerCall);
}

/** Every supervision of this call, hidden ones too. */
export function supervisionsOf(state: State, call: CallId): readonly Supervision[] {
  return [...state.supervisions.values()].filter((one) => callOf(state, one) === call);
}

/** The call that this supervision is of: where its leg is now. */
export function callOf(state: State, { leg, call }: Supervision): CallId {
  return state.callOfLeg.get(leg) ?? call;
}
