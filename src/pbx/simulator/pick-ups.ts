import type { Extension, PersonId } from "../../model/index.js";
import type { RandomStream } from "./random.js";
import type { Registrations } from "./registrations.js";

/** When phones that ring are picked up by themselves. */
export class PickUps {
  /** Without `chance` never; `inHands` has those whose phones somebody works by hand. */
  constructor(
    private readonly chance: RandomStream | undefined,
    private readonly inHands: ReadonlySet<PersonId>,
    private readonly registrations: Registrations,
  ) {}

  /** After how long a phone is picked up that begins to ring now; undefined when somebody does it by hand. */
  afterMs(): number | undefined {
    return this.chance?.between(1_500, 4_000);
  }

  /** Whether somebody holds the phone of that extension in their hands, and takes it by themselves. */
  isAttended(extension: Extension): boolean {
    const person = this.registrations.personAt(extension);
    return person !== undefined && this.inHands.has(person);
  }
}
