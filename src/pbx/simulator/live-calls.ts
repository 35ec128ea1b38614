import type { ActionResult, Call, CallId, Clock, Leg, LegId, PersonId, RefusalCode } from "../../model/index.js";
import { done, refused } from "./answers.js";
import type { CallChange } from "./board-entry.js";
import type { CallPlan } from "./call-handle.js";
import { Conversation } from "./conversation.js";
import type { Sounding } from "./hearing.js";

/** The calls that the simulated PBX has now. */
export class LiveCalls {
  private readonly live = new Map<CallId, Conversation>();
  private readonly silent = new Set<LegId>();
  /** Legs whose phones have another one where no call is. */
  private readonly elsewhere = new Set<LegId>();
  private placed = 0;

  /**
   * An empty PBX; `report` is told of every change, `sounds` after every change of who sends sound, `transferring` before
   * the phone is rung that an agent's own phone sends this leg to.
   */
  constructor(
    private readonly clock: Clock,
    private readonly report: (change: CallChange) => void,
    private readonly sounds: () => void,
    private readonly transferring: (leg: LegId, by: PersonId, to: PersonId) => void,
  ) {}

  place(plan: CallPlan): Conversation {
    this.placed += 1;
    // The time makes ids differ between two runs on one database; two runs on a virtual clock still agree.
    const id = `sim-${this.clock.now().toString(36)}-${this.placed}` as CallId;
    const conversation = new Conversation(id, plan, {
      now: () => this.clock.now(),
      report: (change) => {
        for (const leg of change.legsGone) {
          this.silent.delete(leg);
          this.elsewhere.delete(leg);
        }
        this.report(change);
        // One phone's second leg is news of its first.
        for (const person of new Set(change.people)) for (const other of this.of(person)) other.refresh();
      },
      sounds: this.sounds,
      transferring: this.transferring,
      silence: (leg, silent) => {
        if (silent) this.silent.add(leg);
        else this.silent.delete(leg);
        this.sounds();
      },
      second: (leg) => this.isSecond(leg),
      elsewhere: (leg, there) => {
        if (there) this.elsewhere.add(leg);
        else this.elsewhere.delete(leg);
      },
      find: (call) => this.live.get(call),
      over: ({ callId }) => this.live.delete(callId),
    });
    this.live.set(id, conversation);
    conversation.publish();
    return conversation;
  }

  /** Every call as the board has it; who waits for their first agent is none. */
  list(): readonly Call[] {
    return [...this.live.values()].flatMap((conversation) => conversation.call ?? []);
  }

  /** The conversation that has this leg. */
  withLeg(leg: LegId): Conversation | undefined {
    return [...this.live.values()].find(({ call }) => call?.legs.some((one) => one.id === leg));
  }

  find(leg: LegId): { readonly call: Call; readonly leg: Leg } | undefined {
    for (const { call } of this.live.values()) {
      const found = call?.legs.find((one) => one.id === leg);
      if (call !== undefined && found !== undefined) return { call, leg: found };
    }
    return undefined;
  }

  /** The conversations in which that person has a part, the oldest first. */
  of(person: PersonId): readonly Conversation[] {
    return [...this.live.values()].filter((conversation) => conversation.legOf(person) !== undefined);
  }

  /** Puts that person on the call of this leg. */
  join(leg: LegId, person: PersonId | undefined): void {
    if (person !== undefined) this.withLeg(leg)?.add({ kind: "internal", person });
  }

  /** Has that person, who is rung on the call of this leg, answer it. @returns false where they are not rung. */
  answerFor(leg: LegId, person: PersonId | undefined): boolean {
    const call = this.withLeg(leg);
    const own = person === undefined ? undefined : call?.legOf(person);
    if (call === undefined || own === undefined || !call.isRung(own.id)) return false;
    call.answer();
    return true;
  }

  /** Why that leg's call cannot get a third party now, if it cannot. */
  handOverRefusal(leg: LegId): ActionResult | undefined {
    const call = this.find(leg)?.call;
    if (call === undefined) return refused("call-gone", "the leg is gone");
    if (call.private) return refused("call-private", "the call is private");
    if (call.legs.length === 2 && call.legs.every(({ state }) => state === "up")) return undefined;
    return refused("more-than-two", "the call is not one of two who talk");
  }

  /** Why an ear on a leg of this call would show, if it would. */
  traceOn(call: Call): RefusalCode | undefined {
    const media = this.live.get(call.id)?.media ?? "pbx";
    return media === "pbx" ? undefined : `${media}-media`;
  }

  /** Which legs sound now. */
  get sounding(): Sounding {
    return { calls: this.list(), sends: (leg) => this.sends(leg) };
  }

  setPrivate(call: CallId, on: boolean): void {
    this.live.get(call)?.private(on);
  }

  /** Refused where nothing is recorded. */
  pauseRecording(call: CallId, on: boolean): ActionResult {
    return this.live.get(call)?.pauseRecording(on) ? done : refused("pbx-failed", "the call is not recorded");
  }

  /** Whether sound comes from that phone: it is up, does not hold, and is not silent. */
  sends(leg: Leg): boolean {
    return leg.state === "up" && !leg.holding && !this.silent.has(leg.id);
  }

  /** Every call is gone at once, as when a PBX is stopped. */
  clear(): void {
    for (const conversation of [...this.live.values()]) conversation.hangUp();
  }

  private isSecond({ id, party }: Leg): boolean {
    if (party.kind === "external") return false;
    return this.elsewhere.has(id) || this.of(party.person).some((call) => call.legOf(party.person)?.id !== id);
  }
}
