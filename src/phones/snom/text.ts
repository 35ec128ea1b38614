import type { Link, ListPage, TextPage } from "../../pages/index.js";
import { documentBytes } from "../plain.js";
import type { DocumentData, Href } from "../vendor.js";
import { contentType, type Frame, frame, frameBytes } from "./frame.js";
import { textAsMenu } from "./menu.js";
import type { SnomProfile } from "./sheet.js";
import { wrapped } from "./words.js";

/** What `snom/text.eta` is filled with. */
export interface TextData extends Frame {
  readonly lines: readonly string[];
}

/** `<br/>` and a line break. */
const lineMarkup = 6;
const nothing = "–";

/**
 * A text as SnomIPPhoneText, whose check mark leads where the page says. What has no room on the screen would be cut
 * (docs.snom.io, examples/SnomIPPhoneText), so a longer one is a menu, whose rows lead there. Also a list without rows.
 */
export function text(page: ListPage | TextPage, profile: SnomProfile, href: Href): DocumentData {
  const done: Link = page.kind === "text" ? page.done : (page.refresh?.link ?? { to: "home" });
  const said = page.kind === "text" ? [...page.lines, ...(page.doneHint === undefined ? [] : [page.doneHint])] : [];
  const lines = trimmed(said.flatMap((line) => wrapped(line, profile.screen.columns)));
  const outer = frame(page, profile, href, done);
  const bytes = lines.reduce((sum, line) => sum + lineMarkup + documentBytes(line), frameBytes(outer));
  if (lines.length > profile.sizes.textLines || bytes > profile.limits.documentBytes) {
    return textAsMenu(page, lines, done, profile, href);
  }
  const data: TextData = { lines: lines.length > 0 ? lines : [nothing], ...outer };
  return { template: "snom/text", data, contentType };
}

/** Without empty lines at either end: one at the beginning is not shown (docs.snom.io, examples/SnomIPPhoneText). */
function trimmed(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== "");
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== "") + 1);
}
