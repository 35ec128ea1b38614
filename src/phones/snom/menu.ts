import type { Link, ListPage, Row, TextPage } from "../../pages/index.js";
import { fittingRows } from "../fitting.js";
import { documentBytes } from "../plain.js";
import type { DocumentData, Href } from "../vendor.js";
import { contentType, type Frame, frame, frameBytes, urlOf } from "./frame.js";
import type { SnomProfile } from "./sheet.js";
import { name } from "./words.js";

interface MenuItem {
  readonly name: string;
  readonly url: string;
  readonly selected: boolean;
}

/** What `snom/menu.eta` is filled with. */
export interface MenuData extends Frame {
  readonly items: readonly MenuItem[];
}

const itemMarkup = 60;
/** wiki.snom.com, Xmlobjects: no more can be chosen by their number. */
const mostItems = 100;

/** A list as SnomIPPhoneMenu. */
export function menu(page: ListPage, profile: SnomProfile, href: Href): DocumentData {
  const outer = frame(page, profile, href);
  const item = (row: Row): MenuItem => ({
    name: name(row.text, profile.screen.columns),
    url: urlOf(row.link.to === "exit" ? { to: "home" } : row.link, href),
    selected: row === page.highlighted,
  });
  const items = fittingRows(
    page.rows.map(item),
    { rows: mostItems, bytes: profile.limits.documentBytes - frameBytes(outer) },
    (at) => page.rows[at]?.selection !== undefined,
    (row) => itemMarkup + documentBytes(row.name) + documentBytes(row.url),
  );
  const data: MenuData = { items, ...outer };
  return { template: "snom/menu", data, contentType };
}

/** A text that the screen has no room for, a line a row, each of which leads where the check mark would. */
export function textAsMenu(
  { title, keys, lastKeyAtEnd, back, refresh }: ListPage | TextPage,
  lines: readonly string[],
  done: Link,
  profile: SnomProfile,
  href: Href,
): DocumentData {
  const rows = lines.filter((line) => line !== "").map((line): Row => ({ text: line, link: done }));
  const list: ListPage = {
    ...{ kind: "list", title, keys, rows },
    ...(lastKeyAtEnd && { lastKeyAtEnd }),
    ...(back && { back }),
    ...(refresh && { refresh }),
  };
  return menu(list, profile, href);
}
