import type { Profile } from "../profile.js";

/**
 * Whether keys that a page does not know go on to the phone (`state="others_except_mb"`); whether a line key has a lamp that
 * a document lights.
 */
export const traits = ["otherKeys", "lineLamps"] as const;
/** Lines of a text that are on the screen at once; the number of the lamp of the first line key; how many line keys. */
export const sizes = ["textLines", "firstLamp", "lineKeys"] as const;

export type Trait = (typeof traits)[number];
export type Size = (typeof sizes)[number];
export type SnomProfile = Profile<Trait, Size>;
