import type { Mac, PersonId } from "./ids.js";
import type { Phone } from "./people.js";

/** Told of a phone that came (`before` undefined), changed, or went (`now` undefined). */
export type PhoneTold = (before: Phone | undefined, now: Phone | undefined) => void;

/** The phones there are now, drawn ones left out; they come and go while earshot runs. */
export interface Phones {
  get(mac: Mac): Phone | undefined;
  /** In the order in which they came; one that changes keeps its place. */
  all(): readonly Phone[];
  of(owner: PersonId): readonly Phone[];
  /** Tells of each from now on, once it is so; the returned function ends that. */
  follow(told: PhoneTold): () => void;
}
