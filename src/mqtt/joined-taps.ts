import type { BusTap } from "../model/index.js";

/** One tap for several that look on. */
export function joinedTaps(taps: readonly BusTap[]): BusTap {
  return {
    published: (message) => {
      for (const tap of taps) tap.published(message);
    },
    pushed: (push) => {
      for (const tap of taps) tap.pushed(push);
    },
    standing: () => {
      for (const tap of taps) tap.standing();
    },
  };
}
