import type { HeadsUp, OwnEvent, Supervision } from "../model/index.js";
import type { MutableState } from "./state.js";
import { changeSupervision, putSupervision, raiseStep, type Touched } from "./touching.js";

/** Whether an answer may still come. */
export function isOpen(headsUp: HeadsUp | undefined): boolean {
  return headsUp?.answer === "waiting" || headsUp?.answer === "seen";
}

/** The supervision without its heads-up: what it asked has been overtaken. */
export function overtaken(state: MutableState, { headsUp, ...was }: Supervision): Supervision {
  if (isOpen(headsUp)) raiseStep(state, was.agent);
  return was;
}

/**
 * What becomes of a heads-up. The agent's step is raised whenever one comes or is over, so that an answer counts for the
 * very one that its page showed.
 */
export function takeHeadsUp(
  state: MutableState,
  event: Extract<OwnEvent, { type: "heads-up-asked" | "heads-up-answered" }>,
  at: number,
  touched: Touched,
): void {
  const own = state.supervisions.get(event.supervision);
  if (!own) return;
  if (event.type === "heads-up-asked") {
    if (isOpen(own.headsUp)) return;
    const { id, expiresAt } = event;
    changeSupervision(state, own.id, touched, (was) => ({ ...was, headsUp: { id, at, expiresAt, answer: "waiting" } }));
    raiseStep(state, own.agent);
    return;
  }
  const { headsUp } = own;
  if (headsUp?.id !== event.id || !isOpen(headsUp)) return;
  putSupervision(state, { ...own, headsUp: { ...headsUp, answer: event.answer } }, touched);
  if (event.answer !== "seen") raiseStep(state, own.agent);
}
