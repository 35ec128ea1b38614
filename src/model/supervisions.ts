import type { EpochMs } from "./calls.js";
import type { CallId, LegId, Mac, PersonId, SupervisionId } from "./ids.js";
import type { RefusalCode } from "./refusals.js";

export const modes = ["listen", "coach", "join"] as const;
/** Listen: heard by nobody. Coach: heard by the agent alone. Join: heard by all. */
export type Mode = (typeof modes)[number];
/** Whether the agent is told. */
export type Visibility = "visible" | "hidden";
/** Open means open at the PBX; muted means that there is no path. */
export type Mic = "muted" | "open";
/** Who can hear what goes into a mouth. */
export type Reach = "agent" | "everyone";

/** The audio path that carries the supervisor's voice: it exists only while somebody may be hearing it. */
export interface Mouth {
  readonly leg: LegId;
  readonly reach: Reach;
}

/** What the PBX says of one supervision. Pages tell a mode and a mic from these facts, never from what was asked. */
export interface SupervisionFacts {
  readonly id: SupervisionId;
  /** The supervisor's own leg. */
  readonly leg: "ringing" | "up" | "held";
  /** The agent's leg that is being heard. */
  readonly ear?: LegId;
  readonly mouth?: Mouth;
  /**
   * Legs that the mouth rides on and that send no sound now, or not yet again: who hears that leg does not hear the
   * supervisor either, or cannot be trusted to. The agent's own is here too while it holds. Never empty, never without a
   * mouth.
   */
  readonly silent?: readonly LegId[];
}

/** How a supervision ended. Each is a sentence on the supervisor's page and a word in the audit. */
export const endings = [
  "left",
  "call-ended",
  "not-answered",
  "declined",
  "phone-unreachable",
  "supervisor-hung-up",
  "not-allowed",
  "forbidden",
  "never-supervised",
  "intruder",
  "leg-uncertain",
  "went-outside",
  "no-agent",
  "not-recorded",
  "would-show",
  "pbx-failed",
  "took-over",
  "lost",
  "stopped",
] as const;
export type Ending = (typeof endings)[number];

/**
 * How far the news of a visible supervisor has come (R5): `sending` until the bus has it, `waiting` until a device of
 * the agent has acknowledged it, `unconfirmed` when none did in time.
 */
export type Told = "not-told" | "sending" | "waiting" | "confirmed" | "unconfirmed";

/** What came of a heads-up. While `waiting` or `seen` an answer may still come. */
export type HeadsUpAnswer = "waiting" | "seen" | "accepted" | "not-now" | "no-answer";

/** A supervisor's word to the agent before they speak ("Kim would like to coach you"), and what came of it (R15). */
export interface HeadsUp {
  /** Random. */
  readonly id: string;
  readonly at: EpochMs;
  /** From then on no answer counts any more. */
  readonly expiresAt: EpochMs;
  readonly answer: HeadsUpAnswer;
}

/** One supervisor attached to one agent's leg of one call: what was asked and allowed, and what the PBX says. */
export interface Supervision {
  readonly id: SupervisionId;
  readonly supervisor: PersonId;
  readonly phone: Mac;
  readonly agent: PersonId;
  readonly call: CallId;
  readonly leg: LegId;
  readonly startedAt: EpochMs;
  /** Asked and allowed; it is true only once `facts` agree. */
  readonly mode: Mode;
  readonly visibility: Visibility;
  readonly mic: Mic;
  /** A visible supervision reaches the agent's devices when this is no longer `not-told`. */
  readonly told: Told;
  /** Counts the tellings, so that the fate of an earlier one is not taken for that of the present one. */
  readonly telling: number;
  /** A mouth that the PBX has been asked for and has neither shown nor refused yet: it may sound at any moment. */
  readonly underWay?: Mouth;
  /** The PBX has taken the order to ring the phone. */
  readonly rung?: boolean;
  /** Begun by an earlier run; until the PBX has said what is left of it. */
  readonly remembered?: boolean;
  /** The call has left the agent's leg, and goes on without: no path, and nothing to press, until somebody has it (R18). */
  readonly between?: true;
  /** The phone that leads it has said that its own mute is on; one that says nothing of it is never taken for muted. */
  readonly phoneMuted?: true;
  /** The call is private, or it is not on record yet that it is heard again: attached, with no path (R20). */
  readonly private?: true;
  /** It has followed the call to this agent, until the next press. */
  readonly moved?: true;
  /** The PBX is asked to make the supervisor's leg a party of a call: nothing else is asked meanwhile (R13). */
  readonly takingOver?: true;
  /** The leg that the agent's own phone gives to the supervisor; nothing is asked before that is on record (R13, R19). */
  readonly given?: LegId;
  /** The newest one, until it is overtaken: by another mode, by hiding, by another agent, or by the end. */
  readonly headsUp?: HeadsUp;
  /** Why the last thing asked was not done, until the next press. */
  readonly trouble?: RefusalCode;
  /** Set once it is to end: nothing may open any more. */
  readonly ending?: Ending;
  /** Undefined until the PBX has said anything. */
  readonly facts?: SupervisionFacts;
}

/** What the record knows of a supervision that an earlier run began and nobody has ended. */
export type RememberedSupervision = Pick<
  Supervision,
  | "id"
  | "supervisor"
  | "phone"
  | "agent"
  | "call"
  | "leg"
  | "startedAt"
  | "mode"
  | "visibility"
  | "mic"
  | "told"
  /** Whether the PBX has done it, nobody knows. */
  | "takingOver"
  | "private"
  /** It was to end, and nobody knows whether the PBX has ended it. */
  | "ending"
>;

/** A supervisor has asked for the next call of an agent whose call is over (R18): shown to them, begun as by a press. */
export interface AwaitedCall {
  readonly agent: PersonId;
  readonly visibility: Visibility;
  /** From then on nothing is begun any more. */
  readonly until: EpochMs;
}

/** The last supervision of a supervisor, kept so that the page and the record can say how it ended. */
export interface EndedSupervision {
  readonly supervision: Supervision;
  readonly ending: Ending;
  readonly at: EpochMs;
}
