import type { EnlistedLine, LineProblem, Person, PersonId } from "../model/index.js";
import type { SitePolicy } from "../supervision/index.js";
import { personOf } from "./person-of.js";
import { Roster } from "./roster.js";

/**
 * Reads a list of people as one order: who is there already, by id or extension, is changed, anybody else added. Every line
 * is looked at, with those before it as if they were done, so that every problem is told at once. With one, nothing is done.
 */
export class PeoplePlan {
  readonly problems: LineProblem[] = [];
  /** In the order of the lines: one may take what another gives free. */
  readonly orders: { readonly act: "person-added" | "person-changed"; readonly person: Person }[] = [];
  readonly #then: Roster;
  readonly #firsts = new Map<PersonId, number>();
  readonly #site: { readonly policy: Pick<SitePolicy, "teams">; readonly ofFile: ReadonlySet<PersonId> };
  #same = 0;

  constructor(
    people: Iterable<Person>,
    site: { readonly policy: Pick<SitePolicy, "teams">; readonly ofFile: ReadonlySet<PersonId> },
  ) {
    this.#then = new Roster(people);
    this.#site = site;
  }

  /** How many are as the list has them. */
  get same(): number {
    return this.#same;
  }

  look({ line, wish }: EnlistedLine): void {
    const { policy, ofFile } = this.#site;
    const problem = (sentence: string): void => void this.problems.push({ line, sentence });
    const before = this.#then.named(wish.id ?? wish.extension ?? "");
    const first = before && this.#firsts.get(before.id);
    if (before && first !== undefined) {
      problem(`This is ${before.name} again, who stands in line ${first}.`);
      return;
    }
    const person = personOf(wish, before, this.#then, policy);
    if ("ok" in person) {
      problem(person.sentence);
      return;
    }
    this.#firsts.set(person.id, line);
    this.#then.put(person);
    if (!before) this.orders.push({ act: "person-added", person });
    else if (isSame(before, person)) this.#same += 1;
    else if (ofFile.has(person.id)) problem(`${before.name} stands in the configuration file; change it there.`);
    else this.orders.push({ act: "person-changed", person });
  }
}

function isSame(before: Person, now: Person): boolean {
  const whole = ({ teams, ...rest }: Person): string =>
    JSON.stringify([Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)), teams]);
  return whole(before) === whole(now);
}
