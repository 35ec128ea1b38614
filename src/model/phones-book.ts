import type { Mac } from "./ids.js";
import type { AnswerStyle } from "./people.js";
import type { Enlisted, EntryOwner } from "./people-book.js";

/** A phone as who keeps the phones sees it; what the site decides by itself is not said. */
export interface PhoneListed {
  readonly mac: Mac;
  readonly vendor: string;
  readonly model: string;
  /** Its owner's. */
  readonly extension: string;
  readonly answer: AnswerStyle;
  readonly lamp?: string;
  readonly lampKey?: number;
  readonly address?: string;
  /** As it is wanted; without it the site's own way. */
  readonly push?: "notify" | "http" | "message";
  readonly pushAddress?: string;
  readonly pushUsername?: string;
  /** Only where it was asked for. */
  readonly pushPassword?: string;
  readonly pushPriority?: string;
  readonly entry: EntryOwner;
}

/** What somebody wants a phone to be; not parsed yet. In a change, what is not said stays, and `none` takes it away. */
export interface PhoneWish {
  readonly mac?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly extension?: string;
  readonly answer?: string;
  readonly lamp?: string;
  readonly lampKey?: string;
  readonly address?: string;
  readonly push?: string;
  readonly pushAddress?: string;
  readonly pushUsername?: string;
  readonly pushPassword?: string;
  readonly pushPriority?: string;
  /** Always refused, in a sentence: phones of branch offices stand in `earshot.yaml`. */
  readonly branch?: string;
}

/** Why nothing was changed. */
export type PhoneRefusal = "unknown-phone" | "file-owned" | "taken" | "not-right" | "record-unavailable";

/** What came of it; the sentence is for whoever asked. */
export type PhoneBooked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: PhoneRefusal; readonly sentence: string };

/** One line of a list of phones, counted from 1 as in the file that it is from. */
export interface PhoneLineWish {
  readonly line: number;
  readonly wish: PhoneWish;
}

/** The phones, for those who keep them. `who` stands in the record. A phone is named by its MAC address. */
export interface PhonesBook {
  /** In the order of their MAC addresses. */
  list(query: { readonly passwords: boolean }): readonly PhoneListed[];
  add(who: string, wish: PhoneWish): Promise<PhoneBooked<PhoneListed>>;
  /** Takes effect at once. The MAC address stays; so does the phone's own address. */
  change(who: string, mac: string, wish: PhoneWish): Promise<PhoneBooked<PhoneListed>>;
  /** The phone's key is dead at once, and what it supervises ends. */
  retire(who: string, mac: string): Promise<PhoneBooked<PhoneListed>>;
  /** Another phone in place of one: its person and its settings, with a key of its own. */
  replace(who: string, old: string, wish: PhoneWish): Promise<PhoneBooked<PhoneListed>>;
  /** Another key for the same phone, of the file too; the old one is dead at once. */
  rotate(who: string, mac: string): Promise<PhoneBooked<PhoneListed>>;
  /**
   * Adds and changes all of them as one order, each on record, or none where any line has a problem. None is retired.
   * @param dryRun looks at them alone.
   */
  enlist(who: string, lines: readonly PhoneLineWish[], dryRun: boolean): Promise<Enlisted>;
}
