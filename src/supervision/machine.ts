import type { CallAction, LegId, Mouth, PbxAction, Reach, Supervision } from "../model/index.js";
import type { State } from "../state/index.js";
import { agentLeg, isOfPrivate } from "./policy.js";

/** The audio paths a supervision should have now. */
export interface Wanted {
  readonly ear?: LegId;
  readonly mouth?: Mouth;
}

/**
 * An action of the machine; `ring` is the start's own business, because it needs to know which phone pressed. What is
 * about a call as a whole is no supervision's.
 */
export type Step = Exclude<PbxAction, { type: "ring" } | CallAction>;

/**
 * The audio paths that what was asked and allowed gives, as far as the state lets it. When in doubt, none: no mouth
 * while hidden, untold, held, uncertain, away from the PBX, without an ear on the very same leg, or while the agent's
 * device has a second leg to which it could pass the voice on. No path at all on a private call.
 */
export function wanted(state: State, supervision: Supervision): Wanted {
  const { facts } = supervision;
  if (supervision.ending || facts?.leg !== "up") return {};
  if (supervision.private || isOfPrivate(state, supervision)) return {};
  // A short loss of the connection is no reason to stop hearing; only a mouth could do harm unseen.
  if (state.pbx !== "ready") return facts.ear ? { ear: facts.ear } : {};
  if (supervision.between) return {};
  const found = agentLeg(state, supervision.leg);
  if (!found || found.agent.id !== supervision.agent || found.leg.state !== "up") return {};
  const attached = facts.ear === supervision.leg;
  const told = isTold(supervision);
  if (!attached && supervision.visibility === "visible" && !told) return {};
  const ear = supervision.leg;
  const reach = reachOf(supervision);
  const mayOpen = attached && supervision.visibility === "visible" && told && found.leg.certain && !found.leg.second;
  return reach && mayOpen ? { ear, mouth: { leg: supervision.leg, reach } } : { ear };
}

/** The next thing to ask of the PBX so that the facts come to what is wanted; what closes comes first. */
export function nextStep(state: State, supervision: Supervision): Step | undefined {
  const { facts, id, agent } = supervision;
  if (supervision.ending) return { type: "end", supervision: id, ending: supervision.ending };
  if (!facts) return undefined;
  const { given, takingOver } = supervision;
  if ((takingOver || given) && !isOfPrivate(state, supervision)) {
    if (takingOver && state.pbx === "ready") {
      return given
        ? { type: "receive", supervision: id, leg: given }
        : { type: "take-over", supervision: id, leg: supervision.leg, agent };
    }
    return mustClose(supervision, {}) ? { type: "close-mouth", supervision: id } : undefined;
  }
  const want = wanted(state, supervision);
  if (mustClose(supervision, want)) return { type: "close-mouth", supervision: id };
  if (facts.ear && facts.ear !== want.ear) return { type: "detach-ear", supervision: id };
  if (state.pbx !== "ready") return undefined;
  if (want.ear && !facts.ear) {
    const unseen = supervision.visibility === "hidden";
    return { type: "attach-ear", supervision: id, leg: want.ear, agent, unseen };
  }
  if (want.mouth && facts.mouth?.reach !== want.mouth.reach) {
    return { type: "open-mouth", supervision: id, leg: want.mouth.leg, agent, reach: want.mouth.reach };
  }
  return undefined;
}

/** A mouth that is wanted on no leg or another one; or one under way to a reach that is no longer wanted. */
function mustClose({ facts, underWay }: Supervision, want: Wanted): boolean {
  if (facts?.mouth && facts.mouth.leg !== want.mouth?.leg) return true;
  return underWay !== undefined && (underWay.leg !== want.mouth?.leg || underWay.reach !== want.mouth.reach);
}

/** Whether this step only takes paths away; it then waits for nothing. */
export function closes(step: Step): boolean {
  return step.type === "close-mouth" || step.type === "detach-ear" || step.type === "end";
}

/** Whether the facts are what was asked: the page may say so. */
export function settled(supervision: Supervision): boolean {
  const { facts } = supervision;
  if (supervision.ending || facts?.leg !== "up" || facts.ear !== supervision.leg) return false;
  return supervision.underWay === undefined && facts.mouth?.reach === reachOf(supervision);
}

/** Whether somebody may be hearing the supervisor: a mouth is there, or may be there at any moment. */
export function mayBeHeard({ facts, underWay }: Pick<Supervision, "facts" | "underWay">): boolean {
  return facts?.mouth !== undefined || underWay !== undefined;
}

function reachOf(supervision: Supervision): Reach | undefined {
  if (supervision.mic === "muted") return undefined;
  switch (supervision.mode) {
    case "listen":
      return undefined;
    case "coach":
      return "agent";
    case "join":
      return "everyone";
    default:
      return supervision.mode satisfies never;
  }
}

/** Whether the news of a visible supervisor has gone out to the agent, whatever came of it. */
export function isTold(supervision: Pick<Supervision, "told">): boolean {
  switch (supervision.told) {
    case "not-told":
    case "sending":
      return false;
    case "waiting":
    case "confirmed":
    case "unconfirmed":
      return true;
    default:
      return supervision.told satisfies never;
  }
}
