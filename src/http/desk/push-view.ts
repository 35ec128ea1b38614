import type { PersonId, PushResult } from "../../model/index.js";
import type { State } from "../../state/index.js";

/** Pushes that one observer waits for, at most. */
const mostHeld = 50;

/**
 * The pushes as one observer may read them now. A page that opens at a supervisor's phone says that somebody supervises,
 * and so does a call for help that did not go to them: while the observer is on a call it may be theirs, and hidden (R12),
 * so it is told afterwards.
 */
export class PushView {
  readonly #observer: PersonId | undefined;
  readonly #held: PushResult[] = [];

  constructor(observer: PersonId | undefined) {
    this.#observer = observer;
  }

  /** The pushes that may be told; the others are kept. */
  take(state: State, pushes: readonly PushResult[]): readonly PushResult[] {
    if (this.#observer === undefined || !state.callsOfPerson.has(this.#observer)) return pushes;
    this.#held.push(...pushes.filter((push) => this.#mustWait(push)));
    this.#held.splice(0, Math.max(0, this.#held.length - mostHeld));
    return pushes.filter((push) => !this.#mustWait(push));
  }

  /** What was kept and may be told now. */
  release(state: State): readonly PushResult[] {
    return this.#held.length === 0 ? [] : this.take(state, this.#held.splice(0));
  }

  #mustWait({ kind, person }: PushResult): boolean {
    return kind === "page" || (kind === "notice" && person !== this.#observer);
  }
}
