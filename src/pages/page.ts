import type { LegId, PersonId } from "../model/index.js";

export const pressActs = [
  "listen-visible",
  "listen-hidden",
  "coach",
  "coach-anyway",
  "join",
  "join-anyway",
  "back",
  "mute",
  "unmute",
  "visible",
  "hide",
  "leave",
  "await-call",
  "take-over",
  "take-over-anyway",
] as const;
/**
 * What a press asks for: a target, never a toggle. `…-anyway` is the answer yes to the question that Coach and Join ask
 * (R5, R7); `back` is the way back to Listen; `await-call` asks for the next call of the agent whose call is over;
 * `take-over` makes the call the supervisor's own.
 */
export type PressAct = (typeof pressActs)[number];

/** Where a key or a row leads. Only the http room turns it into a URL (token, step and signature). */
export type Link =
  /** The launcher: what is true now. */
  | { readonly to: "home" }
  | { readonly to: "board"; readonly page: number }
  /** The page of one agent's call. */
  | { readonly to: "call"; readonly leg: LegId }
  /** The Visible or Hidden question (R3). */
  | { readonly to: "ask-listen"; readonly leg: LegId }
  | { readonly to: "session" }
  /** Without `leg`: the supervision of this phone. */
  | { readonly to: "press"; readonly act: PressAct; readonly leg?: LegId }
  /** Whom an agent can give their call to; `page` counts from 0. */
  | { readonly to: "transfer"; readonly page: number }
  /** An agent's press that gives their call to somebody. */
  | { readonly to: "hand-over"; readonly person: PersonId }
  /** A key of a list that works on the highlighted row, where the phone sends its `selection`. */
  | { readonly to: "pick"; readonly pick: "listen" | "coach" | "join" }
  /** Leaves the app, on the phone alone. */
  | { readonly to: "exit" };

export interface Key {
  /** Already in the reader's language and short enough for the screen. */
  readonly label: string;
  readonly link: Link;
}

export interface Row {
  readonly text: string;
  readonly link: Link;
  /** Sent along when a `pick` key is pressed with this row highlighted. */
  readonly selection?: LegId;
}

interface Frame {
  readonly title: string;
  /** At most four; the most important first. */
  readonly keys: readonly Key[];
  /** The last of the keys is the phone's last softkey, however few there are: it is at one place on page after page. */
  readonly lastKeyAtEnd?: true;
  /** The URL a phone that knows Refresh asks again by itself. */
  readonly refresh?: { readonly seconds: number; readonly link: Link };
  /** What the Back or Cancel key does; without it the app closes. */
  readonly back?: Link;
}

export interface ListPage extends Frame {
  readonly kind: "list";
  readonly rows: readonly Row[];
}

export interface TextPage extends Frame {
  readonly kind: "text";
  readonly lines: readonly string[];
  /** What the OK key does. */
  readonly done: Link;
}

/** One screen, for any vendor. Texts are final; the vendor's room only lays them out and escapes them. */
export type Page = ListPage | TextPage;

/** What of a phone's screen the wording of a page depends on. Lengths in characters. */
export interface Screen {
  readonly columns: number;
  readonly titleColumns: number;
  /** List rows on one page, paging rows included. */
  readonly rows: number;
  readonly labelColumns: number;
  /** Whether http keys get the highlighted row's selection. */
  readonly selection: boolean;
}
