import type { PersonId } from "../model/index.js";
import type { Change } from "../state/index.js";
import type { ControlParts } from "./parts.js";

/** Agents who ask for help: by a key of their own page, and on record however it was asked. */
export class Hands {
  readonly #parts: Pick<ControlParts, "writer" | "audit" | "clock">;
  readonly #raised = new Set<PersonId>();
  #unsubscribe: () => void = () => {};

  constructor(parts: Pick<ControlParts, "writer" | "audit" | "clock">) {
    this.#parts = parts;
  }

  start(): void {
    this.#unsubscribe = this.#parts.writer.subscribe((change) => this.#follow(change));
  }

  stop(): void {
    this.#unsubscribe();
  }

  /** A hand is raised for a call, and lowered at any time. */
  ask(person: PersonId, raised: boolean): void {
    const { writer } = this.#parts;
    if (raised && !writer.state.callsOfPerson.has(person)) return;
    writer.take({ type: "help-asked", person, raised });
  }

  #follow({ people }: Change): void {
    const { writer, audit, clock } = this.#parts;
    const { help, callsOfPerson } = writer.state;
    for (const person of people) {
      const raised = help.has(person);
      if (raised === this.#raised.has(person)) continue;
      if (raised) this.#raised.add(person);
      else this.#raised.delete(person);
      const [call] = callsOfPerson.get(person) ?? [];
      const act = raised ? "raise-hand" : "lower-hand";
      audit.after({
        ...{ at: clock.now(), act, outcome: "done", supervisor: person, agent: person },
        ...(call && { call }),
      });
    }
  }
}
