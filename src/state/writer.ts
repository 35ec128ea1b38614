import type { Clock, OwnEvent, PbxEvent } from "../model/index.js";
import { reduce } from "./reduce.js";
import type { Change, MutableState, State } from "./state.js";

export type Subscriber = (change: Change) => void;

/**
 * The one writer of the state. Events are taken in the order in which they were given; one that is raised by a
 * subscriber waits until all subscribers have seen the one before.
 */
export class Writer {
  readonly #state: MutableState;
  readonly #clock: Clock;
  readonly #subscribers = new Set<Subscriber>();
  readonly #onBug: (error: unknown) => void;
  readonly #waiting: (PbxEvent | OwnEvent)[] = [];
  #busy = false;

  /** @param onBug told of a subscriber that threw: the others are served all the same. */
  constructor(state: MutableState, clock: Clock, onBug: (error: unknown) => void) {
    this.#state = state;
    this.#clock = clock;
    this.#onBug = onBug;
  }

  get state(): State {
    return this.#state;
  }

  /** Takes an event in; when this returns, it and all it caused have been seen by every subscriber (unless nested). */
  take(event: PbxEvent | OwnEvent): void {
    this.#waiting.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        const change = reduce(this.#state, { ...next, at: this.#clock.now() });
        for (const subscriber of this.#subscribers) this.#tell(subscriber, change);
      }
    } finally {
      this.#busy = false;
    }
  }

  #tell(subscriber: Subscriber, change: Change): void {
    try {
      subscriber(change);
    } catch (error) {
      this.#onBug(error);
    }
  }

  /** Calls `subscriber` after every event, in the order of subscribing; the returned function ends that. */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }
}
