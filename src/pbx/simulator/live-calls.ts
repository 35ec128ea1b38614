import type { Call, CallId, Clock, Direction, Leg, LegId, Party, PbxEvent, PersonId } from "../../model/index.js";

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
  /** The leg of the agent; of the caller, where both are; of whoever has the call now, once it was transferred. */
  readonly agentLeg: LegId;
  readonly otherLeg: LegId;
  /** Whoever rings answers. */
  answer(): void;
  /** The agent's leg goes, and the call rings at somebody else: `answer` is theirs. */
  transfer(to: Party): void;
  /** The agent connects the other party with that of `consultation`; both of the agent's legs go. */
  join(consultation: CallHandle): void;
  /** The agent's leg goes, and the other party waits to be taken up: parked, or in a queue again. */
  park(): void;
  /** The agent's leg goes, and the others stay on the line, wherever that leads. */
  leave(): void;
  /** The PBX puts somebody on the call as well. @returns their leg. */
  add(party: Party): LegId;
  /** The agent's phone has another leg, at a place that is no call here. */
  secondLeg(there: boolean): void;
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
 * An empty PBX; `report` is told of every change, and which legs went with it; `sounds` after every change of who sends
 * sound.
 */
export function makeLiveCalls(
  clock: Clock,
  report: (event: CallEvent, legsGone: readonly LegId[]) => void,
  sounds: () => void,
): LiveCalls {
  const live = new Map<CallId, Call>();
  const told = new Map<CallId, string>();
  const media = new Map<CallId, Media>();
  const silent = new Set<LegId>();
  const elsewhere = new Set<LegId>();
  let placed = 0;

  /** With the legs whose phones have another leg, here or elsewhere. */
  function shown(call: Call): Call {
    const second = ({ id, party }: Leg): boolean => {
      if (party.kind === "external") return false;
      const theirs = [...live.values()].flatMap(({ legs }) => legs).filter((leg) => isOf(leg, party.person));
      return elsewhere.has(id) || theirs.length > 1;
    };
    return { ...call, legs: call.legs.map((leg) => (second(leg) ? { ...leg, second: true } : leg)) };
  }

  /** Says what is new of every call: one phone's second leg is news of its first. */
  function tell(legsGone: readonly LegId[]): void {
    let gone = legsGone;
    for (const call of live.values()) {
      const now = shown(call);
      const text = JSON.stringify(now);
      if (told.get(call.id) === text) continue;
      told.set(call.id, text);
      report({ type: "call", call: now }, gone);
      gone = [];
    }
    sounds();
  }

  function change(id: CallId, next: (call: Call) => Call): void {
    const call = live.get(id);
    if (call === undefined) return;
    const changed = next(call);
    if (changed === call) return;
    live.set(id, changed);
    tell(call.legs.map(legId).filter((leg) => !changed.legs.some((one) => one.id === leg)));
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
    told.delete(id);
    media.delete(id);
    const goOn = new Set([...live.values()].flatMap(({ legs }) => legs.map(legId)));
    const gone = call.legs.map(legId).filter((leg) => !goOn.has(leg));
    for (const leg of gone) {
      silent.delete(leg);
      elsewhere.delete(leg);
    }
    report({ type: "call-ended", call: id }, gone);
    tell([]);
  }

  return {
    place(plan) {
      placed += 1;
      // The time makes ids differ between two runs on one database; two runs on a virtual clock still agree.
      const id = `sim-${clock.now().toString(36)}-${placed}` as CallId;
      const call = callOf(plan, id, clock.now());
      live.set(id, call);
      media.set(id, plan.media ?? "pbx");
      tell([]);
      const [callerLeg, calleeLeg] = [`${id}.1` as LegId, `${id}.2` as LegId];
      let agentLeg = plan.caller.kind === "internal" ? callerLeg : calleeLeg;
      let lastLeg = 2;
      const newLeg = (party: Party, state: Leg["state"]): Leg => {
        lastLeg += 1;
        return legOf(`${id}.${lastLeg}` as LegId, party, state, plan.certain);
      };
      const without = (legs: readonly Leg[]): readonly Leg[] => legs.filter((leg) => leg.id !== agentLeg);
      return {
        callId: id,
        get agentLeg() {
          return agentLeg;
        },
        otherLeg: agentLeg === callerLeg ? calleeLeg : callerLeg,
        answer: () => change(id, (ringing) => answered(ringing, clock.now())),
        transfer: (to) => {
          const leg = newLeg(to, "ringing");
          change(id, ({ waiting: _, ...talking }) => ({ ...talking, legs: [...without(talking.legs), leg] }));
          agentLeg = leg.id;
        },
        join: (consultation) => {
          const taken = live.get(consultation.callId)?.legs.find((leg) => leg.id === consultation.otherLeg);
          if (taken === undefined) return;
          change(id, (call) => ({ ...call, legs: [...without(call.legs), taken] }));
          agentLeg = taken.id;
          consultation.hangUp();
        },
        park: () => change(id, (call) => ({ ...call, legs: without(call.legs), waiting: true })),
        leave: () => change(id, (call) => ({ ...call, legs: without(call.legs) })),
        add: (party) => {
          const leg = newLeg(party, "up");
          change(id, (call) => ({ ...call, legs: [...call.legs, leg] }));
          return leg.id;
        },
        secondLeg: (there) => {
          if (!live.has(id)) return;
          if (there) elsewhere.add(agentLeg);
          else elsewhere.delete(agentLeg);
          tell([]);
        },
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
    list: () => [...live.values()].map(shown),
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
  const leg = (number: 1 | 2, party: Party, state: Leg["state"]): Leg => {
    return legOf(`${id}.${number}` as LegId, party, state, plan.certain);
  };
  return {
    id,
    // A queue takes the caller's call before it rings anybody.
    legs: [leg(1, plan.caller, plan.queue === undefined ? "ringing" : "up"), leg(2, plan.callee, "ringing")],
    direction: plan.direction,
    ...(plan.queue === undefined ? {} : { queue: plan.queue }),
    startedAt,
  };
}

function legOf(id: LegId, party: Party, state: Leg["state"], certain = true): Leg {
  return { id, party, state, holding: false, certain: party.kind === "internal" && certain };
}

function answered(call: Call, now: number): Call {
  if (call.legs.every(({ state }) => state === "up")) return call;
  return {
    ...call,
    legs: call.legs.map((leg) => ({ ...leg, state: "up" as const })),
    answeredAt: call.answeredAt ?? now,
  };
}

function isOf({ party }: Leg, person: PersonId): boolean {
  return party.kind === "internal" && party.person === person;
}

function legId(leg: Leg): LegId {
  return leg.id;
}
