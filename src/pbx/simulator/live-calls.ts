import type { Call, CallId, Clock, Leg, LegId, PersonId } from "../../model/index.js";
import { type CallChange, type CallPlan, Conversation, type Media } from "./conversation.js";

/** The calls that the simulated PBX has now. */
export class LiveCalls {
  private readonly live = new Map<CallId, Conversation>();
  private readonly silent = new Set<LegId>();
  private placed = 0;

  /** An empty PBX; `report` is told of every change, `sounds` after every change of who sends sound. */
  constructor(
    private readonly clock: Clock,
    private readonly report: (change: CallChange) => void,
    private readonly sounds: () => void,
  ) {}

  place(plan: CallPlan): Conversation {
    this.placed += 1;
    // The time makes ids differ between two runs on one database; two runs on a virtual clock still agree.
    const id = `sim-${this.clock.now().toString(36)}-${this.placed}` as CallId;
    const conversation = new Conversation(id, plan, {
      now: () => this.clock.now(),
      report: (change) => {
        for (const leg of change.legsGone) this.silent.delete(leg);
        this.report(change);
      },
      sounds: this.sounds,
      silence: (leg, silent) => {
        if (silent) this.silent.add(leg);
        else this.silent.delete(leg);
        this.sounds();
      },
      over: ({ callId }) => this.live.delete(callId),
    });
    this.live.set(id, conversation);
    conversation.publish();
    return conversation;
  }

  /** Every call as the board has it; who waits for an agent is none. */
  list(): readonly Call[] {
    return [...this.live.values()].flatMap((conversation) => conversation.call ?? []);
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

  mediaOf(call: CallId): Media {
    return this.live.get(call)?.media ?? "pbx";
  }

  /** Whether sound comes from that phone: it is up, does not hold, and is not silent. */
  sends(leg: Leg): boolean {
    return leg.state === "up" && !leg.holding && !this.silent.has(leg.id);
  }

  /** Every call is gone at once, as when a PBX is stopped. */
  clear(): void {
    for (const conversation of [...this.live.values()]) conversation.hangUp();
  }
}
