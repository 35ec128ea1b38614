import type { Proved, ProvedFact, Verdict } from "../model/index.js";
import type { ProveStep } from "../phones/index.js";

/** What one step has come to: what the admin said, and what earshot saw where it saw anything. */
export interface Answered {
  readonly said: Verdict;
  readonly seen?: "yes" | "no";
  /** Whether the phone asked for any page of the step. */
  readonly opened: boolean;
}

/**
 * What the answers decide. What earshot has seen outranks what was said. A yes to what it would have seen, and has not,
 * decides nothing, nor does anything said of a page that was never opened: the sheet must not say what nobody can have
 * found out.
 */
export function proved(
  steps: readonly ProveStep[],
  answers: ReadonlyMap<string, Answered>,
): Pick<Proved, "facts" | "open"> {
  const facts = steps.flatMap((step): readonly ProvedFact[] => {
    const answer = answers.get(step.id);
    const verdict = answer ? verdictOf(step, answer) : "unknown";
    if (verdict === "unknown") return [];
    const { quirk, fields } = step.decides;
    const by = answer?.seen ? "seen" : "told";
    return [{ step: step.id, verdict, by, quirk, says: step.decides[verdict], fields: fields?.[verdict] ?? {} }];
  });
  const decided = new Set(facts.map(({ step }) => step));
  return { facts, open: steps.map(({ id }) => id).filter((id) => !decided.has(id)) };
}

function verdictOf({ sees, pages, onPage }: ProveStep, { said, seen, opened }: Answered): Verdict {
  if (seen) return seen;
  if ((pages?.[""] || onPage) && !opened) return "unknown";
  return said === "yes" && sees ? "unknown" : said;
}
