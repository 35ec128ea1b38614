import type { Clock } from "../model/index.js";

/** So long at a list, in milliseconds, and whoever else waits has a turn: no page waits for a list of thousands. */
const turnMs = 4;

/** Does `work` for each of a list, in its order, with everybody else's turns in between. */
export async function inTurns<T>(clock: Clock, list: readonly T[], work: (one: T) => void): Promise<void> {
  let since = clock.now();
  for (const one of list) {
    // Also where the clock was set back meanwhile.
    if (Math.abs(clock.now() - since) >= turnMs) {
      await new Promise<void>((turn) => clock.after(0, turn));
      since = clock.now();
    }
    work(one);
  }
}

/** A list in pieces of at most so many. */
export function* slices<T>(list: readonly T[], most: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += most) yield list.slice(from, from + most);
}
