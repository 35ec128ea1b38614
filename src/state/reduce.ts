import type {
  Call,
  CallId,
  Ending,
  EpochMs,
  Mac,
  Mouth,
  PbxSnapshot,
  Person,
  PersonId,
  RefusalCode,
  StateEvent,
  Supervision,
  SupervisionFacts,
  SupervisionId,
} from "../model/index.js";
import { overtaken, takeHeadsUp } from "./heads-ups.js";
import { changePeople } from "./people.js";
import { type Change, type MutableState, personOf } from "./state.js";
import { changeSupervision, putSupervision, raiseStep, type Touched, touchSupervisionsOf } from "./touching.js";

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
      const given = was?.agent === event.by && was.visibility === "visible" && !was.ending && !was.takingOver;
      if (!own || !given || was.given || was.remembered) break;
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

function takeFacts(state: MutableState, facts: SupervisionFacts, touched: Touched): void {
  const was = state.supervisions.get(facts.id);
  if (!was) {
    touched.strangers.push(facts.id);
    return;
  }
  if (was.remembered) {
    adopt(state, was, facts, touched);
    return;
  }
  const why = muting(was, facts);
  const shown = facts.mouth !== undefined && facts.mouth.reach === was.underWay?.reach;
  const now = shown ? underWay(was, undefined) : was;
  putSupervision(state, { ...now, facts, mic: why ? "muted" : was.mic }, touched);
  if (!why) return;
  touched.muted.push({ supervision: facts.id, why });
  raiseStep(state, was.supervisor);
}

/** A mic is as open as the record and the PBX agree that it is; nothing is opened because of the record alone. */
function adopt(state: MutableState, was: Supervision, facts: SupervisionFacts, touched: Touched): void {
  // What the PBX still has as a supervision was not taken over.
  const { remembered: _, takingOver: _takingOver, ...known } = was;
  const reach = known.mode === "listen" ? undefined : known.mode === "coach" ? "agent" : "everyone";
  const same = reach !== undefined && facts.mouth?.reach === reach && facts.mouth.leg === known.leg;
  // The leg may have been put together with somebody else meanwhile.
  const agreed = same && facts.leg === "up" && state.callOfLeg.get(known.leg) === known.call;
  putSupervision(state, { ...known, facts, mic: agreed ? known.mic : "muted" }, touched);
  touched.adopted.push(known.id);
}

/** Why new facts mute the mic: a phone that holds its leg comes back muted (R21), and a path that was taken stays away. */
function muting(was: Supervision, facts: SupervisionFacts): "held" | "path-lost" | undefined {
  if ((facts.leg === "held") !== (was.facts?.leg === "held")) return "held";
  const lost = was.facts?.mouth !== undefined && facts.mouth === undefined;
  return lost && was.mic === "open" && was.underWay === undefined ? "path-lost" : undefined;
}

function underWay(was: Supervision, mouth: Mouth | undefined): Supervision {
  const { underWay: _, ...without } = was;
  return mouth ? { ...without, underWay: mouth } : without;
}

function endSupervision(
  state: MutableState,
  end: { readonly supervision: SupervisionId; readonly ending: Ending; readonly code?: RefusalCode },
  at: EpochMs,
  touched: Touched,
): void {
  const was = state.supervisions.get(end.supervision);
  if (!was) return;
  const last = overtaken(state, was);
  const supervision = end.code ? { ...last, trouble: end.code } : last;
  // The PBX knows better than a guess made while it was falling apart.
  const asked = was.ending === "pbx-failed" ? undefined : was.ending;
  const ended = { supervision, ending: asked ?? end.ending, at };
  state.supervisions.delete(was.id);
  state.bySupervisor.delete(was.supervisor);
  state.ended.set(was.supervisor, ended);
  raiseStep(state, was.supervisor);
  touched.supervisions.add(was.id);
  touched.people.add(was.agent);
  touched.ended.push(ended);
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

function putCall(state: MutableState, told: Call, at: EpochMs, touched: Touched): void {
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

function dropCall(state: MutableState, id: CallId, at: EpochMs, touched: Touched): void {
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
function rejoin(state: MutableState, touched: Touched): void {
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
