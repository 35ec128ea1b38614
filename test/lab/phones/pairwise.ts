type Factors = Readonly<Record<string, readonly unknown[]>>;
export type Choice<F extends Factors> = { readonly [Name in keyof F]: F[Name][number] };

/**
 * Few choices of one value for each factor, so that every two values of two factors meet in at least one of them: each
 * choice begins with a pair that has not met, and takes for every other factor the value that meets the most anew.
 */
export function pairwise<const F extends Factors>(factors: F): readonly Choice<F>[] {
  const names = Object.keys(factors);
  const key = (name: string, value: number, other: string, another: number): string =>
    name < other ? `${name} ${value} ${other} ${another}` : `${other} ${another} ${name} ${value}`;
  const places = (name: string): number[] => (factors[name] ?? []).map((_, place) => place);
  const left = new Map<string, ReadonlyMap<string, number>>();
  for (const [at, name] of names.entries()) {
    for (const other of names.slice(at + 1)) {
      for (const one of places(name)) {
        for (const another of places(other)) {
          left.set(
            key(name, one, other, another),
            new Map([
              [name, one],
              [other, another],
            ]),
          );
        }
      }
    }
  }
  const choices: Choice<F>[] = [];
  for (let first = left.values().next().value; first; first = left.values().next().value) {
    const chosen = new Map(first);
    for (const name of names) {
      const meets = (value: number): number =>
        [...chosen].filter(([other, another]) => left.has(key(name, value, other, another))).length;
      if (!chosen.has(name))
        chosen.set(
          name,
          places(name).reduce((best, next) => (meets(next) > meets(best) ? next : best)),
        );
    }
    for (const [name, one] of chosen)
      for (const [other, another] of chosen) left.delete(key(name, one, other, another));
    choices.push(Object.fromEntries(names.map((name) => [name, factors[name]?.[chosen.get(name) ?? 0]])) as Choice<F>);
  }
  return choices;
}
