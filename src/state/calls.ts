import type { Call, CallId, EpochMs } from "../model/index.js";
import { type MutableState, personOf } from "./state.js";
import { putSupervision, type Touched, touchSupervisionsOf } from "./touching.js";

/** The call as it is from now on, in place of what was known of it. */
export function putCall(state: MutableState, told: Call, at: EpochMs, touched: Touched): void {
  const { never: _, ...plain } = told;
  const call: Call = state.isNever(plain, state.people) ? { ...plain, never: true } : plain;
  const before = state.calls.get(call.id);
  if (before) unindex(state, before, touched);
  // Taken back at the PBX by somebody else.
  if (before?.private && !call.private) state.privateAsked.delete(call.id);
  state.calls.set(call.id, call);
  touched.calls.add(call.id);
  state.boardLists.put(call);
  for (const leg of call.legs) {
    state.callOfLeg.set(leg.id, call.id);
    const person = personOf(leg.party);
    if (person === undefined) continue;
    touched.people.add(person);
    const calls = state.callsOfPerson.get(person) ?? new Set();
    calls.add(call.id);
    state.callsOfPerson.set(person, calls);
  }
  if (before) {
    settleIdle(state, before, at);
    touchSupervisionsOf(state, before, touched);
  }
  touchSupervisionsOf(state, call, touched);
}

/** The call is over. */
export function dropCall(state: MutableState, id: CallId, at: EpochMs, touched: Touched): void {
  const call = state.calls.get(id);
  if (!call) return;
  state.calls.delete(id);
  state.privateAsked.delete(id);
  touched.calls.add(id);
  unindex(state, call, touched);
  settleIdle(state, call, at);
  touchSupervisionsOf(state, call, touched);
}

/** A call that another one was joined to goes on as that other one, with the agent's leg in it. */
export function rejoin(state: MutableState, touched: Touched): void {
  for (const supervision of state.supervisions.values()) {
    const call = state.callOfLeg.get(supervision.leg);
    if (call === undefined || supervision.remembered || state.calls.has(supervision.call)) continue;
    putSupervision(state, { ...supervision, call }, touched);
  }
}

function unindex(state: MutableState, call: Call, touched: Touched): void {
  state.boardLists.drop(call);
  for (const leg of call.legs) {
    if (state.callOfLeg.get(leg.id) === call.id) state.callOfLeg.delete(leg.id);
    const person = personOf(leg.party);
    if (person === undefined) continue;
    touched.people.add(person);
    const calls = state.callsOfPerson.get(person);
    calls?.delete(call.id);
    if (calls?.size === 0) state.callsOfPerson.delete(person);
  }
}

function settleIdle(state: MutableState, before: Call, at: EpochMs): void {
  for (const leg of before.legs) {
    const person = personOf(leg.party);
    if (person === undefined || state.callsOfPerson.has(person)) continue;
    state.idleSince.set(person, at);
    state.handingOver.delete(person);
    // What help was asked for is over.
    state.help.delete(person);
  }
}
