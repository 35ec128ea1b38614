import type { Clock, Person } from "../../model/index.js";
import { awkwardCustomers, type Customer, customers, queues } from "./customers.js";
import type { CallHandle, CallPlan, LiveCalls } from "./live-calls.js";
import { type RandomStream, randomStream } from "./random.js";

export interface CallLifeSettings {
  readonly people: readonly Person[];
  readonly seed: number;
  readonly clock: Clock;
  readonly calls: LiveCalls;
}

interface Agent {
  readonly person: Person;
  /** Each agent's day is their own: a late timer of one does not change what happens to another. */
  readonly chance: RandomStream;
  busy: boolean;
}

/** The day of the call centre: every agent takes or makes one call after the other. */
export class CallLife {
  private readonly agents: readonly Agent[];
  private readonly clock: Clock;
  private readonly calls: LiveCalls;
  private readonly timers = new Set<() => void>();
  private readonly onTheLine = new Set<Customer>();

  constructor({ people, seed, clock, calls }: CallLifeSettings) {
    this.clock = clock;
    this.calls = calls;
    this.agents = people
      .filter((person) => person.role === "agent" || person.role === "agent-plus")
      .map((person) => ({ person, chance: randomStream(seed, `agent ${person.id}`), busy: false }));
  }

  start(): void {
    for (const [place, agent] of this.agents.entries()) {
      this.later(1_000 + place * 7_000 + agent.chance.between(0, 3_000), () => this.begin(agent));
    }
  }

  /** Everybody goes home; a next start is a new day. */
  stop(): void {
    for (const cancel of this.timers) cancel();
    this.timers.clear();
    this.calls.clear();
    this.onTheLine.clear();
    for (const agent of this.agents) agent.busy = false;
  }

  private begin(agent: Agent): void {
    if (agent.busy) {
      this.wrapUp(agent);
      return;
    }
    const what = agent.chance.next();
    const colleague = what < 0.1 ? this.freeColleague(agent) : undefined;
    if (colleague !== undefined) this.consult(agent, colleague);
    else this.serve(agent, what);
  }

  private serve(agent: Agent, what: number): void {
    const customer = this.customer(agent.chance);
    this.onTheLine.add(customer);
    agent.busy = true;
    this.live(this.calls.place(customerCall(agent, customer, what)), agent.chance, () => {
      this.onTheLine.delete(customer);
      agent.busy = false;
      this.wrapUp(agent);
    });
  }

  private consult(agent: Agent, colleague: Agent): void {
    agent.busy = true;
    colleague.busy = true;
    const call = this.calls.place({
      direction: "internal",
      caller: { kind: "internal", person: agent.person.id },
      callee: { kind: "internal", person: colleague.person.id },
    });
    this.live(call, agent.chance, () => {
      agent.busy = false;
      colleague.busy = false;
      this.wrapUp(agent);
    });
  }

  /** Ringing, talking with a hold now and then, the end; one in twenty gives up before the answer. */
  private live(call: CallHandle, chance: RandomStream, over: () => void): void {
    const end = (): void => {
      call.hangUp();
      over();
    };
    const ringing = chance.between(2_000, 9_000);
    if (chance.chance(0.05)) {
      this.later(ringing + chance.between(5_000, 15_000), end);
      return;
    }
    this.later(ringing, () => {
      call.answer();
      this.talk(call, chance, chance.between(90_000, 480_000), end);
    });
  }

  private talk(call: CallHandle, chance: RandomStream, remainingMs: number, end: () => void): void {
    const untilHold = chance.between(30_000, 200_000);
    const held = chance.between(8_000, 45_000);
    if (untilHold + held > remainingMs || chance.chance(0.4)) {
      this.later(remainingMs, end);
      return;
    }
    this.later(untilHold, () => {
      call.hold();
      this.later(held, () => {
        call.resume();
        this.talk(call, chance, remainingMs - untilHold - held, end);
      });
    });
  }

  private wrapUp(agent: Agent): void {
    this.later(agent.chance.between(5_000, 30_000), () => this.begin(agent));
  }

  private freeColleague(agent: Agent): Agent | undefined {
    const free = this.agents.filter((other) => other !== agent && !other.busy);
    const [first, ...rest] = free;
    return first === undefined ? undefined : agent.chance.pick([first, ...rest]);
  }

  /** Nobody calls twice at a time, as long as there are enough of them. */
  private customer(chance: RandomStream): Customer {
    const cast = chance.chance(0.15) ? awkwardCustomers : customers;
    const [first, ...rest] = cast.filter((customer) => !this.onTheLine.has(customer));
    return chance.pick(first === undefined ? cast : [first, ...rest]);
  }

  private later(ms: number, run: () => void): void {
    const cancel = this.clock.after(ms, () => {
      this.timers.delete(cancel);
      run();
    });
    this.timers.add(cancel);
  }
}

function customerCall(agent: Agent, customer: Customer, what: number): CallPlan {
  const internal = { kind: "internal", person: agent.person.id } as const;
  const external = { kind: "external", number: customer.number, name: customer.name } as const;
  if (what > 0.82) return { direction: "outbound", caller: internal, callee: external };
  if (what > 0.7) return { direction: "inbound", caller: external, callee: internal };
  return { direction: "inbound", caller: external, callee: internal, queue: agent.chance.pick(queues) };
}
