import type { CallId, EpochMs, Mac, PbxSnapshot, Person, PersonId, StateEvent, Supervision } from "../model/index.js";
import { dropCall, putCall, rejoin } from "./calls.js";
import { endSupervision, takeFacts, underWay } from "./facts.js";
import { overtaken, takeHeadsUp } from "./heads-ups.js";
import { changePeople } from "./people.js";
import { type Change, callWithLeg, type MutableState, personOf } from "./state.js";
import { changeSupervision, putSupervision, raiseStep, type Touched, touchSupervisionsOf } from "./touching.js";

type Transferring = Extract<StateEvent, { type: "transferring" }>;

/** Takes one event into the state and says what it touched. An event about something unknown touches nothing. */
export function reduce(state: MutableState, event: StateEvent): Change {
  const touched: Touched = {
    calls: new Set(),
    people: new Set(),
    supervisions: new Set(),
    ended: [],
    strangers: [],
    adopted: [],
    muted: [],
  };
  switch (event.type) {
    case "pbx-snapshot":
      takeSnapshot(state, event.snapshot, event.at, touched);
      break;
    case "pbx-away":
      // Nothing was known yet that could have been lost.
      if (state.pbx !== "starting") state.pbx = "away";
      for (const id of state.supervisions.keys()) touched.supervisions.add(id);
      break;
    case "call":
      putCall(state, event.call, event.at, touched);
      rejoin(state, touched);
      break;
    case "call-ended":
      dropCall(state, event.call, event.at, touched);
      rejoin(state, touched);
      break;
    case "facts":
      takeFacts(state, event.facts, touched);
      break;
    case "facts-ended":
    case "not-begun":
      endSupervision(state, event, event.at, touched);
      break;
    case "transferring": {
      const own = state.bySupervisor.get(event.to);
      const was = own && state.supervisions.get(own);
      if (!own || was?.agent !== event.by || was.given || was.takingOver || was.ending || was.remembered) break;
      if (was.visibility === "hidden" || !isOfItsCall(state, was, event)) break;
      changeSupervision(state, own, touched, (now) => ({ ...now, mic: "muted", given: event.leg }));
      break;
    }
    case "supervision-asked": {
      const { type: _, at, ...asked } = event;
      state.ended.delete(asked.supervisor);
      state.awaited.delete(asked.supervisor);
      state.bySupervisor.set(asked.supervisor, asked.id);
      putSupervision(
        state,
        { ...asked, startedAt: at, mode: "listen", mic: "muted", told: "not-told", telling: 0 },
        touched,
      );
      raiseStep(state, asked.supervisor);
      break;
    }
    case "supervision-remembered": {
      const { supervision } = event;
      state.bySupervisor.set(supervision.supervisor, supervision.id);
      putSupervision(state, { ...supervision, telling: 0, rung: true, remembered: true }, touched);
      break;
    }
    case "mode-asked":
      changeSupervision(state, event.supervision, touched, (was) => ({
        ...(was.mode === event.mode ? was : overtaken(state, was)),
        mode: event.mode,
        mic: event.mic,
      }));
      break;
    case "visibility-asked":
      changeSupervision(state, event.supervision, touched, (was) => ({
        ...overtaken(state, was),
        visibility: event.visibility,
        told: "not-told",
        telling: was.telling + 1,
      }));
      break;
    case "left-agent":
      changeSupervision(state, event.supervision, touched, (was) => ({
        ...overtaken(state, was),
        mode: "listen",
        mic: "muted",
        between: true,
      }));
      break;
    case "followed":
      changeSupervision(state, event.supervision, touched, ({ between: _, ...was }) => {
        const { agent, call, leg } = event;
        touched.people.add(was.agent);
        return {
          ...was,
          ...{ agent, call, leg, mode: "listen", mic: "muted", told: "not-told", moved: true },
          telling: was.telling + 1,
        };
      });
      break;
    case "take-over-asked":
      changeSupervision(state, event.supervision, touched, (was) => ({ ...was, mic: "muted", takingOver: true }));
      break;
    case "take-over-failed":
      changeSupervision(state, event.supervision, touched, ({ takingOver: _takingOver, given: _given, ...was }) => ({
        ...was,
        trouble: event.code,
      }));
      break;
    case "hand-over-asked":
      state.handingOver.set(event.agent, { to: event.to });
      raiseStep(state, event.agent);
      touched.people.add(event.agent);
      break;
    case "hand-over-ended": {
      const was = state.handingOver.get(event.agent);
      if (was && event.code) state.handingOver.set(event.agent, { ...was, trouble: event.code });
      else state.handingOver.delete(event.agent);
      raiseStep(state, event.agent);
      touched.people.add(event.agent);
      break;
    }
    case "call-awaited":
      state.awaited.set(event.supervisor, event.awaited);
      raiseStep(state, event.supervisor);
      break;
    case "not-awaited": {
      const ended = state.ended.get(event.supervisor);
      if (state.awaited.delete(event.supervisor)) raiseStep(state, event.supervisor);
      if (!ended || !event.code) break;
      const supervision = { ...ended.supervision, trouble: event.code };
      state.ended.set(event.supervisor, { ...ended, supervision });
      break;
    }
    case "private-asked":
      if (state.calls.has(event.call) && !state.privateAsked.has(event.call)) {
        state.privateAsked.set(event.call, event.at);
      }
      touchPrivacy(state, event, touched);
      break;
    case "private-lifted":
      state.privateAsked.delete(event.call);
      touchPrivacy(state, event, touched);
      break;
    case "private-cut":
    case "private-over": {
      const was = state.supervisions.get(event.supervision);
      if (!was) break;
      putSupervision(state, event.type === "private-cut" ? cutOff(was) : heardAgain(was), touched);
      raiseStep(state, was.supervisor);
      break;
    }
    case "told": {
      const was = state.supervisions.get(event.supervision);
      if (was?.telling === event.telling) putSupervision(state, { ...was, told: event.told }, touched);
      break;
    }
    case "mouth-under-way": {
      const was = state.supervisions.get(event.supervision);
      if (was) putSupervision(state, underWay(was, event.mouth), touched);
      break;
    }
    case "rung": {
      const was = state.supervisions.get(event.supervision);
      if (was) putSupervision(state, { ...was, rung: true }, touched);
      break;
    }
    case "trouble": {
      const was = state.supervisions.get(event.supervision);
      if (was) putSupervision(state, { ...was, trouble: event.code }, touched);
      break;
    }
    case "phone-mute-told":
      phoneMuted(state, event, touched);
      break;
    case "help-asked":
      askHelp(state, event.person, event.raised, touched);
      break;
    case "blf-told": {
      const { person, shown, at } = event;
      if (!state.people.has(person) || state.blf.get(person)?.shown === shown) break;
      if (shown === undefined) state.blf.delete(person);
      else state.blf.set(person, { shown, since: at });
      touched.people.add(person);
      break;
    }
    case "hand-raised":
      if (state.callsOfPerson.has(event.person)) askHelp(state, event.person, true, touched);
      break;
    case "board-sorted":
      if (state.people.has(event.person)) state.boardOrders.set(event.person, event.order);
      break;
    case "heads-up-asked":
    case "heads-up-answered":
      takeHeadsUp(state, event, event.at, touched);
      break;
    case "person-put":
      changePerson(state, event.person.id, event.person, event.at, touched);
      break;
    case "person-gone":
      changePerson(state, event.person, undefined, event.at, touched);
      break;
    case "presses-voided":
      raiseStep(state, event.supervisor);
      break;
    case "ending-asked":
      changeSupervision(state, event.supervision, touched, (was) => ({
        ...overtaken(state, was),
        mic: "muted",
        ending: event.ending,
      }));
      break;
    default:
      event satisfies never;
  }
  return touched;
}

/** Whether a phone gives what this supervision is of: the customer, or the agent themselves while they are on that call. */
function isOfItsCall(state: MutableState, { call, leg: own, between }: Supervision, event: Transferring): boolean {
  const from = callWithLeg(state, event.leg);
  if (from?.id === call) return true;
  const theirs = from?.legs.find(({ id }) => id === event.leg)?.party;
  return !between && theirs !== undefined && personOf(theirs) === event.by && state.callOfLeg.get(own) === call;
}

/** The supervisor's own page alone is another by it: nothing of the agent's is touched. */
function phoneMuted(state: MutableState, { phone, muted }: { phone: Mac; muted: boolean }, touched: Touched): void {
  for (const was of state.supervisions.values()) {
    if (was.phone !== phone || (was.phoneMuted === true) === muted) continue;
    const { phoneMuted: _, ...without } = was;
    state.supervisions.set(was.id, muted ? { ...without, phoneMuted: true } : without);
    touched.supervisions.add(was.id);
  }
}

function askHelp(state: MutableState, person: PersonId, raised: boolean, touched: Touched): void {
  if (!state.people.has(person) || state.help.has(person) === raised) return;
  if (raised) state.help.add(person);
  else state.help.delete(person);
  touched.people.add(person);
}

/** The mode stays until that is over, so that a lamp of somebody who is on their way out does not change once more. */
function cutOff(was: Supervision): Supervision {
  return { ...was, mic: "muted", private: true };
}

function changePerson(
  state: MutableState,
  id: PersonId,
  person: Person | undefined,
  at: EpochMs,
  touched: Touched,
): void {
  for (const call of changePeople(state, id, person, at)) putCall(state, call, at, touched);
  touched.people.add(id);
  // Rights are asked again.
  for (const supervision of state.supervisions.values()) {
    touched.supervisions.add(supervision.id);
    touched.people.add(supervision.agent);
  }
}

/** A muted listen, and the agent is told anew before it: their devices have shown nobody meanwhile. */
function heardAgain({ private: _, ...was }: Supervision): Supervision {
  return { ...was, mode: "listen", mic: "muted", told: "not-told", telling: was.telling + 1 };
}

function touchPrivacy(
  state: MutableState,
  { call: id, by }: { readonly call: CallId; readonly by?: PersonId },
  touched: Touched,
): void {
  if (by) raiseStep(state, by);
  const call = state.calls.get(id);
  if (!call) return;
  touched.calls.add(id);
  for (const { party } of call.legs) {
    const person = personOf(party);
    if (person !== undefined) touched.people.add(person);
  }
  touchSupervisionsOf(state, call, touched);
}

function takeSnapshot(state: MutableState, snapshot: PbxSnapshot, at: EpochMs, touched: Touched): void {
  state.pbx = "ready";
  const present = new Set(snapshot.calls.map((call) => call.id));
  for (const id of [...state.calls.keys()]) if (!present.has(id)) dropCall(state, id, at, touched);
  for (const call of snapshot.calls) putCall(state, call, at, touched);
  const known = new Set(snapshot.supervisions.map((facts) => facts.id));
  for (const supervision of [...state.supervisions.values()]) {
    const atPbx = supervision.facts !== undefined || supervision.rung === true;
    const { id } = supervision;
    const ending = supervision.takingOver ? "took-over" : "lost";
    if (atPbx && !known.has(id)) endSupervision(state, { supervision: id, ending }, at, touched);
    else touched.supervisions.add(id);
  }
  for (const facts of snapshot.supervisions) takeFacts(state, facts, touched);
  rejoin(state, touched);
  for (const person of state.people.keys()) touched.people.add(person);
}
