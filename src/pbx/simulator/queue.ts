import type { Person } from "../../model/index.js";
import { type RandomStream, randomStream } from "./random.js";
import type { Rhythm } from "./rhythm.js";
import type { Caller } from "./talk.js";

/** How much of an agent's time the queues take, and what one call takes of it: talk, ringing, work afterwards. */
const load = 0.62;
const callTakesMs = 245_000;

/** The queue of one team: who comes, and who waits. */
export class Queue {
  private readonly chance: RandomStream;
  private readonly share: number;
  private readonly waiting: Caller[] = [];
  private arrived = 0;

  constructor(
    readonly team: string,
    agents: readonly Person[],
    seed: number,
    private readonly rhythm: Rhythm,
  ) {
    this.chance = randomStream(seed, `queue ${team}`);
    const members = agents.filter(({ teams }) => teams.includes(team));
    this.share = members.reduce((sum, { teams }) => sum + 1 / new Set(teams).size, 0);
  }

  /** Some were calling already; from now on callers come by chance (Poisson), as many as the team can take. */
  open(arrive: (number: number, early: boolean) => void): void {
    const come = (early: boolean): void => {
      this.arrived += 1;
      arrive(this.arrived, early);
    };
    const next = (): void => {
      this.rhythm.after(this.chance.exponential(callTakesMs / load / this.share), () => {
        come(false);
        next();
      });
    };
    const early = Math.max(1, Math.round(this.share * load));
    for (let count = 0; count < early; count += 1) {
      this.rhythm.after(this.chance.between(200, 2_200), () => come(true));
    }
    next();
  }

  join(caller: Caller): void {
    this.waiting.push(caller);
  }

  /** Whoever was rung for in vain is the next again. */
  rejoin(caller: Caller): void {
    this.waiting.unshift(caller);
  }

  next(): Caller | undefined {
    return this.waiting.shift();
  }

  leave(caller: Caller): void {
    const place = this.waiting.indexOf(caller);
    if (place >= 0) this.waiting.splice(place, 1);
  }

  clear(): void {
    this.waiting.length = 0;
  }
}
