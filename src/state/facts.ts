import type {
  Ending,
  EpochMs,
  Mouth,
  RefusalCode,
  Supervision,
  SupervisionFacts,
  SupervisionId,
} from "../model/index.js";
import { overtaken } from "./heads-ups.js";
import type { MutableState } from "./state.js";
import { putSupervision, raiseStep, type Touched } from "./touching.js";

/** What the PBX says of a supervision now. */
export function takeFacts(state: MutableState, facts: SupervisionFacts, touched: Touched): void {
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

/** With this mouth asked for and neither shown nor refused yet; without one: nothing is. */
export function underWay(was: Supervision, mouth: Mouth | undefined): Supervision {
  const { underWay: _, ...without } = was;
  return mouth ? { ...without, underWay: mouth } : without;
}

/** The supervision is over, and is remembered as its supervisor's last. */
export function endSupervision(
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
