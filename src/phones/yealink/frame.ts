import type { Key, Link, Page } from "../../pages/index.js";
import { documentBytes, label } from "../plain.js";
import type { Href } from "../vendor.js";
import type { YealinkProfile } from "./sheet.js";

export interface SoftKey {
  readonly index: number;
  readonly label: string;
  readonly uri: string;
}

/** What a TextMenu and a TextScreen have in common. */
export interface Frame {
  readonly title: string;
  readonly keys: readonly SoftKey[];
  /** Left out where the Back key is to close the page. */
  readonly cancel?: string;
}

/** `charset=utf-8` is served to T4U and T5W phones by other gateways; Yealink's own documents say ISO-8859-1. */
export const contentType = "text/xml; charset=utf-8";

/** Declaration, root with its attributes, title and text elements, less their values. */
const frameMarkup = 520;
const keyMarkup = 80;

/**
 * Where the OK key or a row leads. `exit` is a softkey's word alone (`SoftKey:Exit`); elsewhere it would read
 * "Invalid URI", so it leads home.
 */
export function target(link: Link, href: Href): string {
  return href(link.to === "exit" ? { to: "home" } : link);
}

function softKey(key: Key, index: number, profile: YealinkProfile, href: Href): SoftKey {
  return {
    index,
    label: label(key.label, profile.screen.labelColumns),
    uri: key.link.to === "exit" ? "SoftKey:Exit" : href(key.link),
  };
}

/** Title, softkeys and the Back key of a page. `own` are keys of the phone's own, which come first. */
export function frame(page: Page, profile: YealinkProfile, href: Href, own: readonly SoftKey[] = []): Frame {
  const keys = page.keys.slice(0, profile.softkeys - own.length);
  const last = page.lastKeyAtEnd ? profile.softkeys : own.length + keys.length;
  const place = (at: number): number => (at === keys.length - 1 ? last : own.length + at + 1);
  return {
    title: label(page.title, profile.screen.titleColumns),
    keys: [...own, ...keys.map((key, at) => softKey(key, place(at), profile, href))],
    ...(page.back && page.back.to !== "exit" ? { cancel: href(page.back) } : {}),
  };
}

/** Bytes that a frame takes in the document, at most. */
export function frameBytes(of: Frame): number {
  const keys = of.keys.reduce((sum, key) => sum + keyMarkup + documentBytes(key.label) + documentBytes(key.uri), 0);
  return frameMarkup + documentBytes(of.title) + documentBytes(of.cancel ?? "") + keys;
}
