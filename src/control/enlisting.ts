import { type EnlistedLine, type LineProblem, type Person, type PersonId, personNamed } from "../model/index.js";
import type { SitePolicy } from "../supervision/index.js";
import { personOf } from "./person-of.js";

/** What a list of people comes to. With a problem nothing of it is done. */
export interface EnlistingPlan {
  readonly problems: readonly LineProblem[];
  /** In the order of the lines: one may take what another gives free. */
  readonly orders: readonly { readonly act: "person-added" | "person-changed"; readonly person: Person }[];
  /** How many are as the list has them. */
  readonly same: number;
}

/**
 * Reads a list of people as one order: who is there already, by id or extension, is changed, anybody else added. Every line
 * is looked at, with those before it as if they were done, so that every problem is told at once.
 */
export function planOf(
  lines: readonly EnlistedLine[],
  people: ReadonlyMap<PersonId, Person>,
  site: { readonly policy: Pick<SitePolicy, "teams">; readonly ofFile: ReadonlySet<PersonId> },
): EnlistingPlan {
  const then = new Map(people);
  const firsts = new Map<PersonId, number>();
  const problems: LineProblem[] = [];
  const orders: { act: "person-added" | "person-changed"; person: Person }[] = [];
  let same = 0;
  for (const { line, wish } of lines) {
    const problem = (sentence: string): void => void problems.push({ line, sentence });
    const named = wish.id ?? wish.extension ?? "";
    const before = personNamed(then, named);
    const first = before && firsts.get(before.id);
    if (before && first !== undefined) {
      problem(`This is ${before.name} again, who stands in line ${first}.`);
      continue;
    }
    const person = personOf(wish, before, then.values(), site.policy);
    if ("ok" in person) {
      problem(person.sentence);
      continue;
    }
    firsts.set(person.id, line);
    then.set(person.id, person);
    if (!before) orders.push({ act: "person-added", person });
    else if (isSame(before, person)) same += 1;
    else if (site.ofFile.has(person.id)) problem(`${before.name} stands in the configuration file; change it there.`);
    else orders.push({ act: "person-changed", person });
  }
  return { problems, orders, same };
}

function isSame(before: Person, now: Person): boolean {
  const whole = ({ teams, ...rest }: Person): string =>
    JSON.stringify([Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)), teams]);
  return whole(before) === whole(now);
}
