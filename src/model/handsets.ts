import type { Handset, HandsetAct, Pace } from "./desk.js";
import type { PersonId } from "./ids.js";

/** The hooks of simulated phones, one for each person. A real PBX has none: there, hands do it. */
export interface Handsets {
  of(person: PersonId): Handset;
  /** Calls `told` after every change; the returned function ends that. */
  follow(told: (person: PersonId, handset: Handset) => void): () => void;
  /** False where there is nothing to do that with, as answering a phone that does not ring. */
  act(person: PersonId, act: HandsetAct): boolean;
  /** Whether somebody sits at this phone: then nothing is picked up or hung up by itself. */
  attend(person: PersonId, attended: boolean): void;
}

/** How fast a simulated PBX lives. */
export interface Paced {
  readonly pace: Pace;
  /** False for a speed outside `paceLimits`, and where nothing lives by itself. What is under way changes its pace too. */
  setSpeed(speed: number): boolean;
}
