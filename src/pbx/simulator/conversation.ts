import type { Call, CallId, Direction, EpochMs, Leg, LegId, Party, PbxEvent, PersonId } from "../../model/index.js";

/** Who carries the sound of a call: the PBX itself, the PBX in its quickest way, or the phones directly. */
export type Media = "pbx" | "native" | "direct";

/** A call to be set up: `caller` dials, `callee` rings. */
export interface CallPlan {
  readonly direction: Direction;
  readonly caller: Party;
  /** Without one the caller waits: no call, until a person is rung. */
  readonly callee?: Party;
  readonly queue?: string;
  /** False where the agent's leg shall not be known beyond doubt. */
  readonly certain?: boolean;
  /** `pbx` unless told: an ear on any other call shows. */
  readonly media?: Media;
}

/** One call in the hand of whoever set it up. Nothing happens to a call that is over. */
export interface CallHandle {
  readonly callId: CallId;
  /** The leg of the agent; of the caller, where both are. */
  readonly agentLeg: LegId;
  readonly otherLeg: LegId;
  answer(): void;
  /** Puts the other party on hold: by the agent, unless the other leg is named. */
  hold(leg?: LegId): void;
  resume(leg?: LegId): void;
  /** That phone sends no sound at all from now on (voice activity detection, some mutes), or sends again. */
  silence(leg: LegId, silent: boolean): void;
  /** The PBX has found another way for the call's sound. */
  reroute(media: Media): void;
  hangUp(): void;
}

export type CallEvent = Extract<PbxEvent, { type: "call" | "call-ended" }>;

/** What the board is told, the legs that went with it, and those of the house who have or had a part. */
export interface CallChange {
  readonly event: CallEvent;
  readonly legsGone: readonly LegId[];
  readonly people: readonly PersonId[];
}

/** What becomes of a conversation, for whoever plays it: a phone was answered, or would not; everybody is gone. */
export type CallNews = "answered" | "declined" | "ended";

/** The PBX around a conversation. */
export interface Surroundings {
  now(): EpochMs;
  report(change: CallChange): void;
  /** Who sends sound has changed. */
  sounds(): void;
  silence(leg: LegId, silent: boolean): void;
  over(conversation: Conversation): void;
}

/**
 * One conversation at the simulated PBX, from the first who dials to the last who goes. As at a real one, the call keeps
 * its id with the outside party while agents come and go, and is no call while none of them has a part in it.
 */
export class Conversation implements CallHandle {
  media: Media;
  private legs: readonly Leg[];
  private legsMade = 0;
  private answeredAt: EpochMs | undefined;
  private shown: Call | undefined;
  /** The leg that rings, of somebody who was called. */
  private rung: LegId | undefined;
  private isOver = false;
  private readonly startedAt: EpochMs;
  private readonly inHands = new Set<LegId>();
  private follower: ((news: CallNews) => void) | undefined;

  constructor(
    readonly callId: CallId,
    private readonly plan: CallPlan,
    private readonly around: Surroundings,
  ) {
    this.media = plan.media ?? "pbx";
    this.startedAt = around.now();
    // A queue takes the caller's call before it rings anybody.
    const caller = this.leg(plan.caller, plan.queue === undefined ? "ringing" : "up");
    this.legs = [caller];
    if (plan.callee !== undefined) this.rings(plan.callee, this.legs);
  }

  /** As it is on the board; undefined while nobody of the house has a part in it. */
  get call(): Call | undefined {
    return this.shown;
  }

  get agentLeg(): LegId {
    return (this.legs.find(internal) ?? this.first).id;
  }

  get otherLeg(): LegId {
    const agent = this.agentLeg;
    return (this.legs.find((leg) => leg.id !== agent) ?? this.first).id;
  }

  legOf(person: PersonId): Leg | undefined {
    if (this.isOver) return undefined;
    return this.legs.find(({ party }) => party.kind === "internal" && party.person === person);
  }

  /** Whether this leg is that of somebody who is being called. */
  isRung(leg: LegId): boolean {
    return this.rung === leg;
  }

  /** From now on `follower` is told, instead of whoever was before. */
  follow(follower: (news: CallNews) => void): void {
    this.follower = follower;
  }

  /** Somebody works this leg's phone by hand: whoever plays the agent keeps away from it. */
  takeInHand(leg: LegId): void {
    this.inHands.add(leg);
  }

  isInHand(leg: LegId): boolean {
    return this.inHands.has(leg);
  }

  /** That person's phone rings, in place of whoever of the house was there. */
  ring(person: PersonId): void {
    if (this.isOver) return;
    this.rings({ kind: "internal", person }, this.legs.filter(external));
    this.publish();
  }

  answer(): void {
    if (this.isOver || this.legs.every((leg) => leg.state === "up")) return;
    this.rung = undefined;
    this.legs = this.legs.map((leg) => ({ ...leg, state: "up" as const }));
    this.answeredAt ??= this.around.now();
    this.publish();
    this.follower?.("answered");
  }

  /** The phone that rings will not be answered. Without anybody who has an idea what to do then, the call is over. */
  decline(): void {
    if (this.isOver || this.rung === undefined) return;
    if (this.follower === undefined) this.hangUp();
    else this.follower("declined");
  }

  /** The caller is alone, and waits. */
  unring(): void {
    if (this.isOver) return;
    this.rung = undefined;
    this.answeredAt = undefined;
    this.legs = this.legs.filter(external);
    this.publish();
  }

  hold(leg = this.agentLeg): void {
    this.setHolding(leg, true);
  }

  resume(leg = this.agentLeg): void {
    this.setHolding(leg, false);
  }

  silence(leg: LegId, silent: boolean): void {
    if (this.isOver || !this.legs.some((one) => one.id === leg)) return;
    this.around.silence(leg, silent);
  }

  reroute(media: Media): void {
    this.media = media;
  }

  /**
   * An attended transfer, done: who was asked in `consultation` takes the agent's place with the leg they have, and
   * that call is over.
   */
  takeOver(consultation: Conversation): void {
    const leg = consultation.legs.at(-1);
    if (this.isOver || consultation.isOver || leg === undefined || leg.state !== "up") return;
    this.legs = [...this.legs.filter(external), leg];
    if (consultation.isInHand(leg.id)) this.takeInHand(leg.id);
    this.publish();
    consultation.follower = undefined;
    consultation.end(leg.id);
  }

  hangUp(): void {
    this.end();
  }

  private get first(): Leg {
    const [first] = this.legs;
    if (first === undefined) throw new Error("a conversation without a leg");
    return first;
  }

  private rings(party: Party, others: readonly Leg[]): void {
    const leg = this.leg(party, "ringing");
    this.rung = leg.id;
    this.legs = [...others, leg];
  }

  private leg(party: Party, state: Leg["state"]): Leg {
    this.legsMade += 1;
    return {
      id: `${this.callId}.${this.legsMade}` as LegId,
      party,
      state,
      holding: false,
      certain: party.kind === "internal" && this.plan.certain !== false,
    };
  }

  private setHolding(id: LegId, holding: boolean): void {
    const leg = this.legs.find((one) => one.id === id);
    if (this.isOver || this.answeredAt === undefined || leg?.state !== "up" || leg.holding === holding) return;
    this.legs = this.legs.map((one) => (one === leg ? { ...leg, holding } : one));
    this.publish();
  }

  /** Tells what the board shows now. */
  publish(): void {
    const [before, now] = [this.shown, this.onBoard()];
    this.shown = now;
    if (now !== undefined) {
      const people = [...peopleOf(before), ...peopleOf(now)];
      this.around.report({ event: { type: "call", call: now }, legsGone: gone(before, now), people });
      this.around.sounds();
    } else if (before !== undefined) {
      this.reportEnd(before, gone(before));
    }
  }

  private reportEnd(before: Call, legsGone: readonly LegId[]): void {
    this.around.report({ event: { type: "call-ended", call: this.callId }, legsGone, people: peopleOf(before) });
  }

  private onBoard(): Call | undefined {
    if (this.isOver || !this.legs.some(internal)) return undefined;
    const { direction, queue } = this.plan;
    const { callId: id, legs, startedAt, answeredAt } = this;
    return {
      id,
      legs,
      direction,
      ...(queue === undefined ? {} : { queue }),
      startedAt,
      ...(answeredAt === undefined ? {} : { answeredAt }),
    };
  }

  private end(movedOn?: LegId): void {
    if (this.isOver) return;
    this.isOver = true;
    this.around.over(this);
    const before = this.shown;
    this.shown = undefined;
    if (before !== undefined) {
      this.reportEnd(
        before,
        gone(before).filter((leg) => leg !== movedOn),
      );
    }
    this.follower?.("ended");
  }
}

function peopleOf(call: Call | undefined): readonly PersonId[] {
  return (call?.legs ?? []).flatMap(({ party }) => (party.kind === "internal" ? [party.person] : []));
}

function gone(before: Call | undefined, now?: Call): readonly LegId[] {
  const there = new Set(now?.legs.map((leg) => leg.id));
  return (before?.legs ?? []).map((leg) => leg.id).filter((leg) => !there.has(leg));
}

function internal({ party }: Leg): boolean {
  return party.kind === "internal";
}

function external({ party }: Leg): boolean {
  return party.kind === "external";
}
