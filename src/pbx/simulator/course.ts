import type { RandomStream } from "./random.js";

/** What happens in a conversation with a customer, by whom it is done. */
export type Act =
  | "hold"
  | "resume"
  | "customer-holds"
  | "customer-resumes"
  | "raise-hand"
  | "lower-hand"
  | "blind-transfer"
  | "consult"
  | "end";

/** One thing, and how long after the one before. */
export interface Step {
  readonly afterMs: number;
  readonly act: Act;
}

const second = 1_000;

/**
 * The course of a conversation: about three minutes, with a long tail, sometimes a hold, now and then a difficulty with a
 * hand raised, or a transfer. What follows a transfer is the course of another agent, who does not transfer again.
 */
export function courseOf(chance: RandomStream, mayTransfer: boolean): readonly Step[] {
  const difficult = chance.chance(0.15);
  const length = clipped(chance.lognormal((difficult ? 260 : 175) * second, 0.5), 20 * second, 1_200 * second);
  const happenings: { at: number; act: Act }[] = [];
  const within = (from: number, to: number): number => length * (from + (to - from) * chance.next());
  const span = (at: number, lastsMs: number, begin: Act, end: Act): void => {
    happenings.push({ at, act: begin }, { at: at + lastsMs, act: end });
  };
  if (chance.chance(difficult ? 0.8 : 0.35)) {
    span(within(0.2, 0.6), chance.between(8, 45) * second, "hold", "resume");
  }
  if (chance.chance(0.06)) {
    span(within(0.6, 0.8), chance.between(5, 20) * second, "customer-holds", "customer-resumes");
  }
  if (difficult) span(within(0.15, 0.5), chance.between(20, 90) * second, "raise-hand", "lower-hand");
  const transfers = chance.chance(difficult ? 0.3 : 0.08);
  if (transfers && mayTransfer) {
    happenings.push({ at: within(0.4, 0.8), act: chance.chance(0.5) ? "consult" : "blind-transfer" });
  }
  return stepsOf([...happenings, { at: length, act: "end" }]);
}

/** From moments to waits. The end may come before a resume: who is put on hold does not always wait. */
function stepsOf(happenings: readonly { readonly at: number; readonly act: Act }[]): readonly Step[] {
  const ordered = [...happenings].sort((a, b) => a.at - b.at);
  const kept = ordered.slice(0, ordered.findIndex(({ act }) => act === "end") + 1);
  return kept.map(({ at, act }, place) => ({ afterMs: at - (kept[place - 1]?.at ?? 0), act }));
}

function clipped(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
