import type { Call, EpochMs, Person, PersonId } from "../model/index.js";
import type { MutableState } from "./state.js";

/**
 * Puts a person in, or takes them out. Somebody who comes back goes on with the steps they had.
 * @returns the calls that they are on, which have to be looked at again.
 */
export function changePeople(
  state: MutableState,
  id: PersonId,
  person: Person | undefined,
  at: EpochMs,
): readonly Call[] {
  const calls = [...(state.callsOfPerson.get(id) ?? [])].flatMap((call) => state.calls.get(call) ?? []);
  // The lists are by team: a call is found there only while its people are as they were when it was put.
  for (const call of calls) state.boardLists.drop(call);
  const before = state.people.get(id);
  if (person) {
    state.people.set(id, person);
    state.former.delete(id);
    if (!state.steps.has(id)) state.steps.set(id, state.firstStep);
    if (!state.idleSince.has(id)) state.idleSince.set(id, at);
  } else {
    state.people.delete(id);
    state.help.delete(id);
    state.blf.delete(id);
    if (before) state.former.set(id, before);
  }
  for (const call of calls) state.boardLists.put(call);
  return calls;
}
