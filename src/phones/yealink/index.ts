import type { TextPage } from "../../pages/index.js";
import { plain } from "../plain.js";
import type { Href, Vendor } from "../vendor.js";
import { contentType } from "./frame.js";
import { inputScreen } from "./input.js";
import { textAsMenu, textMenu } from "./menu.js";
import { prove } from "./prove.js";
import { push } from "./push.js";
import { textScreen } from "./screen.js";
import { type Size, sizes, type Trait, traits } from "./sheet.js";

/** Yealink XML browser documents: a list is a TextMenu, a text is a TextScreen, a page to type on is an InputScreen. */
export const yealink: Vendor<Trait, Size> = {
  agent: /^yealink (?: *(?:SIP(?: VP)?-)?(?<model>[\w-]{1,20}) +(?<firmware>[\d.]{1,20}))?/i,
  // yealink.md 7.1
  commonFiles: /^y\d{12}\.(?:boot|cfg)$/,
  sheet: { traits, sizes },
  push,
  // yealink.md 7.6. With `;reboot=true` it would restart even where its files say that it need not.
  resync: "check-sync",
  prove,
  form: () => "yealink",
  // An Execute without an address does nothing (seen in public code); no phone is proven to need any reply at all.
  nothing: { template: "yealink/nothing", data: {}, contentType },
  document: (page, profile, href) => {
    if (page.kind === "input") return inputScreen(page, profile, href);
    if (page.kind === "text" && profile.traits.okKey === "no" && isBehindOk(page, href))
      return textAsMenu(page, profile, href);
    return page.kind === "list" && page.rows.length > 0
      ? textMenu(page, profile, href)
      : textScreen(page, profile, href);
  },
};

/** Whether the OK key alone leads to where it leads. */
function isBehindOk({ done, keys, back, refresh, lines }: TextPage, href: Href): boolean {
  if (done.to === "exit" || lines.every((line) => plain(line).trim() === "")) return false;
  const others = [...keys.map(({ link }) => link), ...(back ? [back] : []), ...(refresh ? [refresh.link] : [])];
  return !others.some((link) => link.to !== "exit" && href(link) === href(done));
}
