import type {
  Call,
  CallId,
  FloorCall,
  FloorLeg,
  FloorSupervision,
  Heard,
  Leg,
  LegId,
  PersonId,
  Supervision,
  SupervisionFacts,
} from "../model/index.js";
import type { State } from "../state/index.js";

/**
 * Every live call as an observer's desk draws it: all supervisions, hidden ones too, but no call that is never shown
 * (R20), and none that the observer is a party to (R12). Without an observer, as in the demo: every other call.
 */
export function floor(state: State, observer?: PersonId): readonly FloorCall[] {
  const supervisions = byCall(state);
  return [...state.calls.values()].flatMap(
    (call) => drawn(state, call, supervisions.get(call.id) ?? [], observer) ?? [],
  );
}

/** One call of the same floor; undefined when it is gone, or is not for this observer. */
export function floorCall(state: State, id: CallId, observer?: PersonId): FloorCall | undefined {
  const call = state.calls.get(id);
  if (!call) return undefined;
  const on = [...state.supervisions.values()].filter((one) => callsOf(state, one).has(id));
  return drawn(state, call, on, observer);
}

/** The calls on which this supervision is drawn: where its leg is, and wherever the PBX has an ear or a mouth of it. */
export function callsOf(state: State, { leg, call, facts }: Supervision): ReadonlySet<CallId> {
  const at = (id: LegId | undefined): CallId | undefined => id && state.callOfLeg.get(id);
  const ids = [at(leg) ?? call, at(facts?.ear), at(facts?.mouth?.leg)];
  return new Set(ids.filter((id) => id !== undefined));
}

/** Whether this person is on the call. */
export function isOnCall(state: State, id: CallId, person: PersonId): boolean {
  return state.callsOfPerson.get(person)?.has(id) === true;
}

function byCall(state: State): ReadonlyMap<CallId, readonly Supervision[]> {
  const found = new Map<CallId, Supervision[]>();
  for (const supervision of state.supervisions.values()) {
    for (const call of callsOf(state, supervision)) {
      const there = found.get(call);
      if (there) there.push(supervision);
      else found.set(call, [supervision]);
    }
  }
  return found;
}

function drawn(
  state: State,
  call: Call,
  supervisions: readonly Supervision[],
  observer: PersonId | undefined,
): FloorCall | undefined {
  if (call.never || (observer !== undefined && isOnCall(state, call.id, observer))) return undefined;
  const { id, direction, queue, startedAt, answeredAt } = call;
  return {
    id,
    direction,
    startedAt,
    ...(queue !== undefined && { queue }),
    ...(answeredAt !== undefined && { answeredAt }),
    legs: call.legs.map((leg) => floorLeg(state, leg)),
    supervisions: supervisions.map((one) => floorSupervision(state, one)),
    heard: heardOn(
      call,
      supervisions.flatMap(({ facts }) => facts ?? []),
    ),
  };
}

function floorLeg(state: State, { id, party, state: legState, holding, certain }: Leg): FloorLeg {
  const about = { id, state: legState, holding, certain };
  if (party.kind === "external") return { ...about, name: party.name, number: party.number };
  const person = state.people.get(party.person);
  return { ...about, person: party.person, name: person?.name ?? "", number: person?.extension ?? "" };
}

function floorSupervision(state: State, supervision: Supervision): FloorSupervision {
  const { id, supervisor, agent, leg, mode, mic, visibility, told, facts, underWay } = supervision;
  return {
    ...{ id, agent, leg, mode, mic, visibility, told },
    supervisor: { person: supervisor, name: state.people.get(supervisor)?.name ?? "" },
    ...(facts && { facts }),
    ...(underWay && { underWay }),
  };
}

/** Who hears whom on this call, by what the PBX says and nothing else. Of a leg's silence it says what a mouth rides on. */
function heardOn(call: Call, all: readonly SupervisionFacts[]): readonly Heard[] {
  const silent = new Set(all.flatMap((facts) => facts.silent ?? []));
  const sends = (leg: Leg): boolean => leg.state === "up" && !leg.holding && !silent.has(leg.id);
  const talking = call.legs.filter(listens);
  const conversation = talking.flatMap((listener) =>
    talking
      .filter((speaker) => speaker !== listener && sends(speaker))
      .map((speaker) => ({ listener: listener.id, speaker: speaker.id })),
  );
  if (call.answeredAt === undefined) return conversation;
  const up = all.filter((facts) => facts.leg === "up");
  const ears = up
    .filter(({ ear }) => legOn(call, ear)?.state === "up")
    .flatMap(({ id }) => call.legs.filter(sends).map((leg) => ({ listener: id, speaker: leg.id })));
  const mouths = up.flatMap(({ id, mouth }) => {
    const leg = legOn(call, mouth?.leg);
    if (!leg || !listens(leg)) return [];
    const others = call.legs.filter((one) => one !== leg);
    // No music is trusted to carry a voice.
    const agent = others.some(sends) ? [leg] : [];
    const everyone = mouth?.reach === "everyone" && sends(leg) ? others.filter(listens) : [];
    return [...agent, ...everyone].map((listener) => ({ listener: listener.id, speaker: id }));
  });
  return [...conversation, ...ears, ...mouths];
}

function legOn(call: Call, id: LegId | undefined): Leg | undefined {
  return call.legs.find((leg) => leg.id === id);
}

function listens(leg: Leg): boolean {
  return leg.state === "up" && !leg.holding;
}
