import type { Clock } from "../model/index.js";

/** What `done` comes to, or `otherwise` where that takes longer than `ms`. Rejects where `done` does so in time. */
export function atMost<T>(clock: Clock, ms: number, done: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(otherwise));
    done.then(resolve, reject).finally(cancel);
  });
}
