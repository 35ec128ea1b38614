import type { ActionResult, Person, PersonId, Routing } from "../../model/index.js";
import { away, done } from "./answers.js";

/** What a pause of earshot says in the queue. */
const ours = "earshot";

/** One membership, as the queue tells it. */
export interface Membership {
  readonly queue: string;
  /** Undefined while the queue rings them; empty for a pause without a reason. */
  readonly pausedFor: string | undefined;
}

/**
 * Who is paused in which queue, and for what. Each team of agents is a queue. What is paused stays so whatever becomes of
 * the gateway, as at a PBX.
 */
export class QueuePauses implements Routing {
  private readonly queues: ReadonlyMap<PersonId, readonly string[]>;
  private readonly paused = new Map<PersonId, Map<string, string>>();

  /** @param changed told of whose pauses have changed. */
  constructor(
    people: readonly Person[],
    private readonly connected: () => boolean,
    private readonly changed: (person: PersonId) => void,
  ) {
    const members = people.filter(({ role }) => role === "agent" || role === "agent-plus");
    this.queues = new Map(members.map(({ id, teams }) => [id, [...new Set(teams)]]));
  }

  of(person: PersonId): readonly Membership[] {
    return (this.queues.get(person) ?? []).map((queue) => ({ queue, pausedFor: this.paused.get(person)?.get(queue) }));
  }

  /** Whether this queue does not ring that person now. */
  isPaused(person: PersonId, queue: string): boolean {
    return this.paused.get(person)?.has(queue) === true;
  }

  /** That person pauses themselves in all their queues, or takes calls again. */
  byHand(person: PersonId, reason: string | undefined): void {
    for (const { queue } of this.of(person)) this.set(person, queue, reason);
    this.changed(person);
  }

  async pause(person: PersonId): Promise<ActionResult> {
    if (!this.connected()) return away;
    for (const { queue, pausedFor } of this.of(person)) if (pausedFor === undefined) this.set(person, queue, ours);
    this.changed(person);
    return done;
  }

  async lift(whose: (person: PersonId) => boolean): Promise<ActionResult> {
    if (!this.connected()) return away;
    for (const person of this.queues.keys()) {
      if (!whose(person)) continue;
      const lifted = this.of(person).filter(({ pausedFor }) => pausedFor === ours);
      for (const { queue } of lifted) this.set(person, queue, undefined);
      if (lifted.length > 0) this.changed(person);
    }
    return done;
  }

  private set(person: PersonId, queue: string, reason: string | undefined): void {
    const own = this.paused.get(person) ?? new Map<string, string>();
    if (reason === undefined) own.delete(queue);
    else own.set(queue, reason);
    this.paused.set(person, own);
  }
}
