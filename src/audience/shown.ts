import type { Person, Supervision, SupervisorShown } from "../model/index.js";
import { mayBeHeard } from "../supervision/index.js";

/** Whether a party to the call may know of this supervision: it is visible, is being told, and is there. */
export function mayBeKnown(supervision: Supervision): boolean {
  const { visibility, told, ending, between, private: cut, facts } = supervision;
  // Whoever still hears, or is heard, is still there: the name goes when that has ended.
  const there = !(ending || between || cut) || facts?.ear !== undefined || mayBeHeard(supervision);
  return visibility === "visible" && told !== "not-told" && there;
}

/** A supervisor as others may see them, once it is decided that they may. */
export function shownAs(supervision: Supervision, { name, extension }: Person): SupervisorShown {
  return { name, extension, mode: supervision.mode, mic: mayBeHeard(supervision) ? "open" : "muted" };
}
