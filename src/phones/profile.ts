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
  /** Whether OK does what a text page says; without it (a touch screen) such a page is a list whose rows lead there. */
  readonly okKey: "yes" | "no";
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
  /** What the phone makes of documents it has not asked for. `uncertain` is sent too: one it does not know does no harm. */
  readonly push: {
    /** UTF-8, escapes included: with the headers of a NOTIFY one UDP packet. */
    readonly documentBytes: number;
    /** Whether `Led:LINE<n>` lights the line key. */
    readonly lineLamps: "yes" | "uncertain" | "no";
    /** Whether a Configuration document changes a key's label at once. */
    readonly keyLabel: "yes" | "uncertain" | "no";
    readonly labelColumns: number;
  };
  readonly quirks: readonly Quirk[];
}
