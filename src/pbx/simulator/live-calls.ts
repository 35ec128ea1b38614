import type { Call, CallId, Clock, Direction, Leg, LegId, Party, PbxEvent } from "../../model/index.js";

/** Who carries the sound of a call: the PBX itself, the PBX in its quickest way, or the phones directly. */
export type Media = "pbx" | "native" | "direct";

/** A call to be set up: `caller` dials, `callee` rings. */
export interface CallPlan {
  readonly direction: Direction;
  readonly caller: Party;
  readonly callee: Party;
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

/** The calls that the simulated PBX has now. */
export interface LiveCalls {
  place(plan: CallPlan): CallHandle;
  list(): readonly Call[];
  find(leg: LegId): { readonly call: Call; readonly leg: Leg } | undefined;
  mediaOf(call: CallId): Media;
  /** Whether sound comes from that phone: it is up, does not hold, and is not silent. */
  sends(leg: Leg): boolean;
  /** Every call is gone at once, as when a PBX is stopped. */
  clear(): void;
}

type CallEvent = Extract<PbxEvent, { type: "call" | "call-ended" }>;

/**
 * An empty PBX; `report` is told of every change, and which legs went with a call that ended; `sounds` after every change
 * of who sends sound.
 */
export function makeLiveCalls(
  clock: Clock,
  report: (event: CallEvent, legsGone: readonly LegId[]) => void,
  sounds: () => void,
): LiveCalls {
  const live = new Map<CallId, Call>();
  const media = new Map<CallId, Media>();
  const silent = new Set<LegId>();
  let placed = 0;

  function change(id: CallId, next: (call: Call) => Call): void {
    const call = live.get(id);
    if (call === undefined) return;
    const changed = next(call);
    if (changed === call) return;
    live.set(id, changed);
    report({ type: "call", call: changed }, []);
    sounds();
  }

  function hold(id: CallId, leg: LegId, holding: boolean): void {
    change(id, (call) => {
      const nothingToDo =
        call.answeredAt === undefined || call.legs.every((l) => l.id !== leg || l.holding === holding);
      return nothingToDo ? call : { ...call, legs: call.legs.map((l) => (l.id === leg ? { ...l, holding } : l)) };
    });
  }

  function end(id: CallId): void {
    const call = live.get(id);
    if (call === undefined) return;
    live.delete(id);
    media.delete(id);
    for (const leg of call.legs) silent.delete(leg.id);
    report({ type: "call-ended", call: id }, call.legs.map(legId));
  }

  return {
    place(plan) {
      placed += 1;
      // The time makes ids differ between two runs on one database; two runs on a virtual clock still agree.
      const id = `sim-${clock.now().toString(36)}-${placed}` as CallId;
      const call = callOf(plan, id, clock.now());
      live.set(id, call);
      media.set(id, plan.media ?? "pbx");
      report({ type: "call", call }, []);
      const [callerLeg, calleeLeg] = [`${id}.1` as LegId, `${id}.2` as LegId];
      const agentLeg = plan.caller.kind === "internal" ? callerLeg : calleeLeg;
      return {
        callId: id,
        agentLeg,
        otherLeg: agentLeg === callerLeg ? calleeLeg : callerLeg,
        answer: () => change(id, (ringing) => answered(ringing, clock.now())),
        hold: (leg = agentLeg) => hold(id, leg, true),
        resume: (leg = agentLeg) => hold(id, leg, false),
        silence: (leg, quiet) => {
          if (!live.get(id)?.legs.some((one) => one.id === leg)) return;
          if (quiet) silent.add(leg);
          else silent.delete(leg);
          sounds();
        },
        reroute: (way) => {
          if (live.has(id)) media.set(id, way);
        },
        hangUp: () => end(id),
      };
    },
    list: () => [...live.values()],
    find(legId) {
      for (const call of live.values()) {
        const leg = call.legs.find((l) => l.id === legId);
        if (leg !== undefined) return { call, leg };
      }
      return undefined;
    },
    mediaOf: (id) => media.get(id) ?? "pbx",
    sends: (leg) => leg.state === "up" && !leg.holding && !silent.has(leg.id),
    clear() {
      for (const id of [...live.keys()]) end(id);
    },
  };
}

function callOf(plan: CallPlan, id: CallId, startedAt: number): Call {
  const leg = (number: 1 | 2, party: Party, state: Leg["state"]): Leg => ({
    id: `${id}.${number}` as LegId,
    party,
    state,
    holding: false,
    certain: party.kind === "internal" && plan.certain !== false,
  });
  return {
    id,
    // A queue takes the caller's call before it rings anybody.
    legs: [leg(1, plan.caller, plan.queue === undefined ? "ringing" : "up"), leg(2, plan.callee, "ringing")],
    direction: plan.direction,
    ...(plan.queue === undefined ? {} : { queue: plan.queue }),
    startedAt,
  };
}

function answered(call: Call, now: number): Call {
  if (call.answeredAt !== undefined) return call;
  return { ...call, legs: call.legs.map((leg) => ({ ...leg, state: "up" as const })), answeredAt: now };
}

function legId(leg: Leg): LegId {
  return leg.id;
}
