import type { Screen } from "../pages/index.js";

/** `uncertain`: no source says it for sure, and no phone was tried. */
export type Known = "yes" | "uncertain" | "no";

/** Something a model does that its manual does not say, and where we know it from. */
export interface Quirk {
  readonly id: string;
  readonly says: string;
  readonly source: string;
  /** Models, with firmware where known, on which it was seen. Empty: by analogy only. */
  readonly seenOn: readonly string[];
}

/** What of one phone model a document depends on: one entry of the vendor's model sheet. */
export interface Profile<Trait extends string = string, Size extends string = string> {
  readonly name: string;
  /** Whether it has a browser that shows pages. One that is not proven is answered all the same, and not counted on. */
  readonly pages: Known;
  readonly screen: Screen;
  /** Softkeys that are on the screen at once. */
  readonly softkeys: number;
  /** Whether the phone follows the `Refresh` reply header. `uncertain` is sent it too: an unknown header is ignored. */
  readonly refreshHeader: Known;
  /** Whether what is typed in secret can be hidden on its screen. */
  readonly secretInput: Known;
  readonly limits: {
    /** UTF-8, escapes included. */
    readonly documentBytes: number;
    readonly urlLength: number;
    readonly launcherUrlLength: number;
    /** A page is asked again no sooner, whatever it says. */
    readonly refreshSeconds: number;
  };
  readonly push: {
    /** Of a document that was not asked for: UTF-8, escapes included. */
    readonly documentBytes: number;
  };
  /** What this make alone has, or has not, by the names that the vendor gives it. */
  readonly traits: Readonly<Record<Trait, Known>>;
  /** What this make alone measures, by the names that the vendor gives it. */
  readonly sizes: Readonly<Record<Size, number>>;
  readonly quirks: readonly Quirk[];
}
