import type { EpochMs } from "./calls.js";
import type { RefusalCode } from "./refusals.js";
import type { Ending, Mic, Mode, Visibility } from "./supervisions.js";

/**
 * What was asked or happened. Those of the record itself: somebody read, exported or verified it; a chain `begun` where
 * rows were there before it; a `checkpoint` of what retention took away; an earlier row that was `late` after all.
 */
export const auditActs = [
  "listen",
  "coach",
  "join",
  "back-to-listen",
  "mute",
  "unmute",
  "visible",
  "hide",
  "leave",
  "held",
  "told",
  "raise-hand",
  "lower-hand",
  "heads-up",
  "heads-up-answered",
  "followed",
  "take-over",
  "hand-over",
  "await-call",
  "private",
  "private-off",
  "private-over",
  "recording-paused",
  "recording-resumed",
  "adopted",
  "ended",
  "pin",
  "pin-set",
  "pin-unlocked",
  "person-added",
  "person-changed",
  "person-removed",
  "api-token",
  "phone-added",
  "phone-changed",
  "phone-retired",
  "phone-replaced",
  "phone-rotated",
  "phone-proved",
  "desk-sign-in",
  "desk-sign-out",
  "audit-read",
  "audit-exported",
  "audit-verified",
  "audit-begun",
  "audit-checkpoint",
  "audit-late",
] as const;
export type AuditAct = (typeof auditActs)[number];

/** One line of the record: who, whose call, in which mode, visible or hidden, when, and what came of it (R19). */
export interface AuditRow {
  /** When it was asked, by the gateway's clock. */
  readonly at: EpochMs;
  readonly act: AuditAct;
  /** `allowed` is written before the act; `done` after it (what lets anybody hear less); the others say how it went. */
  readonly outcome: "allowed" | "done" | "refused" | "failed" | "ended";
  /**
   * Id of a person; `os:<user>` who gave a command; `api:<name>` whose token was used; `gateway:<name>` earshot itself;
   * `pbx` what was set at the PBX, such as a call that is private by its variable.
   */
  readonly supervisor: string;
  readonly supervision?: string;
  readonly agent?: string;
  readonly call?: string;
  /**
   * The agent's leg, with the row that began a supervision and where it followed the call; the supervisor's phone, with
   * the first: a restart adopts it by them.
   */
  readonly leg?: string;
  readonly phone?: string;
  /** The other party's number, as the PBX gave it. */
  readonly customer?: string;
  readonly mode?: Mode;
  readonly visibility?: Visibility;
  readonly mic?: Mic;
  readonly refusal?: RefusalCode;
  readonly ending?: Ending;
  /** Free words, e.g. that no device of the agent confirmed. */
  readonly detail?: string;
}

/** A row as it stands in the record. */
export interface AuditEntry extends AuditRow {
  /** Rises with every row; the order in which the rows were given. */
  readonly id: number;
  /** When it became durable, by the system's clock. */
  readonly writtenAt: EpochMs;
  /** It became durable later than whoever gave it would wait for. */
  readonly late: boolean;
}

/** Which part of the record is asked for. Every field narrows. */
export interface AuditFilter {
  readonly since?: EpochMs;
  readonly until?: EpochMs;
  readonly supervisor?: string;
  readonly agent?: string;
  readonly call?: string;
  readonly supervision?: string;
  readonly act?: AuditAct;
  /** Only rows of supervisions that began and have not ended. */
  readonly live?: boolean;
  /** Only rows with a greater id: how to page on. */
  readonly afterId?: number;
  /** At most this many; 1000 unless told, 10,000 at most. Rows always come oldest first. */
  readonly limit?: number;
  /** Which ones where there are more than `limit`: the oldest unless told. */
  readonly newest?: boolean;
}

/** What verifying the record found. */
export interface AuditCheck {
  readonly ok: boolean;
  /** Rows whose place and content are as they were written. */
  readonly rows: number;
  /** Rows that retention took away, by what signed checkpoints say. */
  readonly removed: number;
  /** The end of each chain, as the log tells it: `<writer>:<number of rows>:<chain value>`. */
  readonly heads: readonly string[];
  /** The first thing that is wrong. */
  readonly fault?: { readonly id?: number; readonly sentence: string };
  /** True things that somebody who judges the record must know. */
  readonly notes: readonly string[];
  /** Checks the signatures of checkpoints (Ed25519, SPKI, base64). */
  readonly publicKey: string;
}

/** The record (R19). Rows become durable in the order in which they were given. */
export interface Audit {
  /** `written` once the row is on disk; `late` when that took longer than `withinMs` (the row is still written). */
  append(row: AuditRow, withinMs: number): Promise<"written" | "late">;
  /** Recorded after the act; marked late in the record when it could not be written at once. */
  after(row: AuditRow): void;
  /** True while a row has been waiting longer than it should: nothing new is allowed then. */
  behind(): boolean;
}

/** Reading the record. Never waits for, and never holds up, the writing of it. */
export interface AuditReader {
  rows(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  /**
   * Tells the newest `count` rows, then every new one once it is durable, oldest first; the returned function ends that.
   * Rows that cannot be read now come with the next one that is written.
   */
  follow(count: number, told: (rows: readonly AuditEntry[]) => void): () => void;
}
