import type { Link, Page } from "../pages/index.js";
import type { Profile } from "./profile.js";

/** What a template is filled with. Every text in `data` is free of characters that XML forbids; none is escaped yet. */
export interface DocumentData {
  /** Path below `phone-templates/`, without `.eta`. */
  readonly template: string;
  readonly data: object;
  readonly contentType: string;
}

/** One make of phone: a page as that make's document. */
export interface Vendor {
  /**
   * The page as data for a template, within the limits of the profile.
   * `href` gives the absolute URL of a link; it is never asked for `exit`, which stays on the phone.
   */
  document(page: Page, profile: Profile, href: (link: Link) => string): DocumentData;
}
