import type { LineProblem, Mac, Person, Phone, PhoneLineWish, PhoneSite } from "../model/index.js";
import { macOf, phoneOf } from "./phone-of.js";
import { Roster } from "./roster.js";

export interface PhonesPlanParts {
  /** Those that there are, with the push that is wanted. */
  readonly phones: ReadonlyMap<Mac, Phone>;
  /** Whose entries stand in `earshot.yaml`. */
  readonly ofFile: ReadonlySet<Mac>;
  readonly people: Iterable<Person>;
  readonly site: PhoneSite;
}

/**
 * Reads a list of phones as one order: one that is there already, by its MAC address, is changed, any other added. Every
 * line is looked at, so that every problem is told at once. With one, nothing is done.
 */
export class PhonesPlan {
  readonly problems: LineProblem[] = [];
  readonly orders: { readonly before: Phone | undefined; readonly phone: Phone }[] = [];
  readonly #parts: PhonesPlanParts;
  readonly #people: Roster;
  readonly #firsts = new Map<Mac, number>();
  #same = 0;

  constructor(parts: PhonesPlanParts) {
    this.#parts = parts;
    this.#people = new Roster(parts.people);
  }

  /** How many are as the list has them. */
  get same(): number {
    return this.#same;
  }

  look({ line, wish }: PhoneLineWish): void {
    const { phones, ofFile, site } = this.#parts;
    const problem = (sentence: string): void => void this.problems.push({ line, sentence });
    const mac = wish.mac === undefined ? undefined : macOf(wish.mac);
    const before = typeof mac === "string" ? phones.get(mac) : undefined;
    const phone = phoneOf(wish, before, this.#people, site);
    const first = typeof mac === "string" ? this.#firsts.get(mac) : undefined;
    if (typeof mac === "string" && first === undefined) this.#firsts.set(mac, line);
    if (first !== undefined) problem(`This is ${String(mac)} again, which stands in line ${first}.`);
    else if ("ok" in phone) problem(phone.sentence);
    else if (before && isSame(before, phone)) this.#same += 1;
    else if (ofFile.has(phone.mac)) problem(`${phone.mac} stands in the configuration file; change it there.`);
    else this.orders.push({ before, phone });
  }
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
