import type { Person, PersonId } from "../model/index.js";

/** People as a list of thousands asks for them, each time at once. */
export class Roster {
  readonly #byId = new Map<PersonId, Person>();
  readonly #byExtension = new Map<string, Person>();

  constructor(people: Iterable<Person>) {
    for (const person of people) this.put(person);
  }

  byId(id: PersonId): Person | undefined {
    return this.#byId.get(id);
  }

  byExtension(extension: string): Person | undefined {
    return this.#byExtension.get(extension);
  }

  /** The person of that id; else the one of that extension. */
  named(words: string): Person | undefined {
    return this.#byId.get(words as PersonId) ?? this.#byExtension.get(words);
  }

  /** Puts somebody in, or in place of whoever had that id. */
  put(person: Person): void {
    const before = this.#byId.get(person.id);
    if (before && this.#byExtension.get(before.extension) === before) this.#byExtension.delete(before.extension);
    this.#byId.set(person.id, person);
    this.#byExtension.set(person.extension, person);
  }
}
