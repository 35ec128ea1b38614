import type { ListPage, Row } from "../../pages/index.js";
import { fittingRows } from "../fitting.js";
import { documentBytes, label } from "../plain.js";
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
export function textMenu(page: ListPage, profile: YealinkProfile, href: Href): DocumentData {
  const outer = frame(page, profile, href);
  const items = fittingRows(
    page.rows.map((row) => menuItem(row, profile, href)),
    { rows: profile.sizes.items, bytes: profile.limits.documentBytes - frameBytes(outer) },
    (at) => page.rows[at]?.selection !== undefined,
    itemBytes,
  );
  const data: TextMenuData = { ...outer, timeout: profile.sizes.listTimeout, items };
  return { template: "yealink/text-menu", data, contentType };
}
