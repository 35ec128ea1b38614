/** The middle value. @throws Error for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** By linear interpolation between the two nearest values. @throws Error for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) throw new Error("no values");
  return low + (high - low) * (at - Math.floor(at));
}

export type Interval = readonly [from: number, to: number];

/** The 95 % interval of the median by order statistics: no assumption about how the values lie. */
export function medianInterval(values: readonly number[]): Interval {
  const sorted = [...values].sort((one, other) => one - other);
  const half = (1.96 * Math.sqrt(sorted.length)) / 2;
  const from = sorted[Math.max(0, Math.floor(sorted.length / 2 - half) - 1)];
  const to = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length / 2 + half))];
  if (from === undefined || to === undefined) throw new Error("no values");
  return [from, to];
}

/** The 95 % interval of the ratio of two medians, by drawing pairs again (bootstrap); always the same draws. */
export function ratioInterval(pairs: readonly { readonly floor: number; readonly earshot: number }[]): Interval {
  const random = seeded(1);
  const ratios = Array.from({ length: 2_000 }, () => {
    const drawn = pairs.map(() => pairs[Math.floor(random() * pairs.length)] ?? { floor: 1, earshot: 1 });
    return median(drawn.map(({ earshot }) => earshot)) / median(drawn.map(({ floor }) => floor));
  });
  return [quantile(ratios, 0.025), quantile(ratios, 0.975)];
}

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
