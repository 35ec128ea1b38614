import type { Call, CallId, EpochMs, Leg, LegId, Party, PersonId } from "../../model/index.js";
import { BoardEntry } from "./board-entry.js";
import type { CallHandle, CallPlan, Media } from "./call-handle.js";
import type { Surroundings } from "./surroundings.js";

/** What becomes of a conversation, for whoever plays it: a phone was answered, or would not; everybody is gone. */
export type CallNews = "answered" | "declined" | "ended";

/**
 * One conversation at the simulated PBX, from the first who dials to the last who goes. As at a real one, the call keeps
 * its id with the outside party while agents come and go, and is no call before one of them has had a part in it.
 */
export class Conversation implements CallHandle {
  media: Media;
  recording: "none" | "on" | "paused" = "none";
  private legs: readonly Leg[];
  private legsMade = 0;
  private answeredAt: EpochMs | undefined;
  /** The leg that rings, of somebody who was called. */
  private rung: LegId | undefined;
  /** The other party is alone, where somebody is to take them up. */
  private waits = false;
  private privateSince: EpochMs | undefined;
  private isOver = false;
  private readonly startedAt: EpochMs;
  private readonly entry: BoardEntry;
  private readonly inHands = new Set<LegId>();
  private follower: ((news: CallNews) => void) | undefined;

  constructor(
    readonly callId: CallId,
    private plan: CallPlan,
    private readonly around: Surroundings,
  ) {
    this.media = plan.media ?? "pbx";
    this.startedAt = around.now();
    this.entry = new BoardEntry(callId, (change) => around.report(change));
    // A queue takes the caller's call before it rings anybody.
    const caller = this.leg(plan.caller, plan.queue === undefined ? "ringing" : "up");
    this.legs = [caller];
    if (plan.callee !== undefined) this.rings(plan.callee, this.legs);
  }

  /** As it is on the board; undefined while nobody of the house has a part in it, or has talked to them. */
  get call(): Call | undefined {
    return this.entry.call;
  }

  get agentLeg(): LegId {
    return (this.legs.find(internal) ?? this.first).id;
  }

  get otherLeg(): LegId {
    const agent = this.agentLeg;
    return (this.legs.find((leg) => leg.id !== agent) ?? this.first).id;
  }

  get isPrivate(): boolean {
    return this.privateSince !== undefined;
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

  /** That person's phone rings, in place of the agent who had the call. */
  ring(person: PersonId): void {
    this.transfer({ kind: "internal", person });
  }

  transfer(to: Party): void {
    if (this.isOver) return;
    const agent = this.legs.find(internal);
    const others = this.withoutAgent();
    const [other] = others;
    if (agent?.state === "up" && agent.party.kind === "internal" && to.kind === "internal" && other) {
      this.around.transferring(other.id, agent.party.person, to.person);
    }
    this.rings(to, others);
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

  comesTo(place: Pick<CallPlan, "queue" | "context">): void {
    if (this.isOver) return;
    this.plan = { ...this.plan, ...place };
    this.publish();
  }

  park(): void {
    this.goOnAlone(true);
  }

  leave(): void {
    this.goOnAlone(false);
  }

  add(party: Party): LegId {
    const leg = this.leg(party, "up");
    if (!this.isOver) {
      this.legs = [...this.legs, leg];
      this.publish();
    }
    return leg.id;
  }

  drop(leg: LegId): void {
    if (this.legs.length <= 2 || !this.legs.some((one) => one.id === leg)) {
      this.hangUp();
      return;
    }
    if (this.isOver) return;
    this.legs = this.legs.filter((one) => one.id !== leg);
    this.publish();
  }

  secondLeg(there: boolean): void {
    if (this.isOver) return;
    this.around.elsewhere(this.agentLeg, there);
    this.refresh();
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

  private(on: boolean): void {
    if (this.isOver || on === (this.privateSince !== undefined)) return;
    this.privateSince = on ? this.around.now() : undefined;
    this.publish();
  }

  record(): void {
    this.recording = "on";
  }

  /** @returns false where nothing is recorded. */
  pauseRecording(paused: boolean): boolean {
    if (this.recording === "none") return false;
    this.recording = paused ? "paused" : "on";
    return true;
  }

  reroute(media: Media): void {
    this.media = media;
  }

  join({ callId }: CallHandle): void {
    const consultation = this.around.find(callId);
    const leg = consultation?.legs.at(-1);
    if (this.isOver || consultation === undefined || leg?.state !== "up") return;
    this.legs = [...this.withoutAgent(), leg];
    this.waits = false;
    this.privateSince ??= consultation.privateSince;
    if (consultation.isInHand(leg.id)) this.takeInHand(leg.id);
    consultation.follower = undefined;
    // Over before anybody is told: what is told of the legs that stay is without those that go.
    const tellEnd = consultation.close(leg.id);
    this.publish();
    tellEnd();
  }

  hangUp(): void {
    if (this.isOver) return;
    this.close()();
    this.follower?.("ended");
  }

  /** Tells what the board shows now. */
  publish(): void {
    const now = this.onBoard();
    this.entry.show(now);
    if (now !== undefined) this.around.sounds();
  }

  /** Tells it where it is something else than before: what another call has done to a phone shows here too. */
  refresh(): void {
    if (JSON.stringify(this.onBoard()) !== JSON.stringify(this.call)) this.publish();
  }

  private get first(): Leg {
    const [first] = this.legs;
    if (first === undefined) throw new Error("a conversation without a leg");
    return first;
  }

  private withoutAgent(): readonly Leg[] {
    const agent = this.legs.find(internal);
    return this.legs.filter((leg) => leg !== agent);
  }

  private goOnAlone(waits: boolean): void {
    const others = this.withoutAgent();
    if (others.length === 0) this.hangUp();
    if (this.isOver) return;
    this.rung = undefined;
    this.waits = waits;
    this.legs = others;
    this.publish();
  }

  private rings(party: Party, others: readonly Leg[]): void {
    const leg = this.leg(party, "ringing");
    this.rung = leg.id;
    this.waits = false;
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

  private onBoard(): Call | undefined {
    const { callId: id, startedAt, answeredAt } = this;
    if (this.isOver || (answeredAt === undefined && !this.legs.some(internal))) return undefined;
    const { direction, queue, context } = this.plan;
    return {
      id,
      legs: this.legs.map((leg) => (this.around.second(leg) ? { ...leg, second: true } : leg)),
      direction,
      ...(queue === undefined ? {} : { queue }),
      startedAt,
      ...(answeredAt === undefined ? {} : { answeredAt }),
      ...(this.waits && { waiting: true }),
      ...(this.privateSince === undefined ? {} : { private: { since: this.privateSince } }),
      ...(context === undefined ? {} : { contexts: [context] }),
    };
  }

  /** Ends it, but for this leg, which goes on elsewhere. @returns what tells of it. */
  private close(movedOn?: LegId): () => void {
    this.isOver = true;
    this.around.over(this);
    return this.entry.takeOff(movedOn);
  }
}

function internal({ party }: Leg): boolean {
  return party.kind === "internal";
}
