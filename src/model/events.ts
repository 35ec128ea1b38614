import type { Call, EpochMs } from "./calls.js";
import type { CallId, LegId, Mac, PersonId, SupervisionId } from "./ids.js";
import type { Person } from "./people.js";
import type { RefusalCode } from "./refusals.js";
import type { LampShown } from "./sip.js";
import type {
  AwaitedCall,
  Ending,
  HeadsUpAnswer,
  Mic,
  Mode,
  Mouth,
  RememberedSupervision,
  SupervisionFacts,
  Told,
  Visibility,
} from "./supervisions.js";
import type { BoardOrder } from "./views.js";

/** Everything the PBX has now. It replaces all that was believed before. */
export interface PbxSnapshot {
  readonly calls: readonly Call[];
  readonly supervisions: readonly SupervisionFacts[];
}

/** What a PBX adapter reports. `call` and `facts` replace the earlier ones of the same id as a whole. */
export type PbxEvent =
  | { readonly type: "pbx-snapshot"; readonly snapshot: PbxSnapshot }
  | { readonly type: "pbx-away"; readonly why: string }
  | { readonly type: "call"; readonly call: Call }
  | { readonly type: "call-ended"; readonly call: CallId }
  | { readonly type: "facts"; readonly facts: SupervisionFacts }
  | { readonly type: "facts-ended"; readonly supervision: SupervisionId; readonly ending: Ending }
  /**
   * An agent's own phone sends this leg to somebody: the other party, by a transfer; or a leg of the agent's own, by
   * which they call them. Told before they are rung, or while they are.
   */
  | { readonly type: "transferring"; readonly leg: LegId; readonly by: PersonId; readonly to: PersonId }
  /** Somebody has pressed the BLF key of their own lamp: they ask for help with the call they are on. */
  | { readonly type: "hand-raised"; readonly person: PersonId };

/** What earshot itself decided or learned. */
export type OwnEvent =
  | {
      readonly type: "supervision-asked";
      readonly id: SupervisionId;
      readonly supervisor: PersonId;
      readonly phone: Mac;
      readonly agent: PersonId;
      readonly call: CallId;
      readonly leg: LegId;
      readonly visibility: Visibility;
    }
  /** The record has it from an earlier run; whether the PBX still has it, the first snapshot says. */
  | { readonly type: "supervision-remembered"; readonly supervision: RememberedSupervision }
  | { readonly type: "mode-asked"; readonly supervision: SupervisionId; readonly mode: Mode; readonly mic: Mic }
  | { readonly type: "visibility-asked"; readonly supervision: SupervisionId; readonly visibility: Visibility }
  /** The call has left the agent's leg: back to a muted listen, and to nobody's ear until it is followed or over (R18). */
  | { readonly type: "left-agent"; readonly supervision: SupervisionId }
  /** The supervision is from now on one of this agent's leg, which the call has come to; nobody there has been told. */
  | {
      readonly type: "followed";
      readonly supervision: SupervisionId;
      readonly agent: PersonId;
      readonly call: CallId;
      readonly leg: LegId;
    }
  /** The call is to be the supervisor's from now on: muted, until their leg is a party of it (R13). */
  | { readonly type: "take-over-asked"; readonly supervision: SupervisionId }
  /** The PBX has refused it, or nobody knows that it was done: the supervision goes on, muted. */
  | { readonly type: "take-over-failed"; readonly supervision: SupervisionId; readonly code: RefusalCode }
  /** Somebody is being rung for an agent's call; the customer is with the agent meanwhile. */
  | { readonly type: "hand-over-asked"; readonly agent: PersonId; readonly to: PersonId }
  /** Nobody is rung any more; `code` where it came to nothing. */
  | { readonly type: "hand-over-ended"; readonly agent: PersonId; readonly code?: RefusalCode }
  | { readonly type: "call-awaited"; readonly supervisor: PersonId; readonly awaited: AwaitedCall }
  /** It is not awaited any more; `code` where it came and could not be begun. */
  | { readonly type: "not-awaited"; readonly supervisor: PersonId; readonly code?: RefusalCode }
  /** The call is private from now on, whatever the PBX says; `by` is the party to it who asked (R20). */
  | { readonly type: "private-asked"; readonly call: CallId; readonly by?: PersonId }
  /** What was asked counts no more: the call is as private as the PBX says. */
  | { readonly type: "private-lifted"; readonly call: CallId; readonly by?: PersonId }
  /** The call is private: back to a muted listen, and to nobody's ear until that is over. */
  | { readonly type: "private-cut"; readonly supervision: SupervisionId }
  /** It is private no more, and that this supervision hears it again is on record. */
  | { readonly type: "private-over"; readonly supervision: SupervisionId }
  | { readonly type: "told"; readonly supervision: SupervisionId; readonly telling: number; readonly told: Told }
  /** A supervisor would like to speak to the agent (R15); nothing while an earlier word of theirs is open. */
  | {
      readonly type: "heads-up-asked";
      readonly supervision: SupervisionId;
      readonly id: string;
      readonly expiresAt: EpochMs;
    }
  | {
      readonly type: "heads-up-answered";
      readonly supervision: SupervisionId;
      readonly id: string;
      readonly answer: Exclude<HeadsUpAnswer, "waiting">;
    }
  /** The PBX is being asked for this mouth; without one: nothing is under way any more. */
  | { readonly type: "mouth-under-way"; readonly supervision: SupervisionId; readonly mouth?: Mouth }
  | { readonly type: "rung"; readonly supervision: SupervisionId }
  | { readonly type: "trouble"; readonly supervision: SupervisionId; readonly code: RefusalCode }
  /** A phone says of its own mute key that it is on, or off again. */
  | { readonly type: "phone-mute-told"; readonly phone: Mac; readonly muted: boolean }
  /** An agent's device asks for help, or no longer. */
  | { readonly type: "help-asked"; readonly person: PersonId; readonly raised: boolean }
  /** What a person's busy lamp shows, of whose calls the PBX's own events tell nothing; without it, nothing does. */
  | { readonly type: "blf-told"; readonly person: PersonId; readonly shown?: LampShown }
  | { readonly type: "board-sorted"; readonly person: PersonId; readonly order: BoardOrder }
  /** Somebody new, or somebody known who is another from now on. */
  | { readonly type: "person-put"; readonly person: Person }
  | { readonly type: "person-gone"; readonly person: PersonId }
  /** A press made all presses that are still being worked on void. */
  | { readonly type: "presses-voided"; readonly supervisor: PersonId }
  | { readonly type: "ending-asked"; readonly supervision: SupervisionId; readonly ending: Ending }
  /** It never came to a leg at the PBX. */
  | {
      readonly type: "not-begun";
      readonly supervision: SupervisionId;
      readonly ending: Ending;
      readonly code?: RefusalCode;
    };

/** An event with the moment it entered, by the gateway's clock. */
export type StateEvent = (PbxEvent | OwnEvent) & { readonly at: EpochMs };
