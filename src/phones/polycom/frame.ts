import type { Key, Link, Page } from "../../pages/index.js";
import { documentBytes, label } from "../plain.js";
import type { Href } from "../vendor.js";
import { hasSoftkeys, type PolycomProfile } from "./sheet.js";

/** A link in the body: every command is one, whatever softkeys there are beside it. */
export interface BodyLink {
  readonly text: string;
  readonly href: string;
}

export interface SoftKey {
  readonly index: number;
  readonly label: string;
  readonly action: string;
}

/** What every page has. */
export interface Frame {
  readonly title: string;
  readonly keys: readonly BodyLink[];
  /** What can be done beside the keys. */
  readonly more: readonly BodyLink[];
  readonly softkeys: readonly SoftKey[];
}

/** What production gateways serve to these phones (wazo-phoned, Gemeinschaft). */
export const contentType = "text/html; charset=utf-8";

/** Declaration, DOCTYPE, the elements around everything, less their texts. */
const frameMarkup = 420;
const frameNodes = 10;
const linkMarkup = 30;
/** A link and the line break behind it. */
const linkNodes = 2;
const softkeyMarkup = 70;

/** Where a link leads. `exit` is a softkey's word alone, so elsewhere it leads home. */
export function target(link: Link, href: Href): string {
  return href(link.to === "exit" ? { to: "home" } : link);
}

/**
 * Title, links of the keys and of what else can be done, and the softkeys: those that are not on the screen at once are
 * behind the phone's own More. `own` are softkeys that come first.
 */
export function frame(page: Page, profile: PolycomProfile, href: Href, own: readonly SoftKey[] = []): Frame {
  const { title, keys, lastKeyAtEnd } = page;
  const count = own.length + keys.length;
  const last = lastKeyAtEnd ? Math.max(profile.softkeys, count) : count;
  const place = (at: number): number => (at === keys.length - 1 ? last : own.length + at + 1);
  const links = linksOf(keys, profile, href);
  const known = new Set(links.map((link) => link.href));
  const others =
    page.kind === "text"
      ? linksOf(
          (page.more ?? []).map(({ label: short, text = short, link }) => ({ label: text, link })),
          profile,
          href,
        )
      : [];
  return {
    title: label(title, profile.screen.titleColumns),
    keys: links,
    more: others.filter((link) => !known.has(link.href)),
    softkeys: hasSoftkeys(profile) ? [...own, ...keys.map((key, at) => softKey(key, place(at), profile, href))] : [],
  };
}

/** Bytes that a frame takes in the document, at most. */
export function frameBytes({ title, keys, more, softkeys }: Frame): number {
  const body = [...keys, ...more].reduce((sum, link) => sum + linkBytes(link), 0);
  const below = softkeys.reduce(
    (sum, key) => sum + softkeyMarkup + documentBytes(key.label) + documentBytes(key.action),
    0,
  );
  return frameMarkup + documentBytes(title) + body + below;
}

/** Elements that a frame takes in the document, at most. */
export function frameNodesOf({ keys, more, softkeys }: Frame): number {
  return frameNodes + (keys.length + more.length) * linkNodes + softkeys.length;
}

export function linkBytes({ text, href }: BodyLink): number {
  return linkMarkup + documentBytes(text) + documentBytes(href);
}

/** How many links fit into so many elements. */
export function linksWithin(nodes: number): number {
  return Math.floor(nodes / linkNodes);
}

function linksOf(keys: readonly Key[], profile: PolycomProfile, href: Href): readonly BodyLink[] {
  const found = new Map<string, BodyLink>();
  for (const { label: text, link } of keys) {
    // Leaving the app is the phone's own key.
    if (link.to === "exit") continue;
    const to = href(link);
    if (!found.has(to)) found.set(to, { text: label(text, profile.screen.columns), href: to });
  }
  return [...found.values()];
}

/** Nine characters as the phone counts them: an accent of its own is one. */
export function keyLabel(text: string, { screen: { labelColumns } }: PolycomProfile): string {
  for (let columns = labelColumns; columns > 1; columns -= 1) {
    const shorter = label(text, columns);
    if ([...shorter].length <= labelColumns) return shorter;
  }
  return label("", labelColumns);
}

function softKey(key: Key, index: number, profile: PolycomProfile, href: Href): SoftKey {
  return {
    index,
    label: keyLabel(key.label, profile),
    action: key.link.to === "exit" ? "SoftKey:Exit" : `SoftKey:Fetch;${href(key.link)}`,
  };
}
