import type { Link, ListPage, TextPage } from "../../pages/index.js";
import { cutAtWord, documentBytes, plain } from "../plain.js";
import type { Profile } from "../profile.js";
import type { DocumentData } from "../vendor.js";
import { contentType, type Frame, frame, frameBytes, type Href, target } from "./frame.js";

/** What `yealink/text-screen.eta` is filled with. */
export interface TextScreenData extends Frame {
  readonly timeout: number;
  /** What OK does. Always there: a T4x or T5x without it answers OK with "Invalid URI", whatever LockIn says. */
  readonly done: string;
  readonly text: string;
}

/** The phone wraps lines itself; this bounds what one hostile name may take of the page. */
const lineCharacters = 256;
const ellipsisBytes = 4;

/** The lines that fit, first ones first; where some did not, the last line is an ellipsis. */
function fitting(lines: readonly string[], bytes: number): string {
  const kept: string[] = [];
  let left = bytes - ellipsisBytes;
  for (const line of lines) {
    const size = documentBytes(line) + 1;
    if (size > left) return [...kept, "…"].join("\n");
    left -= size;
    kept.push(line);
  }
  return kept.join("\n");
}

function doneOf(page: ListPage | TextPage): Link {
  return page.kind === "text" ? page.done : (page.refresh?.link ?? { to: "home" });
}

/**
 * A text as YealinkIPPhoneTextScreen, which stays until something replaces it (`Timeout="0"`). Also a list without
 * rows, because what a phone makes of a menu without items is not known.
 */
export function textScreen(page: ListPage | TextPage, profile: Profile, href: Href): DocumentData {
  const outer = frame(page, profile, href);
  const done = target(doneOf(page), href);
  const lines = page.kind === "text" ? page.lines.map((line) => cutAtWord(plain(line), lineCharacters)) : [];
  const room = profile.limits.documentBytes - frameBytes(outer) - documentBytes(done);
  const data: TextScreenData = { ...outer, timeout: 0, done, text: fitting(lines, room) };
  return { template: "yealink/text-screen", data, contentType };
}
