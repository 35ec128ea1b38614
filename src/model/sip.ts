import type { EpochMs } from "./calls.js";
import type { Extension } from "./ids.js";
import type { Pushed } from "./push.js";

/** What a BLF key that watches somebody's extension shows. */
export type LampShown = "idle" | "ringing" | "talking" | "held";

/** What is known of somebody's busy lamp. `missing`: the PBX has none for this extension. */
export type LampStanding =
  | { readonly kind: "seen"; readonly shown: LampShown }
  | { readonly kind: "missing" }
  | { readonly kind: "unknown"; readonly why: string };

/** How the PBX treats our SIP account. */
export type SipStanding = "starting" | "connected" | "away" | "refused";

/**
 * A SIP account of earshot's own that watches busy lamps as a phone does (RFC 4235), and sends texts (RFC 3428). Nobody can
 * call it. Connects by itself, again and again.
 */
export interface SipAgent {
  /** `told` is called whenever what is known of a lamp changes, and never for an extension that is not watched. */
  start(told: (extension: Extension, standing: LampStanding) => void): void;
  /** From now on these are watched, and no others. */
  watch(extensions: readonly Extension[]): void;
  /** Sends a text to the phones of an extension; `sent` is the PBX's word alone. Never rejects. */
  message(to: Extension, text: string): Promise<Pushed>;
  standing(): SipStanding;
  stop(): Promise<void>;
}

/** How the watch over busy lamps fares, for health. */
export interface WatchReport {
  readonly standing: SipStanding;
  /** How many lamps are seen. */
  readonly seen: number;
  /** Whose lamps the PBX does not have. */
  readonly missing: readonly Extension[];
  /** Of whose lamps nothing is known now. */
  readonly unknown: readonly Extension[];
  /** Of whose calls the lamp alone tells, as the PBX's events do not. */
  readonly alone: readonly Extension[];
  /** Whose lamp says another thing than the PBX's events, and since when. */
  readonly differences: readonly {
    readonly extension: Extension;
    readonly lamp: LampShown;
    readonly pbx: "on-a-call" | "no-call";
    readonly since: EpochMs;
  }[];
}
