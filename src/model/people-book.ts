import type { PersonId } from "./ids.js";
import type { Person } from "./people.js";
import type { ApiUse } from "./store.js";
import type { Secret } from "./typed.js";

/** Where an entry belongs: `file` is `earshot.yaml`, and only that can change it. */
export type EntryOwner = "file" | "database";

/** A person as who keeps the people sees them. */
export interface PersonListed extends Person {
  readonly owner: EntryOwner;
  readonly pin: "none" | "set" | "locked";
}

/** What somebody wants a person to be; not parsed yet. In a change, what is not said stays. */
export interface PersonWish {
  readonly id?: string;
  readonly extension?: string;
  readonly name?: string;
  readonly role?: string;
  readonly teams?: readonly string[];
  /** `site` for the site's own. */
  readonly language?: string;
  readonly hidden?: "allowed" | "forbidden";
  readonly supervision?: "allowed" | "forbidden";
}

/** Why nothing was changed. */
export type BookRefusal = "unknown-person" | "file-owned" | "taken" | "not-right" | "record-unavailable";

/** One line of a list of people, counted from 1 as in the file that it is from. */
export interface EnlistedLine {
  readonly line: number;
  readonly wish: PersonWish;
}

/** What is wrong with a line; line 0 where it is about the whole. */
export interface LineProblem {
  readonly line: number;
  readonly sentence: string;
}

/** What came of a list of people: all of it, or nothing and every reason why. */
export type Enlisted =
  | { readonly ok: true; readonly added: number; readonly changed: number; readonly same: number }
  | { readonly ok: false; readonly problems: readonly LineProblem[] };

/** What came of it; the sentence is for whoever asked. */
export type Booked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: BookRefusal; readonly sentence: string };

/** The people, for those who keep them. `who` stands in the record. A person is named by id, or by extension. */
export interface PeopleBook {
  /** In the order of their extensions. */
  list(): readonly PersonListed[];
  find(person: string): PersonListed | undefined;
  add(who: string, wish: PersonWish): Promise<Booked<PersonListed>>;
  /** Takes effect at once, and ends what is no longer allowed. The id stays. */
  change(who: string, person: string, wish: PersonWish): Promise<Booked<PersonListed>>;
  remove(who: string, person: string): Promise<Booked<PersonListed>>;
  /**
   * Adds and changes all of them as one order, each on record, or nobody where any line has a problem. Nobody is removed.
   * @param dryRun looks at them alone.
   */
  enlist(who: string, lines: readonly EnlistedLine[], dryRun: boolean): Promise<Enlisted>;
  setPin(who: string, person: string, pin: Secret): Promise<Booked<PersonListed>>;
  unlock(who: string, person: string): Promise<Booked<PersonListed>>;
}

/** Who may use the HTTP API, for those who keep the people. */
export interface ApiAccess {
  /** Gives that name a new token, told this once. A name has one, for one use. */
  make(who: string, name: string, use: ApiUse): Promise<Booked<{ readonly name: string; readonly token: string }>>;
  revoke(who: string, name: string): Promise<Booked<{ readonly name: string }>>;
}

/** Whether these can be a PIN: 4 to 12 digits, not all the same. */
export function isPin(pin: Secret): boolean {
  const digits = pin.reveal();
  return /^\d{4,12}$/.test(digits) && !/^(\d)\1+$/.test(digits);
}

/** The person of that id; else the one of that extension. */
export function personNamed(people: ReadonlyMap<PersonId, Person>, named: string): Person | undefined {
  const all = [...people.values()];
  return all.find(({ id }) => id === named) ?? all.find(({ extension }) => extension === named);
}
