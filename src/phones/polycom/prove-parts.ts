import type { Profile } from "../profile.js";

export const launcher = "Open earshot, by its key or from the Applications.";

/** As if the sheet said that a page can have softkeys. */
export const withSoftkeys = (profile: Profile): Profile => ({
  ...profile,
  traits: { ...profile.traits, softkeyElements: "yes" },
});
