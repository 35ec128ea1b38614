import type { LineProblem, Mac, Person, Phone, PhoneLineWish, PhoneSite } from "../model/index.js";
import { macOf, phoneOf } from "./phone-of.js";

/** What a list of phones comes to. With a problem nothing of it is done. */
export interface PhonesPlan {
  readonly problems: readonly LineProblem[];
  readonly orders: readonly { readonly before: Phone | undefined; readonly phone: Phone }[];
  /** How many are as the list has them. */
  readonly same: number;
}

/**
 * Reads a list of phones as one order: one that is there already, by its MAC address, is changed, any other added. Every
 * line is looked at, so that every problem is told at once.
 * @param phones those that there are, with the push that is wanted.
 */
export function phonesPlanOf(
  lines: readonly PhoneLineWish[],
  phones: ReadonlyMap<Mac, Phone>,
  ofFile: ReadonlySet<Mac>,
  people: Iterable<Person>,
  site: PhoneSite,
): PhonesPlan {
  const everybody = [...people];
  const firsts = new Map<Mac, number>();
  const problems: LineProblem[] = [];
  const orders: { before: Phone | undefined; phone: Phone }[] = [];
  let same = 0;
  for (const { line, wish } of lines) {
    const problem = (sentence: string): void => void problems.push({ line, sentence });
    const mac = wish.mac === undefined ? undefined : macOf(wish.mac);
    const before = typeof mac === "string" ? phones.get(mac) : undefined;
    const phone = phoneOf(wish, before, everybody, site);
    const first = typeof mac === "string" ? firsts.get(mac) : undefined;
    if (typeof mac === "string" && first === undefined) firsts.set(mac, line);
    if (first !== undefined) problem(`This is ${String(mac)} again, which stands in line ${first}.`);
    else if ("ok" in phone) problem(phone.sentence);
    else if (before && isSame(before, phone)) same += 1;
    else if (ofFile.has(phone.mac)) problem(`${phone.mac} stands in the configuration file; change it there.`);
    else orders.push({ before, phone });
  }
  return { problems, orders, same };
}

function isSame(before: Phone, now: Phone): boolean {
  return wholeOf(before) === wholeOf(now);
}

function wholeOf(phone: Phone): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify(phone, sorted);
}
