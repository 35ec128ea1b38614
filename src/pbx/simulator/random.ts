/** A reproducible source of chance. */
export interface RandomStream {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** The wait for the next of things that come by chance and on average every `mean`. */
  exponential(mean: number): number;
  /** Around `median`, with a long tail upwards: a `spread` of 0.5 has 95 % between 0.4 and 2.7 times the median. */
  lognormal(median: number, spread: number): number;
}

/** A stream that depends on seed and name alone: what one stream gives is never moved by the use of another. */
export function randomStream(seed: number, name: string): RandomStream {
  let state = mixed(seed, name);
  // mulberry32: small, well spread, and the same on every machine.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)] ?? from[0],
    exponential: (mean) => -mean * Math.log(1 - next()),
    // Box-Muller: two even draws make a normal one.
    lognormal: (median, spread) =>
      median * Math.exp(spread * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
  };
}

/** FNV-1a over the name, begun at the seed. */
function mixed(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const character of name) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash | 0;
}
