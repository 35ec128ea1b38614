import { audience } from "../audience/index.js";
import type { Bus, Log, PersonId, SupervisingShown } from "../model/index.js";
import type { Change, Writer } from "../state/index.js";
import { maySupervise, type SitePolicy } from "../supervision/index.js";

export interface SupervisorTopicsParts {
  readonly writer: Writer;
  readonly policy: SitePolicy;
  readonly bus: Pick<Bus, "retain" | "withdraw">;
  readonly log: Log;
  readonly gateway: string;
  readonly epoch: number;
}

/** Without `shown` it was taken back, as they supervise no more; `seq` goes on should they again. */
interface Published {
  readonly payload: string;
  readonly shown?: SupervisingShown;
  readonly seq: number;
}

/** Keeps true what supervisors' own devices may know: what they supervise, and who is there beside them (R16). */
export class SupervisorTopics {
  readonly #parts: SupervisorTopicsParts;
  readonly #published = new Map<PersonId, Published>();
  #unsubscribe: () => void = () => {};

  constructor(parts: SupervisorTopicsParts) {
    this.#parts = parts;
  }

  /** Follows the state from now on. */
  start(): void {
    this.#unsubscribe = this.#parts.writer.subscribe((change) => this.#follow(change));
  }

  stop(): void {
    this.#unsubscribe();
  }

  /** Publishes all of them, as after each (re)connect of the bus. */
  publishAll(): void {
    for (const [person, published] of this.#published) this.#publish(person, published);
  }

  #follow(change: Change): void {
    const { state } = this.#parts.writer;
    if (state.pbx === "starting") return;
    // Everybody once; then whoever supervises, as any of them may stand beside another.
    for (const person of change.people) {
      if (!this.#mayHave(person)) this.#takeBack(person);
      else if (!this.#published.get(person)?.shown) this.#update(person);
    }
    if (change.supervisions.size === 0 && change.ended.length === 0) return;
    for (const [person, { shown }] of this.#published) {
      if ((shown && shown.supervisions.length > 0) || state.bySupervisor.has(person)) this.#update(person);
    }
  }

  #mayHave(id: PersonId): boolean {
    const person = this.#parts.writer.state.people.get(id);
    return person !== undefined && maySupervise(person);
  }

  #takeBack(id: PersonId): void {
    const was = this.#published.get(id);
    if (!was?.shown) return;
    const withdrawn = { payload: "", seq: was.seq };
    this.#published.set(id, withdrawn);
    this.#publish(id, withdrawn);
  }

  #update(id: PersonId): void {
    const { writer, policy } = this.#parts;
    const person = writer.state.people.get(id);
    if (!person || !maySupervise(person)) return;
    const shown = audience(writer.state, policy, person).supervising;
    const payload = JSON.stringify(shown);
    const was = this.#published.get(id);
    if (was?.payload === payload) return;
    const published = { payload, shown, seq: (was?.seq ?? 0) + 1 };
    this.#published.set(id, published);
    this.#publish(id, published);
  }

  #publish(person: PersonId, { shown, seq }: Published): void {
    const { bus, gateway, epoch, log } = this.#parts;
    const done = shown
      ? bus.retain(person, "supervision", { ...shown, gateway, epoch, seq })
      : bus.withdraw(person, "supervision");
    done.catch((error: unknown) => log.warn({ error, person }, "what a supervisor does could not be published"));
  }
}
