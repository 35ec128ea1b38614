import { type Priority, type Push, priorities } from "./polycom-push.ts";
import type { Switches } from "./polycom-switches.ts";

/** A push at its phone. */
export interface Arrived {
  readonly push: Push;
  /** When it was taken, in milliseconds since 1970. */
  readonly at: number;
}

const mostHeld = 10;
const urgency = (priority: Priority): number => priorities.length - priorities.indexOf(priority);

/**
 * When a phone shows what it was pushed (3): at once while it is idle; in a call or a menu Critical at once, Normal not
 * before it is idle, and what is between them unless the last shown push is as urgent.
 */
export class PushQueue {
  readonly #switches: Switches;
  readonly #show: (arrived: Arrived, waited: boolean) => void;
  #held: Arrived[] = [];
  #busy = false;
  #onScreen: Arrived | undefined;
  /** The last that was shown while the phone was not idle. */
  #last: Arrived | undefined;

  constructor(switches: Switches, show: (arrived: Arrived, waited: boolean) => void) {
    this.#switches = switches;
    this.#show = show;
  }

  get onScreen(): Push | undefined {
    return this.#onScreen?.push;
  }

  /** Those that wait for the phone to be idle, in the order in which they would be shown. */
  get held(): readonly Push[] {
    return this.#held.map(({ push }) => push);
  }

  /** What becomes of a push; `full` where no more can wait. */
  take(arrived: Arrived): "shown" | "held" | "full" {
    if (!this.#waits(arrived.push.priority)) {
      this.#now(arrived, false);
      return "shown";
    }
    if (this.#held.length === mostHeld) return "full";
    this.#held = [...this.#held, arrived].sort((one, other) => {
      return urgency(other.push.priority) - urgency(one.push.priority);
    });
    return "held";
  }

  /** A call or a menu. */
  becomesBusy(): void {
    this.#busy = true;
  }

  becomesIdle(): void {
    this.#busy = false;
    this.#last = undefined;
    if (!this.#switches.shownStays) this.#onScreen = undefined;
    for (const arrived of this.#held.splice(0)) this.#now(arrived, true);
  }

  /** The user puts away what is on the screen. */
  dismiss(): void {
    this.#onScreen = undefined;
  }

  #waits(priority: Priority): boolean {
    if (!this.#busy || priority === "Critical") return false;
    if (priority === "Normal") return true;
    const last = this.#switches.remembersShown ? this.#last : this.#onScreen && this.#last;
    return last !== undefined && urgency(last.push.priority) >= urgency(priority);
  }

  #now(arrived: Arrived, waited: boolean): void {
    this.#onScreen = arrived;
    if (this.#busy) this.#last = arrived;
    this.#show(arrived, waited);
  }
}
