import type { ListPage, TextPage } from "../../pages/index.js";
import { fittingLines, fittingRows } from "../fitting.js";
import { cut, documentBytes, label, plain } from "../plain.js";
import type { DocumentData, Href } from "../vendor.js";
import {
  type BodyLink,
  contentType,
  type Frame,
  frame,
  frameBytes,
  frameNodesOf,
  linkBytes,
  linksWithin,
  target,
} from "./frame.js";
import { hasSoftkeys, type PolycomProfile } from "./sheet.js";

/** What `polycom/microbrowser.eta` and `polycom/browser.eta` are filled with. */
export interface PageData extends Frame {
  /**
   * Where the heading leads: to this page as it is now. It is the first link, so that a refresh which takes the cursor back
   * to the beginning leaves it on nothing that acts.
   */
  readonly here?: string;
  readonly lines: readonly string[];
  readonly rows: readonly BodyLink[];
}

/** The phone wraps lines itself; this bounds what one hostile name may take of the page. */
const lineCharacters = 256;
/** `<br/>` and a line break. */
const lineMarkup = 6;
const nothing = "–";

/** A list or a text as a page of either form; within bytes and elements, whatever its texts. */
export function plainPage(page: ListPage | TextPage, profile: PolycomProfile, href: Href): DocumentData {
  const outer = frame(page, profile, href);
  const here = hereOf(page, outer, href);
  const heading = here === undefined ? 0 : documentBytes(here) + documentBytes(outer.title);
  const bytes = profile.limits.documentBytes - frameBytes(outer) - heading;
  const nodes = profile.sizes.nodes - frameNodesOf(outer);
  const most = Math.min(linksWithin(nodes), profile.sizes.linkLines - linkLines(outer, profile) - 1);
  const rows = page.kind === "list" ? rowsOf(page, profile, href, { bytes, rows: most }) : [];
  const lines = page.kind === "text" ? linesOf(page.lines, { bytes, lines: nodes, lineMarkup }) : [];
  const shown = new Set(rows.map((row) => row.href));
  const { keys, ...others } = outer;
  const data: PageData = {
    keys: keys.filter((key) => !shown.has(key.href)),
    lines: rows.length + lines.length > 0 ? lines : [nothing],
    rows,
    ...(here !== undefined && { here }),
    ...others,
  };
  return { template: hasSoftkeys(profile) ? "polycom/microbrowser" : "polycom/browser", data, contentType };
}

/** What is asked again by itself; else what OK would lead to, where no link does. */
function hereOf(page: ListPage | TextPage, { keys, more }: Frame, href: Href): string | undefined {
  if (page.refresh) {
    const { link } = page.refresh;
    // As with the header: nothing is pressed by asking again.
    return target(link.to === "press" || link.to === "pick" ? { to: "home" } : link, href);
  }
  if (page.kind === "list" || page.done.to === "exit") return undefined;
  const done = href(page.done);
  return [...keys, ...more].some((key) => key.href === done) ? undefined : done;
}

/** Lines that the keys take: one each where softkeys stand beside them, else one for all. */
function linkLines({ keys, more }: Frame, profile: PolycomProfile): number {
  return more.length + (hasSoftkeys(profile) ? keys.length : Math.min(1, keys.length));
}

function rowsOf(
  page: ListPage,
  { screen: { columns } }: PolycomProfile,
  href: Href,
  room: { readonly bytes: number; readonly rows: number },
): readonly BodyLink[] {
  return fittingRows(
    page.rows.map(({ text, link }) => ({ text: label(text, columns), href: target(link, href) })),
    room,
    (at) => page.rows[at]?.selection !== undefined,
    linkBytes,
  );
}

function linesOf(lines: readonly string[], room: Parameters<typeof fittingLines>[1]): readonly string[] {
  return fittingLines(
    lines.map((line) => cut(plain(line), lineCharacters)),
    room,
  );
}
