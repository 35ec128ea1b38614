import type { ListPage, Row, TextPage } from "../../pages/index.js";
import { fittingRows } from "../fitting.js";
import { cutAtWord, documentBytes, label, plain } from "../plain.js";
import type { DocumentData, Href } from "../vendor.js";
import { contentType, type Frame, frame, frameBytes, target } from "./frame.js";
import type { YealinkProfile } from "./sheet.js";

interface MenuItem {
  readonly prompt: string;
  readonly uri: string;
  readonly selection?: string;
}

/** What `yealink/text-menu.eta` is filled with. */
export interface TextMenuData extends Frame {
  readonly timeout: number;
  /** The highlighted row, counted from 1. */
  readonly highlighted: number;
  readonly items: readonly MenuItem[];
}

const itemMarkup = 100;
/** The phone appends the selection to a key's URL as it is, so nothing that would need an escape. */
const selectionShape = /^[A-Za-z0-9_.-]+$/;

function menuItem(row: Row, profile: YealinkProfile, href: Href): MenuItem {
  const selection = row.selection !== undefined && selectionShape.test(row.selection) ? row.selection : undefined;
  return {
    prompt: label(row.text, profile.screen.columns),
    uri: target(row.link, href),
    ...(selection !== undefined && profile.screen.selection ? { selection } : {}),
  };
}

function itemBytes(item: MenuItem): number {
  return itemMarkup + documentBytes(item.prompt) + documentBytes(item.uri) + documentBytes(item.selection ?? "");
}

/**
 * A list as YealinkIPPhoneTextMenu: at most 30 items and 10 000 bytes (XML Browser Developer's Guide V71, p. 8 and 13;
 * https://pastebin.com/JvXrzYKX for the grammar).
 */
export function textMenu(
  page: ListPage,
  profile: YealinkProfile,
  href: Href,
  timeout = profile.sizes.listTimeout,
): DocumentData {
  const outer = frame(page, profile, href);
  const rows = page.rows.map((row) => menuItem(row, profile, href));
  const items = fittingRows(
    rows,
    { rows: profile.sizes.items, bytes: profile.limits.documentBytes - frameBytes(outer) },
    (at) => page.rows[at]?.selection !== undefined,
    itemBytes,
  );
  const chosen = page.highlighted && rows[page.rows.indexOf(page.highlighted)];
  const highlighted = chosen ? Math.max(0, items.indexOf(chosen)) + 1 : 1;
  const data: TextMenuData = { timeout, highlighted, items, ...outer };
  return { template: "yealink/text-menu", data, contentType };
}

/** Of one line; what one hostile name may take of the page. */
const lineCharacters = 256;

/** The line in rows of at most that many characters, between words where it can be. */
function wrapped(line: string, columns: number): string[] {
  const rows: string[] = [];
  for (const word of cutAtWord(plain(line), lineCharacters).split(" ").filter(Boolean)) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows;
}

/**
 * A text for a phone without an OK key, where that key alone leads to something: a tap on any of its rows leads there. It
 * stays until something replaces it, as a text does.
 */
export function textAsMenu(page: TextPage, profile: YealinkProfile, href: Href): DocumentData {
  const { title, keys, lastKeyAtEnd, back, lines, done, doneRow } = page;
  const said = [...lines, ...(doneRow === undefined ? [] : [doneRow])];
  const rows = said.flatMap((line) => wrapped(line, profile.screen.columns)).map((text) => ({ text, link: done }));
  const list: ListPage = {
    ...{ kind: "list", title, keys, rows },
    ...(lastKeyAtEnd && { lastKeyAtEnd }),
    ...(back && { back }),
  };
  return textMenu(list, profile, href, 0);
}
