import type { Profile } from "../profile.js";

/**
 * Whether OK does what a text page says (without it, as on a touch screen, such a page is a list whose rows lead there);
 * whether `Led:LINE<n>` lights the line key; whether a Configuration document changes a key's label at once.
 */
export const traits = ["okKey", "lineLamps", "keyLabel"] as const;
/**
 * Seconds after which a list that was not asked again closes (0 is never); items of a menu; characters of a key's label;
 * line keys, those on further pages of the screen too.
 */
export const sizes = ["listTimeout", "items", "keyLabelColumns", "lineKeys"] as const;

export type Trait = (typeof traits)[number];
export type Size = (typeof sizes)[number];
export type YealinkProfile = Profile<Trait, Size>;
