type Factors = Readonly<Record<string, readonly unknown[]>>;
export type Choice<F extends Factors> = { readonly [Name in keyof F]: F[Name][number] };

/** A value of each factor, by its place. */
type Row = ReadonlyMap<string, number>;

/** How many pairs that have not met are tried as the beginning of the next choice. */
const beginnings = 60;

/**
 * Few choices of one value for each factor, so that every two values of two factors meet in at least one of them. Each
 * choice begins with a pair that has not met, and takes next whatever value of whatever factor meets the most anew; of
 * several such choices the one that brings the most together is kept. The same for the same factors.
 */
export function pairwise<const F extends Factors>(factors: F): readonly Choice<F>[] {
  const values = Object.entries(factors).flatMap(([name, all]) => all.map((_, place) => [name, place] as const));
  const left = new Map<string, Row>();
  for (const one of values) {
    for (const other of values) if (one[0] < other[0]) left.set(pair(one, other), new Map([one, other]));
  }
  const choices: Choice<F>[] = [];
  while (left.size > 0) {
    const step = Math.max(1, Math.floor(left.size / beginnings));
    const begun = [...left.values()].filter((_, at) => at % step === 0);
    // Among equals the first counts, so each begins at another place.
    const turned = (at: number) => [...values.slice(at % values.length), ...values.slice(0, at % values.length)];
    const rows = begun.map((first, at) => filled(first, turned(at * 7), left));
    const best = rows.reduce((one, other) => (newPairs(other, left) > newPairs(one, left) ? other : one));
    for (const met of pairs(best)) left.delete(met);
    const chosen = Object.entries(factors).map(([name, all]) => [name, all[best.get(name) ?? 0]]);
    choices.push(Object.fromEntries(chosen) as Choice<F>);
  }
  return choices;
}

function pair(one: readonly [string, number], other: readonly [string, number]): string {
  return [one, other]
    .map(([name, place]) => `${name} ${place}`)
    .sort()
    .join(", ");
}

function pairs(row: Row): string[] {
  const all = [...row];
  return all.flatMap((one, at) => all.slice(at + 1).map((other) => pair(one, other)));
}

function newPairs(row: Row, left: ReadonlyMap<string, Row>): number {
  return pairs(row).filter((one) => left.has(one)).length;
}

function filled(first: Row, values: readonly (readonly [string, number])[], left: ReadonlyMap<string, Row>): Row {
  const row = new Map(first);
  for (;;) {
    const meets = (value: readonly [string, number]): number =>
      [...row].filter((other) => left.has(pair(value, other))).length;
    const [best] = values
      .filter(([name]) => !row.has(name))
      .map((value) => ({ value, meets: meets(value) }))
      .sort((one, other) => other.meets - one.meets);
    if (!best) return row;
    row.set(...best.value);
  }
}
