import type { Vendor } from "../vendor.js";
import { inputScreen } from "./input.js";
import { menu } from "./menu.js";
import { prove } from "./prove.js";
import { push } from "./push.js";
import { type Size, sizes, type Trait, traits } from "./sheet.js";
import { text } from "./text.js";

/** Snom minibrowser documents: a list is a SnomIPPhoneMenu, a text a SnomIPPhoneText, a page to type on a SnomIPPhoneInput. */
export const snom: Vendor<Trait, Size> = {
  agent: /^(?:Mozilla\/4\.0 \(compatible; )?snom(?:(?<model>\w{1,20})(?:-SIP |\/)(?<firmware>[\d.]{1,20}))?/i,
  // wazo-provd-plugins, common.py (public code)
  commonFiles: /^snom[a-z]{0,3}\d{1,4}[a-z]?(?:-firmware)?\.(?:htm|xml)$|^(?:gui|web)_lang\.xml$/,
  sheet: { traits, sizes },
  push,
  // Without the parameter a Snom restarts.
  resync: "check-sync;reboot=false",
  prove,
  // A reply without an XML body shows nothing (docs.snom.io, triggering, Via Action URLs).
  nothing: { template: "snom/nothing", data: {}, contentType: "text/plain; charset=utf-8" },
  document: (page, profile, href) => {
    if (page.kind === "input") return inputScreen(page, profile, href);
    return page.kind === "list" && page.rows.length > 0 ? menu(page, profile, href) : text(page, profile, href);
  },
};
