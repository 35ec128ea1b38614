import type { Clock, Person, PersonId } from "../../model/index.js";
import { type RandomStream, randomStream } from "./random.js";
import type { Rhythm } from "./rhythm.js";

/** So long a phone rings that somebody holds in their hands, in real time, before it is answered all the same. */
const patienceMs = 20_000;
const notAnsweredAfterMs = 15_000;

/** One agent of the call centre, who does one thing after the other: there is never more than one timer for each. */
export class Agent {
  /** Each agent's day is their own: a late timer of one does not change what happens to another. */
  readonly chance: RandomStream;
  private readonly inHands: () => boolean;
  private cancel: (() => void) | undefined;
  /** Answers the phone that has been left to a hand. */
  private left: (() => void) | undefined;

  constructor(
    readonly person: Person,
    seed: number,
    private readonly clock: Clock,
    private readonly rhythm: Rhythm,
    attended: ReadonlySet<PersonId>,
  ) {
    this.chance = randomStream(seed, `agent ${person.id}`);
    this.inHands = () => attended.has(person.id);
  }

  get id(): PersonId {
    return this.person.id;
  }

  /** What this agent does next, and after how much of the call centre's time. What was to come before is forgotten. */
  next(ms: number, run: () => void): void {
    this.rest();
    this.cancel = this.rhythm.after(ms, run);
  }

  /** Nothing comes by itself any more. */
  rest(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.left = undefined;
  }

  /** The phone rings: answered after a moment, now and then not at all; left to the hand of whoever holds it. */
  respond(how: { readonly quickly: boolean; readonly answer: () => void; readonly miss: () => void }): void {
    const rungAt = this.clock.now();
    const misses = this.chance.chance(0.07);
    const afterMs = this.chance.between(2_000, how.quickly ? 3_500 : 9_000);
    if (misses && !how.quickly && !this.inHands()) this.next(notAnsweredAfterMs, how.miss);
    else this.next(afterMs, () => this.answerOrLeave(rungAt, how.answer));
  }

  /** Nobody holds the phone any more. */
  lookAfterPhone(): void {
    if (this.left !== undefined) this.next(2_000, this.left);
  }

  private answerOrLeave(rungAt: number, answer: () => void): void {
    const leftMs = this.inHands() ? rungAt + patienceMs - this.clock.now() : 0;
    if (leftMs <= 0) {
      this.left = undefined;
      answer();
      return;
    }
    this.left = () => this.answerOrLeave(rungAt, answer);
    this.cancel = this.clock.after(leftMs, this.left);
  }
}

/** Who works in the call centre, and who of them is free, the longest idle first. */
export class Roster {
  private readonly free = new Set<Agent>();

  /** @param paused whom a queue does not ring now. */
  constructor(
    readonly all: readonly Agent[],
    private readonly paused: (person: PersonId, queue: string) => boolean,
  ) {}

  /** Whether this agent is at work for all their queues; one who is paused in any has something else in hand. */
  takesCalls({ id, person }: Agent): boolean {
    return !person.teams.some((team) => this.paused(id, team));
  }

  /** The longest idle of a team. */
  longestIdle(team: string): Agent | undefined {
    for (const agent of this.free) {
      if (agent.person.teams.includes(team) && !this.paused(agent.id, team)) return agent;
    }
    return undefined;
  }

  /** Somebody who is free, other than this one. */
  colleague(agent: Agent): Agent | undefined {
    const [first, ...rest] = [...this.free].filter((other) => other !== agent && this.takesCalls(other));
    return first === undefined ? undefined : agent.chance.pick([first, ...rest]);
  }

  take(agent: Agent): void {
    this.free.delete(agent);
  }

  release(agent: Agent): void {
    this.free.add(agent);
  }

  /** Everybody goes home. */
  clear(): void {
    this.free.clear();
    for (const agent of this.all) agent.rest();
  }

  of(person: PersonId): Agent | undefined {
    return this.all.find((agent) => agent.id === person);
  }
}
