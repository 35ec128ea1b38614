import type { Clock, Person, PersonId } from "../../model/index.js";
import { Agent, Roster } from "./agents.js";
import { internalCall, outgoingCall } from "./call-plans.js";
import type { Conversation } from "./conversation.js";
import { type Customer, customerBy } from "./customers.js";
import type { LiveCalls } from "./live-calls.js";
import { Queue } from "./queue.js";
import { type RandomStream, randomStream } from "./random.js";
import { Rhythm } from "./rhythm.js";
import { type Around, type Caller, Talk } from "./talk.js";

export interface CallLifeSettings {
  readonly people: readonly Person[];
  readonly seed: number;
  readonly speed: number;
  readonly clock: Clock;
  readonly calls: LiveCalls;
  /** Whose phones are in somebody's hands. */
  readonly attended: ReadonlySet<PersonId>;
  readonly help: (person: PersonId, raised: boolean) => void;
  /** Whom a queue does not ring now. */
  readonly paused: (person: PersonId, queue: string) => boolean;
}

/** How long a caller waits, in the middle; how long an agent with nothing to do waits until they dial, on average. */
const patienceMs = 150_000;
const idleMs = 240_000;
const ringsOutMs = 25_000;

/**
 * The day of the call centre. Customers come into the queue of a team and wait for its longest idle agent; agents are
 * dialled directly, dial out, and call each other. By-hand acts at a phone change its course: it follows the calls.
 */
export class CallLife implements Around {
  private readonly rhythm: Rhythm;
  private readonly roster: Roster;
  private readonly queues: readonly Queue[];
  private readonly onTheLine = new Map<Conversation, Customer>();
  private readonly patience = new Map<Conversation, () => void>();
  private readonly raised = new Set<PersonId>();

  constructor(private readonly settings: CallLifeSettings) {
    const { people, seed, speed, clock, attended } = settings;
    this.rhythm = new Rhythm(clock, speed);
    const { paused } = settings;
    const agents = people.filter(({ role }) => role === "agent" || role === "agent-plus");
    this.roster = new Roster(
      agents.map((person) => new Agent(person, seed, clock, this.rhythm, attended)),
      paused,
    );
    const teams = new Set(agents.flatMap((person) => person.teams));
    this.queues = [...teams].map((team) => new Queue(team, agents, seed, this.rhythm));
  }

  get speed(): number {
    return this.rhythm.speed;
  }

  /** Takes effect for what is under way as well. */
  pace(speed: number): void {
    this.rhythm.change(speed);
  }

  /** Who has a hand raised now. */
  get helpWanted(): ReadonlySet<PersonId> {
    return this.raised;
  }

  start(): void {
    for (const agent of this.roster.all) this.release(agent);
    for (const queue of this.queues) {
      queue.open((number, early) => this.arrive(queue, number, early));
    }
  }

  /** Everybody goes home; a next start is a new day. */
  stop(): void {
    this.settings.calls.clear();
    this.roster.clear();
    this.rhythm.stop();
    for (const queue of this.queues) queue.clear();
  }

  /** Nobody has that phone in their hands any more. */
  lookAfter(person: PersonId): void {
    this.roster.of(person)?.lookAfterPhone();
  }

  /** That person's pauses have changed: whoever waits in their queues may ring them now. */
  lookForWork(person: PersonId): void {
    const agent = this.roster.of(person);
    for (const queue of this.queues) if (agent?.person.teams.includes(queue.team)) this.serve(queue);
  }

  colleagueFor(agent: Agent): Agent | undefined {
    return this.roster.colleague(agent);
  }

  dial(
    agent: Agent,
    colleague: Agent,
    { answered, over }: { readonly answered: () => void; readonly over: () => void },
  ): Conversation {
    this.roster.take(colleague);
    const call = this.settings.calls.place(internalCall(agent.id, colleague.id));
    call.follow((news) => {
      if (news === "answered") {
        colleague.rest();
        answered();
      } else if (news === "declined") call.hangUp();
      else {
        this.wrapUp(colleague);
        over();
      }
    });
    colleague.respond({ quickly: false, answer: () => call.answer(), miss: () => call.hangUp() });
    return call;
  }

  ring(caller: Caller, agent: Agent, quickly = false): void {
    this.roster.take(agent);
    const { call, chance } = caller;
    this.waitsNoLonger(caller);
    if (chance.chance(0.04) && !quickly) {
      // Who is left to a hand waits for it.
      this.givesUp(caller, chance.between(1_500, 8_000), () => this.settings.attended.has(agent.id));
    }
    const unanswered = (): void => {
      this.waitsNoLonger(caller);
      this.wrapUp(agent);
      this.ringNext(caller);
    };
    call.follow((news) => {
      if (news === "answered") this.talk(caller, agent);
      else if (news === "declined") unanswered();
      else {
        this.gone(caller);
        this.wrapUp(agent);
      }
    });
    call.ring(agent.id);
    agent.respond({ quickly, answer: () => call.answer(), miss: unanswered });
  }

  help(agent: Agent, raised: boolean): void {
    if (this.raised.has(agent.id) === raised) return;
    if (raised) this.raised.add(agent.id);
    else this.raised.delete(agent.id);
    this.settings.help(agent.id, raised);
  }

  gone(caller: Caller): void {
    this.waitsNoLonger(caller);
    this.onTheLine.delete(caller.call);
  }

  wrapUp(agent: Agent): void {
    agent.next(agent.chance.between(8_000, 40_000), () => this.release(agent));
  }

  /** An agent is free: for whoever waits, and otherwise for something of their own. */
  private release(agent: Agent): void {
    this.roster.release(agent);
    agent.next(agent.chance.exponential(idleMs), () => this.begin(agent));
    for (const queue of this.queues) if (agent.person.teams.includes(queue.team)) this.serve(queue);
  }

  private serve(queue: Queue, quickly = false): void {
    const agent = this.roster.longestIdle(queue.team);
    const caller = agent && queue.next();
    if (agent !== undefined && caller !== undefined) this.ring(caller, agent, quickly);
  }

  private arrive(queue: Queue, number: number, early: boolean): void {
    const { team } = queue;
    const caller = this.caller(randomStream(this.settings.seed, `${team} caller ${number}`), team);
    this.wait(caller, queue);
    queue.join(caller);
    this.serve(queue, early);
  }

  private wait(caller: Caller, queue: Queue): void {
    const { call, chance } = caller;
    call.follow((news) => {
      if (news !== "ended") return;
      queue.leave(caller);
      this.gone(caller);
    });
    this.givesUp(caller, chance.lognormal(patienceMs, 0.7));
  }

  private givesUp({ call }: Caller, afterMs: number, unless: () => boolean = () => false): void {
    const cancel = this.rhythm.after(afterMs, () => {
      if (!unless()) call.hangUp();
    });
    this.patience.set(call, cancel);
  }

  private waitsNoLonger({ call }: Caller): void {
    this.patience.get(call)?.();
    this.patience.delete(call);
  }

  /** Nobody has answered: the queue rings the next, and who had dialled one agent gives up. */
  private ringNext(caller: Caller): void {
    const queue = this.queues.find(({ team }) => team === caller.queue);
    if (queue === undefined) {
      caller.call.hangUp();
      return;
    }
    caller.call.park();
    this.wait(caller, queue);
    queue.rejoin(caller);
    this.serve(queue);
  }

  private talk(caller: Caller, agent: Agent): void {
    this.waitsNoLonger(caller);
    new Talk(caller, agent, this).start();
  }

  /** What an agent has to do who has nothing to do: somebody dials their own number, or they dial somebody. */
  private begin(agent: Agent): void {
    if (!this.roster.takesCalls(agent)) {
      agent.next(agent.chance.exponential(idleMs), () => this.begin(agent));
      return;
    }
    const what = agent.chance.next();
    const colleague = what < 0.2 ? this.roster.colleague(agent) : undefined;
    if (colleague !== undefined) this.chat(agent, colleague);
    else if (what < 0.5) this.ring(this.caller(agent.chance), agent);
    else this.dialOut(agent);
  }

  private chat(agent: Agent, colleague: Agent): void {
    this.roster.take(agent);
    const call = this.dial(agent, colleague, {
      answered: () => agent.next(agent.chance.lognormal(50_000, 0.5), () => call.hangUp()),
      over: () => this.wrapUp(agent),
    });
  }

  private dialOut(agent: Agent): void {
    this.roster.take(agent);
    const { chance } = agent;
    const customer = this.customer(chance);
    const call = this.settings.calls.place(outgoingCall(agent.id, customer));
    this.onTheLine.set(call, customer);
    const caller = { call, chance };
    call.follow((news) => {
      if (news === "answered") this.talk(caller, agent);
      else {
        this.gone(caller);
        this.wrapUp(agent);
      }
    });
    if (chance.chance(0.15)) agent.next(ringsOutMs, () => call.hangUp());
    else agent.next(chance.between(4_000, 15_000), () => call.answer());
  }

  private caller(chance: RandomStream, queue?: string): Caller {
    const customer = this.customer(chance);
    const call = this.settings.calls.place({
      direction: "inbound",
      caller: { kind: "external", ...customer },
      ...(queue === undefined ? {} : { queue }),
    });
    this.onTheLine.set(call, customer);
    return { call, chance, ...(queue === undefined ? {} : { queue }) };
  }

  /** Nobody calls twice at a time, as long as there are enough of them. */
  private customer(chance: RandomStream): Customer {
    const busy = new Set([...this.onTheLine.values()].map(({ number }) => number));
    for (let tries = 0; tries < 10; tries += 1) {
      const customer = customerBy(chance);
      if (!busy.has(customer.number)) return customer;
    }
    return customerBy(chance);
  }
}
