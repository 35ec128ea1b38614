/** Phones forget their lamps at a restart, and nobody tells us of one. */
const replayMs = 600_000;

/** After how many milliseconds a phone's lamp is sent again: not all of them at once. `random` is from 0 up to 1. */
export function replayWithin(random: () => number): number {
  return Math.round(replayMs * (0.75 + random() / 2));
}
