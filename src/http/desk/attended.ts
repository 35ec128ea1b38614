import type { Handsets, Lights, LightTold, PersonId } from "../../model/index.js";

/** Whose phones are drawn: their hooks are in our hands, and their lights lit, while somebody looks. */
export class Attended {
  readonly #handsets: Handsets | undefined;
  readonly #lights: Lights | undefined;
  readonly #told: LightTold;
  #owners: ReadonlySet<PersonId> = new Set();
  #close: (() => void) | undefined;

  constructor({ handsets, lights }: { readonly handsets?: Handsets; readonly lights?: Lights }, told: LightTold) {
    this.#handsets = handsets;
    this.#lights = lights;
    this.#told = told;
  }

  /** From now on these, and nobody else. Whoever was attended before is left as they are. */
  attend(people: Iterable<PersonId>): void {
    const owners = new Set(people);
    const came = [...owners].filter((owner) => !this.#owners.has(owner));
    const went = [...this.#owners].filter((owner) => !owners.has(owner));
    this.#owners = owners;
    for (const owner of came) this.#handsets?.attend(owner, true);
    for (const owner of went) this.#handsets?.attend(owner, false);
    if (!this.#lights || (this.#close && came.length + went.length === 0)) return;
    this.#close?.();
    this.#close = this.#lights.open([...owners], this.#told);
  }

  stop(): void {
    for (const owner of this.#owners) this.#handsets?.attend(owner, false);
    this.#owners = new Set();
    this.#close?.();
    this.#close = undefined;
  }
}
