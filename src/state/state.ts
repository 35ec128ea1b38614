import type {
  AwaitedCall,
  BoardOrder,
  Call,
  CallId,
  EndedSupervision,
  EpochMs,
  LampShown,
  LegId,
  Party,
  PbxStanding,
  Person,
  PersonId,
  RefusalCode,
  Supervision,
  SupervisionId,
} from "../model/index.js";
import { BoardLists } from "./board-lists.js";

/** An agent's call on its way to somebody who is not on it. With `trouble` it is over. */
export interface HandingOver {
  readonly to: PersonId;
  readonly trouble?: RefusalCode;
}

/** All that the gateway believes. Read it anywhere below the adapters; only the writer changes it. */
export interface State {
  readonly pbx: PbxStanding;
  readonly people: ReadonlyMap<PersonId, Person>;
  /** Who was removed in this run: pages still have to say whose call it was. */
  readonly former: ReadonlyMap<PersonId, Person>;
  readonly calls: ReadonlyMap<CallId, Call>;
  readonly callOfLeg: ReadonlyMap<LegId, CallId>;
  readonly callsOfPerson: ReadonlyMap<PersonId, ReadonlySet<CallId>>;
  readonly idleSince: ReadonlyMap<PersonId, EpochMs>;
  readonly supervisions: ReadonlyMap<SupervisionId, Supervision>;
  readonly bySupervisor: ReadonlyMap<PersonId, SupervisionId>;
  readonly ended: ReadonlyMap<PersonId, EndedSupervision>;
  /** By supervisor. */
  readonly awaited: ReadonlyMap<PersonId, AwaitedCall>;
  readonly steps: ReadonlyMap<PersonId, number>;
  /** By agent: who is rung for their call, or was, and why that came to nothing. */
  readonly handingOver: ReadonlyMap<PersonId, HandingOver>;
  /** Calls that somebody here has made private, since when; the PBX may not know it yet. */
  readonly privateAsked: ReadonlyMap<CallId, EpochMs>;
  /** Whose hand is raised. */
  readonly help: ReadonlySet<PersonId>;
  /** What the busy lamps show of those about whose devices the PBX tells nothing. */
  readonly blf: ReadonlyMap<PersonId, BlfShown>;
  /** The calls again, as boards show them. */
  readonly boardLists: Pick<BoardLists, "all" | "of">;
  /** How somebody has sorted their board; the longest first where they have not. */
  readonly boardOrders: ReadonlyMap<PersonId, BoardOrder>;
}

/** Whether a call is one that is never supervised and never shown (R20). */
export type NeverShown = (call: Call, people: ReadonlyMap<PersonId, Person>) => boolean;

/** The state as the reducers alone see it. Maps are changed in place, so that an event costs the same at any load. */
export interface MutableState extends State {
  pbx: PbxStanding;
  readonly people: Map<PersonId, Person>;
  readonly former: Map<PersonId, Person>;
  readonly calls: Map<CallId, Call>;
  readonly callOfLeg: Map<LegId, CallId>;
  readonly callsOfPerson: Map<PersonId, Set<CallId>>;
  readonly idleSince: Map<PersonId, EpochMs>;
  readonly supervisions: Map<SupervisionId, Supervision>;
  readonly bySupervisor: Map<PersonId, SupervisionId>;
  readonly ended: Map<PersonId, EndedSupervision>;
  readonly awaited: Map<PersonId, AwaitedCall>;
  readonly steps: Map<PersonId, number>;
  readonly handingOver: Map<PersonId, HandingOver>;
  readonly privateAsked: Map<CallId, EpochMs>;
  readonly help: Set<PersonId>;
  readonly blf: Map<PersonId, BlfShown>;
  readonly boardLists: BoardLists;
  readonly boardOrders: Map<PersonId, BoardOrder>;
  readonly isNever: NeverShown;
  /** Where the steps of somebody new begin. */
  readonly firstStep: number;
}

/** What a busy lamp shows, and since when. */
export interface BlfShown {
  readonly shown: LampShown;
  readonly since: EpochMs;
}

/** Whom and what an event touched, so that nothing else need be looked at again. */
export interface Change {
  readonly calls: ReadonlySet<CallId>;
  readonly people: ReadonlySet<PersonId>;
  readonly supervisions: ReadonlySet<SupervisionId>;
  /** Supervisions that ended by this event. */
  readonly ended: readonly EndedSupervision[];
  /** Supervisions the PBX has and nobody here knows of. */
  readonly strangers: readonly SupervisionId[];
  /** Supervisions of an earlier run that the PBX still has. */
  readonly adopted: readonly SupervisionId[];
  /** Supervisions whose mic the PBX closed by itself, or that their phone put on hold. */
  readonly muted: readonly { readonly supervision: SupervisionId; readonly why: "held" | "path-lost" }[];
}

/**
 * A state before the first snapshot.
 * @param firstStep where the steps of all supervisors begin: higher at every start, so that no press of an earlier run
 * counts.
 * @param isNever asked of each call as it enters.
 */
export function emptyState(
  people: readonly Person[],
  firstStep: number,
  at: EpochMs,
  isNever: NeverShown = () => false,
): MutableState {
  const byId = new Map(people.map((person) => [person.id, person]));
  return {
    pbx: "starting",
    people: byId,
    former: new Map(),
    firstStep,
    calls: new Map(),
    callOfLeg: new Map(),
    callsOfPerson: new Map(),
    idleSince: new Map(people.map((person) => [person.id, at])),
    supervisions: new Map(),
    bySupervisor: new Map(),
    ended: new Map(),
    awaited: new Map(),
    steps: new Map(people.map((person) => [person.id, firstStep])),
    handingOver: new Map(),
    privateAsked: new Map(),
    help: new Set(),
    blf: new Map(),
    boardLists: new BoardLists(byId),
    boardOrders: new Map(),
    isNever,
  };
}

/** The person of an internal party, else undefined. */
export function personOf(party: Party): PersonId | undefined {
  return party.kind === "internal" ? party.person : undefined;
}

/** The call that has this leg now, else undefined. */
export function callWithLeg(state: State, leg: LegId): Call | undefined {
  const call = state.callOfLeg.get(leg);
  return call === undefined ? undefined : state.calls.get(call);
}

/** Since when the call is private (R20): by the PBX's word, or because somebody here has asked; undefined where it is not. */
export function privateSince(state: State, id: CallId): EpochMs | undefined {
  return state.calls.get(id)?.private?.since ?? state.privateAsked.get(id);
}

/** The supervision this person leads now, else undefined. */
export function supervisionBy(state: State, supervisor: PersonId): Supervision | undefined {
  const id = state.bySupervisor.get(supervisor);
  return id === undefined ? undefined : state.supervisions.get(id);
}
