import type { Profile } from "../profile.js";

/** Whether a page can have `<softkey>`: the microbrowser takes it, the browser of a VVX does not. */
export const traits = ["softkeyElements"] as const;
/** Elements of a page, at most; characters of a notice's heading and of its text that are on the screen at once. */
export const sizes = ["nodes", "noticeTitleColumns", "noticeColumns"] as const;

export type Trait = (typeof traits)[number];
export type Size = (typeof sizes)[number];
export type PolycomProfile = Profile<Trait, Size>;

/** The two forms of its pages: with softkeys beside the links (microbrowser), or with links alone (VVX browser). */
export function hasSoftkeys({ traits: { softkeyElements } }: PolycomProfile): boolean {
  return softkeyElements !== "no";
}
