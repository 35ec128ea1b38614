import type { EpochMs } from "./calls.js";
import type { PbxEvent } from "./events.js";
import type { Handsets, Paced } from "./handsets.js";
import type { CallId, Extension, LegId, Mac, PersonId, SupervisionId } from "./ids.js";
import type { BlfKey } from "./lamp-ways.js";
import type { AnswerStyle, Person } from "./people.js";
import type { Notification, NotifyTarget, Pushed } from "./push.js";
import type { RefusalCode } from "./refusals.js";
import type { Ending, Reach } from "./supervisions.js";

/** What earshot asks of the PBX. Each is one target state, safe to ask twice. */
export type PbxAction =
  /** Ring the supervisor's phone. `from` is the host the press came from, or the phone's configured address. */
  | {
      readonly type: "ring";
      readonly supervision: SupervisionId;
      readonly extension: Extension;
      readonly from: string;
      readonly mac: string;
      readonly answer: AnswerStyle;
    }
  /**
   * Let the supervisor hear the leg and all it hears. Made once; never touched by a change of mode. `unseen`: refused
   * where it would leave a trace on the call, with nothing touched.
   */
  | {
      readonly type: "attach-ear";
      readonly supervision: SupervisionId;
      readonly leg: LegId;
      readonly agent: PersonId;
      readonly unseen: boolean;
    }
  | { readonly type: "detach-ear"; readonly supervision: SupervisionId }
  /** Let the supervisor be heard. Replaces a mouth of another reach: the old one is gone before the new one sounds. */
  | {
      readonly type: "open-mouth";
      readonly supervision: SupervisionId;
      readonly leg: LegId;
      readonly agent: PersonId;
      readonly reach: Reach;
    }
  /**
   * Puts the agent's leg, the one leg they talk to and the supervisor's own leg into one bridge, where all hear all until
   * the agent leaves; then the other two have the call, and nothing of it waits for a gateway. From the moment the
   * supervisor's leg is there it is a party of that call and no supervision leg: no lease, and the supervision is reported
   * ended as `took-over`. Refused, or ended midway, the agent has the call as before.
   */
  | {
      readonly type: "take-over";
      readonly supervision: SupervisionId;
      readonly leg: LegId;
      readonly agent: PersonId;
    }
  /**
   * Connects this leg, which a transfer sends to the supervisor, with the supervisor's own, which is from then on a party
   * as after a take-over. Refused, or where the supervisor is gone by then, the transfer goes on as it would have.
   */
  | { readonly type: "receive"; readonly supervision: SupervisionId; readonly leg: LegId }
  /** Wins over an `open-mouth` still under way. */
  | { readonly type: "close-mouth"; readonly supervision: SupervisionId }
  /** Takes away mouth, ear and the supervisor's leg, in that order. Wins over everything under way. */
  | { readonly type: "end"; readonly supervision: SupervisionId; readonly ending: Ending }
  | CallAction;

/** What earshot asks about a call as a whole. */
export type CallAction =
  /**
   * The call is private, or no more (R20). On: every ear and mouth on it is cut at once, connected or not; new ones are
   * refused with `call-private`. Kept at the PBX with the call wherever it goes; not `ok` while that is not so yet.
   */
  | { readonly type: "set-private"; readonly call: CallId; readonly on: boolean }
  /** The PBX's own recordings of the call are silent from now on, or no more. Refused where there are none. */
  | { readonly type: "pause-recording"; readonly call: CallId; readonly on: boolean };

/** A device that is registered at the PBX. */
export interface Registered {
  /** The MAC addresses that it names itself by; empty where it names none. */
  readonly macs: readonly Mac[];
  /** Where the PBX sends to, and where the device says that it is, as `bareHost` writes them. */
  readonly hosts: readonly string[];
  /** It is not any more from then on, unless it registers again. */
  readonly until: EpochMs;
}

/**
 * An agent's call for somebody who is not on it: rings the device of `to` with the agent's name. Until it is answered the
 * customer is with the agent; then all three are in one bridge, as after a take-over.
 */
export interface HandOver {
  readonly leg: LegId;
  readonly agent: PersonId;
  readonly to: Extension;
}

export type ActionResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: RefusalCode; readonly detail: string };

export const capabilities = ["queue-pause", "take-over", "notify-push", "keep-private", "pause-recording"] as const;
/** What not every PBX, or not every configuration of one, can do. */
export type Capability = (typeof capabilities)[number];

/**
 * Whom queues ring (R14). A pause of ours carries earshot's own reason; one with any other reason, or with none, is
 * somebody's own and is never touched. Safe to ask twice, one after another. Never rejects.
 */
export interface Routing {
  /** Pauses this person in each queue where they are a member and not paused. A call that rings already goes on ringing. */
  pause(person: PersonId): Promise<ActionResult>;
  /** Lifts the pauses that carry our reason, of the configured people whom `whose` names. */
  lift(whose: (person: PersonId) => boolean): Promise<ActionResult>;
}

/** The digits of a phone's keypad on the supervision leg (RFC 4733), where the site lets supervisors use them. */
export interface Keypad {
  /**
   * From now on `told` is called for every digit on a supervision leg, once, when its key is let go. Called before
   * `start`, or never: then no digit is read anywhere. Those of any other leg never are.
   */
  follow(told: (supervision: SupervisionId, digit: string) => void): void;
  /** Two short tones that this supervisor hears beside the call, and nobody else. Never rejects. */
  refuse(supervision: SupervisionId): Promise<ActionResult>;
}

/** The tone by which a party to a call can hear that it is supervised. */
export interface NotificationTone {
  /**
   * One short tone that this leg's party hears beside the call, and nobody else; no other path is changed by it. The leg
   * is one of the call that the supervision hears. `wanted` is asked again right before it sounds. Resolves once nothing
   * is left of it; refused where it was not to be heard. Never rejects.
   */
  play(supervision: SupervisionId, leg: LegId, wanted: () => boolean): Promise<ActionResult>;
}

/**
 * A PBX. `start` returns at once and connects by itself, again and again; after every (re)connect the first event is a
 * full `pbx-snapshot`, and `pbx-away` when the connection is lost.
 */
export interface Pbx {
  readonly kind: string;
  start(sink: (event: PbxEvent) => void): Promise<void>;
  /** From now on these are the people, with these extensions; a fresh snapshot of the same calls follows. */
  knows(people: readonly Person[]): void;
  /** Asks for a fresh snapshot; it arrives at the sink. */
  snapshot(): Promise<void>;
  /** Resolves when the PBX has done it (or refused). What came of it also arrives at the sink as facts. */
  execute(action: PbxAction): Promise<ActionResult>;
  /**
   * Resolves once all three talk, or it has come to nothing: `not-answered` within about half a minute, `call-gone` where
   * the agent or the customer went meanwhile. Refused with `take-over-missing` where the capability is missing.
   */
  handOver(handOver: HandOver): Promise<ActionResult>;
  /**
   * Whether an ear on this leg leaves no trace on the call, neither when it comes nor when it goes. Asks the PBX now and
   * changes nothing. Refused with `direct-media`, `native-media`, or `trace-uncertain` where it cannot be told.
   */
  unseen(leg: LegId): Promise<ActionResult>;
  /**
   * Sends a NOTIFY to one registered device and to no other; `sent` is the PBX's word alone. `wanted` is asked again right
   * before it goes. Never rejects. Only there where some configuration of this PBX has `notify-push`; while that is missing
   * it answers `failed`.
   */
  notify?(to: NotifyTarget, notification: Notification, wanted?: () => boolean): Promise<Pushed>;
  /**
   * Lights or puts out what a BLF key watches for an extension, which outlasts this gateway. Never rejects. Only there
   * where this kind of PBX has such lamps.
   */
  lamp?(extension: Extension, key: BlfKey, lit: boolean): Promise<ActionResult>;
  /**
   * Of these extensions, those about whose own devices it tells nothing, ever. Undefined where that cannot be told now;
   * not there where it tells of all.
   */
  outOfSight?(extensions: readonly Extension[]): Promise<readonly Extension[] | undefined>;
  /**
   * The devices that are registered at the accounts of the people it knows, those for supervision too, by extension. Asks
   * the PBX now; undefined where it does not tell now. Never rejects. Not there where this kind of PBX never tells.
   */
  registered?(): Promise<ReadonlyMap<Extension, readonly Registered[]> | undefined>;
  /** Only there where some configuration of this PBX has `queue-pause`; while that is missing every wish is refused. */
  readonly routing?: Routing;
  readonly keypad?: Keypad;
  readonly notificationTone?: NotificationTone;
  /** Goes, and leaves every supervision as it is for whoever comes next; one that nobody comes for ends by its lease. */
  stop(): Promise<void>;
  capabilities(): ReadonlySet<Capability>;
  /** Of a simulated PBX alone. */
  readonly handsets?: Handsets;
  /** Of a simulated PBX alone. */
  readonly paced?: Paced;
}
