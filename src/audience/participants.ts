import type { Call, Leg, Participant, Participants, PersonId, Supervision } from "../model/index.js";
import type { State } from "../state/index.js";
import { callOf, isParty, supervisionsOf } from "../supervision/index.js";
import { mayBeKnown, shownAs } from "./shown.js";

/**
 * Who is on a call, for somebody who supervises it or is on it themselves (R12). What counts is the tie to the call: whoever
 * has a leg of it sees visible supervisors alone, whatever their role; supervisors see each other (R16).
 */
export function participantsOf(state: State, call: Call, viewer: PersonId): Participants {
  const party = isParty(call, viewer);
  const maySee = (one: Supervision): boolean => one.supervisor !== viewer && (!party || mayBeKnown(one));
  const seen = supervisionsOf(state, call.id).filter(maySee);
  return {
    internal: call.legs.flatMap((leg) => internal(state, leg) ?? []),
    external: call.legs.flatMap((leg) => external(leg) ?? []),
    supervisors: seen.flatMap((one) => {
      const supervisor = state.people.get(one.supervisor);
      return supervisor ? [{ visibility: one.visibility, role: supervisor.role, ...shownAs(one, supervisor) }] : [];
    }),
  };
}

/** The call whose participants somebody may ask for: the one they supervise, else the one that they are on themselves. */
export function callToShow(state: State, viewer: PersonId, own: Supervision | undefined): Call | undefined {
  const supervised = own && state.calls.get(callOf(state, own));
  if (own) return supervised?.never ? undefined : supervised;
  const calls = [...(state.callsOfPerson.get(viewer) ?? [])].flatMap((id) => state.calls.get(id) ?? []);
  return calls.find((call) => call.legs.some((leg) => isOf(leg, viewer) && stateOf(leg) === "talking")) ?? calls[0];
}

function internal(state: State, leg: Leg): Participant | undefined {
  const person = leg.party.kind === "internal" ? state.people.get(leg.party.person) : undefined;
  return person && { name: person.name, number: person.extension, state: stateOf(leg), role: person.role };
}

function external(leg: Leg): Participant | undefined {
  const { party } = leg;
  return party.kind === "external" ? { name: party.name, number: party.number, state: stateOf(leg) } : undefined;
}

function stateOf({ state, holding }: Leg): Participant["state"] {
  if (state === "ringing") return "ringing";
  return holding ? "holding" : "talking";
}

function isOf({ party }: Leg, person: PersonId): boolean {
  return party.kind === "internal" && party.person === person;
}
