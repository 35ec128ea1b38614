import type { EpochMs } from "./calls.js";
import type { Mic, Mode, Visibility } from "./supervisions.js";

/** A visible supervisor, as an agent's device may know them. */
export interface SupervisorShown {
  readonly name: string;
  readonly extension: string;
  readonly mode: Mode;
  readonly mic: Mic;
}

/** The light on an agent's device: the strongest mode of all visible supervisors; the mic is open if any is. */
export interface Lamp {
  readonly lamp: "off" | Mode;
  readonly mic: Mic;
  readonly supervisors: readonly SupervisorShown[];
}

/** The lamp in one word, for lights that read no JSON. In Listen nobody's microphone is ever open. */
export const lampTexts = ["off", "listen", "coach", "coach-open", "join", "join-open"] as const;
export type LampText = (typeof lampTexts)[number];

/** Another supervisor on the same call. Supervisors see each other, hidden ones too (R16). */
export interface SupervisorBeside extends SupervisorShown {
  readonly visibility: Visibility;
}

/** What a supervisor's own devices may know of what they supervise, and who is there beside them. */
export interface SupervisingShown {
  readonly supervisions: readonly {
    readonly agent: { readonly name: string; readonly extension: string };
    readonly mode: Mode;
    readonly mic: Mic;
    readonly visibility: Visibility;
    readonly since: EpochMs;
    readonly others: readonly SupervisorBeside[];
  }[];
}

/** What an agent's own devices may know of their call: never the customer. */
export interface CallShown {
  readonly state: "idle" | "ringing" | "talking" | "held";
  readonly since: EpochMs;
  readonly extension: string;
  /** Told by their busy lamp alone, as the PBX's own events do not tell of their device. */
  readonly source?: "blf";
}

/**
 * Whether a text may be put on this person's screen now. `free`: on no call. `talking`: on one call, and their hands are
 * off the phone. `busy`: they dial, are rung, hold or transfer.
 */
export type Attention = "free" | "talking" | "busy";

/** A short text on an agent's device. */
export interface Notice {
  /** Random. */
  readonly id: string;
  readonly text: string;
  readonly level: "info" | "warning";
  readonly at: EpochMs;
  readonly expiresAt: EpochMs;
}
