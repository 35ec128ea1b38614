import type { Link, ListPage, TextPage } from "../../pages/index.js";
import { fittingLines } from "../fitting.js";
import { cutAtWord, documentBytes, plain } from "../plain.js";
import type { DocumentData, Href } from "../vendor.js";
import { contentType, type Frame, frame, frameBytes, target } from "./frame.js";
import type { YealinkProfile } from "./sheet.js";

/** What `yealink/text-screen.eta` is filled with. */
export interface TextScreenData extends Frame {
  readonly timeout: number;
  /** What OK does. Always there: a T4x or T5x without it answers OK with "Invalid URI", whatever LockIn says. */
  readonly done: string;
  readonly text: string;
}

/** The phone wraps lines itself; this bounds what one hostile name may take of the page. */
const lineCharacters = 256;

function doneOf(page: ListPage | TextPage): Link {
  return page.kind === "text" ? page.done : (page.refresh?.link ?? { to: "home" });
}

/**
 * A text as YealinkIPPhoneTextScreen, which stays until something replaces it (`Timeout="0"`). Also a list without
 * rows, because what a phone makes of a menu without items is not known.
 */
export function textScreen(page: ListPage | TextPage, profile: YealinkProfile, href: Href): DocumentData {
  const outer = frame(page, profile, href);
  const done = target(doneOf(page), href);
  const said = page.kind === "text" ? saidOf(page, profile) : [];
  const bytes = profile.limits.documentBytes - frameBytes(outer) - documentBytes(done);
  const lines = fittingLines(
    said.map((line) => cutAtWord(plain(line), lineCharacters)),
    { bytes, lines: said.length, lineMarkup: 1 },
  );
  const data: TextScreenData = { timeout: 0, done, text: lines.join("\n"), ...outer };
  return { template: "yealink/text-screen", data, contentType };
}

/** What OK leads to is said where there is such a key. */
function saidOf({ lines, doneHint }: TextPage, { traits: { okKey } }: YealinkProfile): readonly string[] {
  return doneHint === undefined || okKey === "no" ? lines : [...lines, doneHint];
}
