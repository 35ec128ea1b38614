import type { Vendor } from "../vendor.js";
import { contentType } from "./frame.js";
import { inputPage } from "./input.js";
import { plainPage } from "./page.js";
import { prove } from "./prove.js";
import { push } from "./push.js";
import { hasSoftkeys, type Size, sizes, type Trait, traits } from "./sheet.js";

/**
 * Polycom (Poly) pages: for the microbrowser of SoundPoint and SoundStation, links and softkeys; for the browser of a VVX,
 * links alone. No script, no cookie, one address for everything.
 */
export const polycom: Vendor<Trait, Size> = {
  // A VVX whose browser says no more than any other (UNCERTAIN) is not known by it.
  agent: /^Microbrowser\/|\bPoly[A-Za-z0-9]{0,20}-(?<model>[A-Za-z0-9_]{2,20})-UA\/(?<firmware>[\d.]{1,20})?/,
  // polycom.md 8.1
  commonFiles: /^0{12}[.-]|^(?:[0-9-]+\.)?sip\.ld$/,
  sheet: { traits, sizes },
  push,
  // polycom.md 8.4
  resync: "check-sync",
  prove,
  form: (profile) => (hasSoftkeys(profile) ? "soundpoint" : "vvx"),
  nothing: { template: "polycom/nothing", data: {}, contentType },
  document: (page, profile, href) =>
    page.kind === "input" ? inputPage(page, profile, href) : plainPage(page, profile, href),
};
