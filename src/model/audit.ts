import type { EpochMs } from "./calls.js";
import type { RefusalCode } from "./refusals.js";
import type { Ending, Mic, Mode, Visibility } from "./supervisions.js";

/** What was asked or happened. */
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
  "ended",
] as const;
export type AuditAct = (typeof auditActs)[number];

/** One line of the record: who, whose call, in which mode, visible or hidden, when, and what came of it (R19). */
export interface AuditRow {
  /** When it was asked, by the gateway's clock. */
  readonly at: EpochMs;
  readonly act: AuditAct;
  /** `allowed` is written before the act; `done` after it (what lets anybody hear less); the others say how it went. */
  readonly outcome: "allowed" | "done" | "refused" | "failed" | "ended";
  readonly supervisor: string;
  readonly supervision?: string;
  readonly agent?: string;
  readonly call?: string;
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
