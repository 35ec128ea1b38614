import type { Call, CallId, EndedSupervision, PersonId, Supervision, SupervisionId } from "../model/index.js";
import { type MutableState, personOf } from "./state.js";

/** What an event has touched so far; see `Change`. */
export interface Touched {
  readonly calls: Set<CallId>;
  readonly people: Set<PersonId>;
  readonly supervisions: Set<SupervisionId>;
  readonly ended: EndedSupervision[];
  readonly strangers: SupervisionId[];
  readonly adopted: SupervisionId[];
  readonly muted: { supervision: SupervisionId; why: "held" | "path-lost" }[];
}

/** Presses of pages from before do not count any more. */
export function raiseStep(state: MutableState, supervisor: PersonId): void {
  state.steps.set(supervisor, (state.steps.get(supervisor) ?? 0) + 1);
}

export function putSupervision(state: MutableState, supervision: Supervision, touched: Touched): void {
  state.supervisions.set(supervision.id, supervision);
  touched.supervisions.add(supervision.id);
  touched.people.add(supervision.agent);
}

/** A change that a press or its consequence made: what was said of the press before is over. */
export function changeSupervision(
  state: MutableState,
  id: SupervisionId,
  touched: Touched,
  change: (was: Supervision) => Supervision,
): void {
  const was = state.supervisions.get(id);
  if (!was) return;
  const { trouble: _trouble, moved: _moved, ...untroubled } = was;
  putSupervision(state, change(untroubled), touched);
  raiseStep(state, was.supervisor);
}

/** Those of another call of its people, too: what may be heard there hangs on this one. */
export function touchSupervisionsOf(state: MutableState, call: Call, touched: Touched): void {
  const calls = new Set([call.id]);
  for (const { party } of call.legs) {
    const person = personOf(party);
    for (const id of (person && state.callsOfPerson.get(person)) ?? []) calls.add(id);
  }
  for (const { id, call: of, leg } of state.supervisions.values()) {
    const now = state.callOfLeg.get(leg);
    const has = calls.has(of) || (now !== undefined && calls.has(now)) || call.legs.some((one) => one.id === leg);
    if (has) touched.supervisions.add(id);
  }
}
