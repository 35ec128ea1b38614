import type { Profile } from "../profile.js";

/** Whether a page can have `<softkey>`: the microbrowser takes it, the browser of a VVX does not. */
export const traits = ["softkeyElements"] as const;
/** Elements of a page, and lines of it with links, at most; characters of a notice's heading and text that can be seen at once. */
export const sizes = ["nodes", "linkLines", "noticeTitleColumns", "noticeColumns"] as const;

export type Trait = (typeof traits)[number];
export type Size = (typeof sizes)[number];
export type PolycomProfile = Profile<Trait, Size>;

/** The two forms of its pages: with softkeys beside the links (microbrowser), or with links alone (VVX browser). */
export function hasSoftkeys({ traits: { softkeyElements } }: PolycomProfile): boolean {
  return softkeyElements !== "no";
}
