import type { CallId, Direction, LegId, Party } from "../../model/index.js";

/** Who carries the sound of a call: the PBX itself, the PBX in its quickest way, or the phones directly. */
export type Media = "pbx" | "native" | "direct";

/** A call to be set up: `caller` dials, `callee` rings. */
export interface CallPlan {
  readonly direction: Direction;
  readonly caller: Party;
  /** Without one the caller waits: no call, until a person is rung. */
  readonly callee?: Party;
  readonly queue?: string;
  /** The dialplan context that it came in by. */
  readonly context?: string;
  /** False where the agent's leg shall not be known beyond doubt. */
  readonly certain?: boolean;
  /** `pbx` unless told: an ear on any other call shows. */
  readonly media?: Media;
}

/** One call in the hand of whoever set it up. Nothing happens to a call that is over. */
export interface CallHandle {
  readonly callId: CallId;
  /** The leg of the agent who has the call now; of the caller, where both are. */
  readonly agentLeg: LegId;
  readonly otherLeg: LegId;
  /** Whoever rings answers. */
  answer(): void;
  /** The agent's leg goes, and the call rings at somebody else: `answer` is theirs. */
  transfer(to: Party): void;
  /**
   * The agent connects the other party with whom they have asked in `consultation`: both of the agent's legs go, the
   * other leg of the consultation takes their place, and that call is over. Nothing happens before it is answered.
   */
  join(consultation: CallHandle): void;
  /** The agent's leg goes, and the other party waits to be taken up: parked, or in a queue again. */
  park(): void;
  /** The dialplan takes it to another queue or another context, whoever is on it. */
  comesTo(place: Pick<CallPlan, "queue" | "context">): void;
  /** The agent's leg goes, and the others stay on the line, wherever that leads. */
  leave(): void;
  /** The PBX puts somebody on the call as well. @returns their leg. */
  add(party: Party): LegId;
  /** That party goes. The others stay on the line while they are two at least; else the call is over. */
  drop(leg: LegId): void;
  /** The agent's phone has another leg, at a place that is no call here. */
  secondLeg(there: boolean): void;
  /** Puts the other party on hold: by the agent, unless the other leg is named. */
  hold(leg?: LegId): void;
  resume(leg?: LegId): void;
  /** That phone sends no sound at all from now on (voice activity detection, some mutes), or sends again. */
  silence(leg: LegId, silent: boolean): void;
  /** The site says at the PBX, as by a channel variable, that nobody else may hear it, or may again. */
  private(on: boolean): void;
  readonly isPrivate: boolean;
  /** The PBX records the call from now on. */
  record(): void;
  readonly recording: "none" | "on" | "paused";
  /** The PBX has found another way for the call's sound. */
  reroute(media: Media): void;
  hangUp(): void;
}
