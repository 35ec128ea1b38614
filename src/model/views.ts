import type { Direction, EpochMs } from "./calls.js";
import type { CallId, LegId, Mac } from "./ids.js";
import type { Attention, CallShown, Lamp, SupervisingShown, SupervisorBeside } from "./indicators.js";
import type { Person, Role } from "./people.js";
import type { RefusalCode } from "./refusals.js";
import type { Ending, HeadsUpAnswer, Mic, Mode, Mouth, SupervisionFacts, Told, Visibility } from "./supervisions.js";
import type { SearchText } from "./typed.js";

/** Where the PBX stands, for a page: before the first snapshot, away, or there. */
export type PbxStanding = "starting" | "away" | "ready";

/** One line of the live board: an agent on a call that this person may see (R2). */
export interface BoardEntry {
  readonly call: CallId;
  readonly leg: LegId;
  readonly agent: Person;
  /** The other side: the customer's name and number, or a colleague's. */
  readonly other: { readonly name: string; readonly number: string };
  readonly queue?: string;
  readonly direction: Direction;
  readonly state: "ringing" | "talking" | "held";
  readonly startedAt: EpochMs;
  readonly answeredAt?: EpochMs;
  /** Nobody may hear it now (R20). */
  readonly private: boolean;
  /** Nobody forbids Hidden on this call. */
  readonly hiddenAllowed: boolean;
  /** The agent asks for help. */
  readonly help: boolean;
  /** Why Listen would be refused now, if it would. */
  readonly refusal?: RefusalCode;
}

export const boardOrders = ["longest", "newest", "agent", "queue"] as const;
/** What a board is sorted by: the longest call first, the newest first, the agent's name, or the queue's. */
export type BoardOrder = (typeof boardOrders)[number];

/** Calls that one person may see, read a page at a time. */
export interface CallList {
  readonly total: number;
  slice(from: number, count: number): readonly BoardEntry[];
}

/** The live board of one person. */
export interface Board extends CallList {
  readonly order: BoardOrder;
  /** Those that match, in the order of the board. */
  search(text: SearchText): CallList;
  find(leg: LegId): BoardEntry | undefined;
}

/** A supervisor's own supervision, as their page shows it. */
export interface SupervisionView {
  readonly agent: Person;
  readonly other: { readonly name: string; readonly number: string };
  readonly queue?: string;
  readonly answeredAt?: EpochMs;
  /** What was asked and allowed. */
  readonly asked: { readonly mode: Mode; readonly mic: Mic; readonly visibility: Visibility };
  /** Nobody forbids Hidden on this call. */
  readonly hiddenAllowed: boolean;
  readonly told: Told;
  /** What came of the last heads-up. */
  readonly headsUp?: HeadsUpAnswer;
  readonly facts?: SupervisionFacts;
  readonly underWay?: Mouth;
  /** Names (or numbers) of those whose phones carry the mouth and send no sound now; empty for somebody unknown. */
  readonly silent: readonly string[];
  readonly trouble?: RefusalCode;
  /** The other supervisors on the same call, hidden ones too; nobody for a party to it. */
  readonly others: readonly SupervisorBeside[];
  /** The phone that leads it. */
  readonly phone: Mac;
  /** Coach and Join are possible: the agent's leg is certain. */
  readonly mouthPossible: boolean;
  /** The agent's phone has a second leg: it could pass the supervisor's voice on, so the mic stays muted. */
  readonly secondLeg: boolean;
  /** The phone's own mute is on, as the phone has said. */
  readonly phoneMuted: boolean;
  /** The call is private: there is no path, and none can be asked for (R20). */
  readonly private: boolean;
  /** The call has left this agent and nobody has it yet. */
  readonly between: boolean;
  /** It was followed to this agent. */
  readonly moved: boolean;
  /** The call is becoming this supervisor's own. */
  readonly takingOver: boolean;
  readonly ending?: Ending;
  readonly call: CallId;
  readonly leg: LegId;
}

/** Somebody an agent can hand their call to (R13). */
export interface HandOverTarget {
  readonly person: Person;
  /** Of who is visibly on this call. A hidden supervisor is in the list as anybody else. */
  readonly mode?: Mode;
}

/** A heads-up that this person has not answered (R15). */
export interface HeadsUpShown {
  readonly id: string;
  readonly name: string;
  readonly extension: string;
  readonly expiresAt: EpochMs;
}

/** Somebody on a call. Name and number of somebody outside are hostile until rendered. */
export interface Participant {
  readonly name: string;
  readonly number: string;
  readonly state: "ringing" | "talking" | "holding";
  /** Of a person of the house. */
  readonly role?: Role;
}

/** Who is on a call, as one person may know it (R12). */
export interface Participants {
  readonly internal: readonly Participant[];
  readonly external: readonly Participant[];
  /** To a party to the call: visible ones alone. */
  readonly supervisors: readonly (SupervisorBeside & { readonly role: Role })[];
}

/**
 * What one person may know. Hidden supervisions of others have been removed; pages and indicators take this and never
 * the state.
 */
export interface View {
  readonly person: Person;
  readonly pbx: PbxStanding;
  /** May open the board at all (R1). */
  readonly maySupervise: boolean;
  /** The present step of this person's presses. */
  readonly step: number;
  readonly board: Board;
  readonly own?: SupervisionView;
  /** The same for this person's own devices: nothing of a call that they are a party to (R12). */
  readonly supervising: SupervisingShown;
  /** How the last one ended, until a new one begins. */
  readonly ended?: {
    readonly agent: Person;
    readonly ending: Ending;
    readonly at: EpochMs;
    readonly trouble?: RefusalCode;
  };
  /** Whose next call this person has asked for. */
  readonly awaits?: { readonly agent: Person; readonly visibility: Visibility; readonly until: EpochMs };
  /** May take a call over that they supervise (R13). */
  readonly mayTakeOver: boolean;
  /** Whom this person can hand their call to: who is visibly on it first; empty where they have none to hand over. */
  handOverTargets(): readonly HandOverTarget[];
  /** Who is being rung for this person's call, or why nobody took it. */
  readonly handingOver?: { readonly to: Person; readonly trouble?: RefusalCode };
  /** Who is with this person: visible supervisors of their own call. */
  readonly withMe: Lamp;
  /** Who would like to speak to this person and has no answer, whoever asked first first. */
  readonly asksMe: readonly HeadsUpShown[];
  /** This person's own call, as their devices may show it. */
  readonly myCall: CallShown;
  /** Whether a call that this person is on is private. */
  readonly myPrivacy: boolean;
  readonly attention: Attention;
  /** This person asks for help. */
  readonly myHand: boolean;
  /** Of the call that this person supervises, or else of their own. */
  readonly participants?: Participants;
}
