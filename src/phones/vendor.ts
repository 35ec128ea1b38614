import type { Lamp, PushDocument } from "../model/index.js";
import type { Link, Page } from "../pages/index.js";
import type { Profile } from "./profile.js";
import type { ProveScript } from "./prove.js";

/** What a template is filled with. Every text in `data` is free of characters that XML forbids; none is escaped yet. */
export interface DocumentData {
  /** Path below `phone-templates/`, without `.eta`. */
  readonly template: string;
  readonly data: object;
  readonly contentType: string;
}

/** A short text for a phone that has not asked. */
export interface PushedNotice {
  readonly title: string;
  readonly text: string;
  /** In a call it is a page of its own; else it stands on the idle screen. */
  readonly inCall: boolean;
  /** How long it stays, at most. */
  readonly seconds: number;
  /** What the key that closes it is called. */
  readonly exit: string;
  /** The phone's own launcher. */
  readonly url: string;
  /** Softkeys that answer it, where the packet has room for them; without them OK leads to where they are. */
  readonly answers?: readonly { readonly label: string; readonly url: string }[];
}

/** What a make of phone can be sent without having asked. Undefined where the model cannot show it. */
export interface VendorPush {
  /** The light of a line key, counted from 1. */
  lamp(lamp: Lamp, key: number, profile: Profile): PushDocument | undefined;
  /** What stands beside that light. */
  label(text: string, key: number, profile: Profile): PushDocument | undefined;
  notice(notice: PushedNotice, profile: Profile): PushDocument | undefined;
  /** Has the phone open one of its pages by itself. */
  page(url: string, profile: Profile): PushDocument | undefined;
}

/** One make of phone: a page as that make's document. */
export interface Vendor {
  /**
   * The page as data for a template, within the limits of the profile.
   * `href` gives the absolute URL of a link; it is never asked for `exit`, which stays on the phone.
   */
  document(page: Page, profile: Profile, href: (link: Link) => string): DocumentData;
  /** What a phone gets that has told something and wants no page: it changes nothing on its screen. */
  readonly nothing: DocumentData;
  readonly push?: VendorPush;
  /** What is not known of it, to be proved on a real phone. */
  readonly prove?: ProveScript;
}
