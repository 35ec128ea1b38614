import type { Proved, ProveQuestion, ProveShown, ProveWalk, Verdict } from "../model/index.js";
import type { Answer } from "./reports.js";
import { plain } from "./table.js";

/** Whoever sits at the terminal. */
export interface Questions {
  /** What was typed, without its line end; undefined where it was broken off, now or before. */
  ask(prompt: string): Promise<string | undefined>;
  close(): void;
}

export interface WalkDeps {
  show(step: string): Promise<Answer<ProveShown>>;
  answer(step: string, said: Verdict): Promise<Answer<Proved>>;
  readonly questions: Questions;
  say(text: string): void;
}

const verdicts: Readonly<Record<string, Verdict>> = {
  ...{ y: "yes", yes: "yes", n: "no", no: "no" },
  ...{ "": "unknown", "?": "unknown" },
};

/** Asks one question after the other, until the last or until it is broken off; gives what was known then. */
export async function walkThrough(
  { mac, vendor, model, owner, questions, left }: ProveWalk,
  deps: WalkDeps,
): Promise<Proved | undefined> {
  const { say } = deps;
  say(`Proving ${mac}, the ${plain(vendor)} ${plain(model)} of ${plain(owner)}: ${questions.length} steps.\n`);
  say("y is yes, n is no, ? (or Enter alone) is I cannot tell; Ctrl-C ends it, and what is known is kept.\n");
  for (const why of new Set(left.map((one) => one.why))) {
    const steps = left.filter((one) => one.why === why).map(({ id }) => id);
    say(`Left out, as ${plain(why)}: ${steps.join(", ")}.\n`);
  }
  let known: Proved | undefined;
  for (const [at, question] of questions.entries()) {
    say(`\n${at + 1}/${questions.length}  ${question.id}\n`);
    const went = await walkStep(question, deps);
    if (went === "ended") break;
    known = went ?? known;
  }
  return known;
}

/** What is known after it; undefined where the step was left out. */
async function walkStep(question: ProveQuestion, deps: WalkDeps): Promise<Proved | "ended" | undefined> {
  const { id, before, please, asks } = question;
  const { say, questions } = deps;
  if (before !== undefined && (await questions.ask(`  ${before} Then press Enter. `)) === undefined) return "ended";
  for (let shown = await deps.show(id); ; shown = await deps.show(id)) {
    if (!shown.ok) {
      say(`  ${plain(shown.sentence)}\n`);
      return "ended";
    }
    const { waits, pushed = "" } = shown.value;
    if (pushed.startsWith("failed")) say(`  The push has not reached the phone (${plain(pushed)}).\n`);
    if (waits === undefined) break;
    say(`  ${plain(waits)}\n`);
    const reply = await questions.ask("  Enter tries again, s leaves this step out: ");
    if (reply === undefined) return "ended";
    if (reply.trim().toLowerCase() === "s") return undefined;
  }
  if (please !== undefined) say(`  ${please}\n`);
  const said = await verdictOn(asks, questions);
  if (said === undefined) return "ended";
  const answered = await deps.answer(id, said);
  if (!answered.ok) {
    say(`  ${plain(answered.sentence)}\n`);
    return "ended";
  }
  say(outcomeOf(question, said, answered.value));
  return answered.value;
}

async function verdictOn(asks: string, questions: Questions): Promise<Verdict | undefined> {
  for (;;) {
    const typed = await questions.ask(`  ${asks} [y/n/?] `);
    if (typed === undefined) return undefined;
    const verdict = verdicts[typed.trim().toLowerCase()];
    if (verdict) return verdict;
  }
}

function outcomeOf({ id }: ProveQuestion, said: Verdict, { facts }: Proved): string {
  const fact = facts.find(({ step }) => step === id);
  if (!fact) {
    return said === "unknown"
      ? "  It stays open.\n"
      : "  The phone has asked for nothing that shows it, so it stays open.\n";
  }
  return fact.by === "seen" && fact.verdict !== said ? `  earshot saw it: ${fact.says}\n` : `  ${fact.says}\n`;
}
