import type { LegId } from "../../model/index.js";
import type { Agent } from "./agents.js";
import type { Conversation } from "./conversation.js";
import { type Act, courseOf, type Step } from "./course.js";
import type { RandomStream } from "./random.js";

/** Somebody outside in a call with the house. */
export interface Caller {
  readonly call: Conversation;
  readonly chance: RandomStream;
  /** The queue that brought the call. */
  readonly queue?: string;
  /** By another agent, who had it before. */
  readonly transferred?: true;
}

/** What a talk needs of the call centre around it. */
export interface Around {
  colleagueFor(agent: Agent): Agent | undefined;
  /** Two agents' phones: the colleague's rings. `over` when they talk no longer, or never did. */
  dial(
    agent: Agent,
    colleague: Agent,
    told: { readonly answered: () => void; readonly over: () => void },
  ): Conversation;
  /** That agent's phone rings with the caller, in place of whoever had the call. */
  ring(caller: Caller, agent: Agent): void;
  help(agent: Agent, raised: boolean): void;
  /** The caller is gone. */
  gone(caller: Caller): void;
  wrapUp(agent: Agent): void;
}

/** One agent's part of a conversation with somebody outside, from the answer on. */
export class Talk {
  private readonly leg: LegId;
  private consultation: Conversation | undefined;

  constructor(
    private readonly caller: Caller,
    private readonly agent: Agent,
    private readonly around: Around,
  ) {
    this.leg = caller.call.agentLeg;
  }

  start(): void {
    const { call, chance, transferred } = this.caller;
    call.follow((news) => {
      if (news === "ended") this.ended();
    });
    this.go(courseOf(chance, transferred !== true));
  }

  private go([step, ...rest]: readonly Step[]): void {
    if (step === undefined) return;
    this.agent.next(step.afterMs, () => {
      if (this.goesOn(step.act, rest)) this.go(rest);
    });
  }

  /** Does it; false where what follows is another's. */
  private goesOn(act: Act, rest: readonly Step[]): boolean {
    const { caller, agent, around, leg } = this;
    const { call } = caller;
    const played = !call.isInHand(leg);
    switch (act) {
      case "hold":
        if (played) call.hold(leg);
        return true;
      case "resume":
        if (played) call.resume(leg);
        return true;
      case "customer-holds":
        call.hold(call.otherLeg);
        return true;
      case "customer-resumes":
        call.resume(call.otherLeg);
        return true;
      case "raise-hand":
      case "lower-hand":
        if (played) around.help(agent, act === "raise-hand");
        return true;
      case "blind-transfer":
        return !(played && this.send());
      case "consult":
        return !(played && this.consult(rest));
      case "end":
        call.hangUp();
        return false;
      default:
        return act satisfies never;
    }
  }

  /** A blind transfer, to a colleague who is free. */
  private send(): boolean {
    const { caller, agent, around } = this;
    const colleague = around.colleagueFor(agent);
    if (colleague === undefined) return false;
    around.help(agent, false);
    around.ring({ ...caller, transferred: true }, colleague);
    around.wrapUp(agent);
    return true;
  }

  /** An attended transfer: the caller holds, a colleague is asked and takes the call, or it goes on as it was. */
  private consult(rest: readonly Step[]): boolean {
    const { caller, agent, around, leg } = this;
    const colleague = around.colleagueFor(agent);
    if (colleague === undefined) return false;
    caller.call.hold(leg);
    this.consultation = around.dial(agent, colleague, {
      answered: () => agent.next(agent.chance.between(8_000, 30_000), () => this.handOver(colleague)),
      over: () => {
        if (this.consultation === undefined) return;
        this.consultation = undefined;
        if (!caller.call.isInHand(leg)) caller.call.resume(leg);
        this.go(rest);
      },
    });
    return true;
  }

  private handOver(colleague: Agent): void {
    const { caller, agent, around, consultation } = this;
    if (consultation === undefined) return;
    this.consultation = undefined;
    around.help(agent, false);
    caller.call.join(consultation);
    new Talk({ ...caller, transferred: true }, colleague, around).start();
    around.wrapUp(agent);
  }

  private ended(): void {
    const { caller, agent, around, consultation } = this;
    this.consultation = undefined;
    consultation?.hangUp();
    around.help(agent, false);
    around.gone(caller);
    around.wrapUp(agent);
  }
}
