import type { Screen } from "../pages/index.js";

/** Something a model does that its manual does not say, and where we know it from. */
export interface Quirk {
  readonly id: string;
  readonly says: string;
  readonly source: string;
  /** Models, with firmware where known, on which it was seen. Empty: by analogy only. */
  readonly seenOn: readonly string[];
}

/** What of one phone model a document depends on: one entry of the vendor's model sheet. */
export interface Profile {
  readonly name: string;
  readonly screen: Screen;
  /** Softkeys that are on the screen at once. */
  readonly softkeys: number;
  /** Whether the phone follows the `Refresh` reply header. `uncertain` is sent it too: an unknown header is ignored. */
  readonly refreshHeader: "yes" | "uncertain" | "no";
  /** Seconds after which a list that was not asked again closes by itself; 0 is never. */
  readonly listTimeout: number;
  readonly limits: {
    /** UTF-8, escapes included. */
    readonly documentBytes: number;
    readonly items: number;
    readonly urlLength: number;
    readonly launcherUrlLength: number;
  };
  readonly quirks: readonly Quirk[];
}
