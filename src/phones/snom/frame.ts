import type { Key, Link, Page } from "../../pages/index.js";
import { documentBytes } from "../plain.js";
import type { Href } from "../vendor.js";
import type { SnomProfile } from "./sheet.js";
import { name } from "./words.js";

export interface SoftKey {
  /** `F1` to `F4` from the left; `ENTER` is the check mark, `CANCEL` the X. */
  readonly name: string;
  readonly url: string;
  /** Of F1 to F4 alone. */
  readonly label?: string;
}

/** What every page has. */
export interface Frame {
  readonly title: string;
  readonly keys: readonly SoftKey[];
  /** Whether keys that the page does not know are the phone's. */
  readonly passes: boolean;
  /** What the page asks for by itself, after so many milliseconds. */
  readonly fetch?: { readonly afterMs: number; readonly url: string };
}

export const contentType = "text/xml; charset=utf-8";
/** Closes the minibrowser (service.snom.com, Fragments). */
export const exit = "snom://mb_exit";

/** Declaration, root with its attributes, title and fetch, less their values. */
const frameMarkup = 300;
const keyMarkup = 100;

/** Where a link leads, on the phone too. */
export function urlOf(link: Link, href: Href): string {
  return link.to === "exit" ? exit : href(link);
}

/** Title, context keys, the X, and what is asked for by itself. `ok` is what the check mark does, where the phone has no idea. */
export function frame(page: Page, profile: SnomProfile, href: Href, ok?: Link): Frame {
  const { back } = page;
  // An input has keys of its own in some of the places, and the X leads back.
  const shown = page.kind === "input" ? page.keys.filter(({ link }) => !back || !same(link, back, href)) : page.keys;
  const keys = shown.slice(0, profile.softkeys);
  const last = page.lastKeyAtEnd ? profile.softkeys : keys.length;
  const place = (at: number): number => (at === keys.length - 1 ? last : at + 1);
  return {
    title: name(page.title, profile.screen.titleColumns),
    passes: profile.traits.otherKeys !== "no",
    keys: [
      ...keys.map((key, at) => contextKey(key, place(at), profile, href)),
      ...(ok ? [{ name: "ENTER", url: urlOf(ok, href) }] : []),
      ...(back ? [{ name: "CANCEL", url: urlOf(back, href) }] : []),
    ],
    ...(page.refresh && { fetch: fetchOf(page.refresh, profile, href) }),
  };
}

function same(one: Link, other: Link, href: Href): boolean {
  return urlOf(one, href) === urlOf(other, href);
}

function contextKey({ label, link }: Key, place: number, { screen }: SnomProfile, href: Href): SoftKey {
  return { name: `F${place}`, label: name(label, screen.labelColumns), url: urlOf(link, href) };
}

/** A page must not press by itself: one that would asks for what is true now instead. */
function fetchOf(
  { seconds, link }: NonNullable<Page["refresh"]>,
  { limits }: SnomProfile,
  href: Href,
): NonNullable<Frame["fetch"]> {
  const acts = link.to === "press" || link.to === "pick";
  return {
    afterMs: Math.max(seconds, limits.refreshSeconds) * 1_000,
    url: urlOf(acts ? { to: "home" } : link, href),
  };
}

/** Bytes that a frame takes in the document, at most. */
export function frameBytes({ title, keys, fetch }: Frame): number {
  const below = keys.reduce((sum, key) => sum + keyMarkup + documentBytes(key.label ?? "") + documentBytes(key.url), 0);
  return frameMarkup + documentBytes(title) + documentBytes(fetch?.url ?? "") + below;
}
