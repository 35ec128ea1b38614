import type { BoardOrder, LegId, PersonId, SearchText } from "../model/index.js";

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
  "raise-hand",
  "lower-hand",
  "private",
  "private-off",
  "heads-up",
  "heads-up-anyway",
  "accept",
  "not-now",
] as const;
/**
 * What a press asks for: a target, never a toggle. `…-anyway` is the answer yes to the question that Coach, Join and a
 * heads-up ask (R5, R7, R15); `back` is the way back to Listen; `await-call` asks for the next call of the agent whose call
 * is over; `accept` and `not-now` are an agent's answers to a heads-up;
 * `take-over` makes the call the supervisor's own.
 * `private` and `private-off` are an agent's own, of the calls that they are on (R20).
 */
export type PressAct = (typeof pressActs)[number];

/** Where a key or a row leads. Only the http room turns it into a URL (token, step and signature). */
export type Link =
  /** The launcher: what is true now. */
  | { readonly to: "home" }
  /** With `order`: sorted so from then on. `at` is the call whose row is to be highlighted. */
  | { readonly to: "board"; readonly page: number; readonly order?: BoardOrder; readonly at?: LegId }
  /** The ways to find a call; with `input` the page to type on, which leads to what was found. */
  | { readonly to: "find"; readonly input?: "digits" | "text" }
  | { readonly to: "found"; readonly text: SearchText; readonly page: number; readonly at?: LegId }
  /** The page of one agent's call. */
  | { readonly to: "call"; readonly leg: LegId }
  /** The Visible or Hidden question (R3). */
  | { readonly to: "ask-listen"; readonly leg: LegId }
  | { readonly to: "session" }
  /** Everything that can be done on the page before, as a list. */
  | { readonly to: "menu" }
  /** Who is on the call that is supervised, or on one's own. */
  | { readonly to: "participants" }
  /** Without `leg`: the supervision of this phone. */
  | { readonly to: "press"; readonly act: PressAct; readonly leg?: LegId }
  /** Whom an agent can give their call to; `page` counts from 0. */
  | { readonly to: "transfer"; readonly page: number }
  /** An agent's press that gives their call to somebody. */
  | { readonly to: "hand-over"; readonly person: PersonId }
  /** A key of a list that works on the highlighted row, where the phone sends its `selection`. */
  | { readonly to: "pick"; readonly pick: "listen" | "coach" | "join" }
  /** A page by which a phone is proved; there while a walk is under way. `path` is `<step>/<word>`. */
  | { readonly to: "probe"; readonly path: string }
  /** Leaves the app, on the phone alone. */
  | { readonly to: "exit" };

export interface Key {
  /** Already in the reader's language and short enough for the screen. */
  readonly label: string;
  /** The same as a row of a list says it, where that has room for more. */
  readonly text?: string;
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
  /** The row that was highlighted when the page was asked for; else it is the first. */
  readonly highlighted?: Row;
}

export interface TextPage extends Frame {
  readonly kind: "text";
  readonly lines: readonly string[];
  /** What the OK key does, on a phone that has one for a text. */
  readonly done: Link;
  /** What that leads to, in words: the last line where there is such a key. */
  readonly doneHint?: string;
  /** The same for a phone that has none: a row that leads there. */
  readonly doneRow?: string;
  /** What else can be done here: links where a text can have them; elsewhere they are behind OK. */
  readonly more?: readonly Key[];
}

/** A link that takes what was typed: a press is handed it as a secret, a search leads to what was found. */
export type TypedLink = Extract<Link, { to: "press" } | { to: "find" } | { to: "probe" }>;

/** One field to type into. The phone itself has the keys for that; `keys` stand behind them, one at most. */
export interface InputPage extends Frame {
  readonly kind: "input";
  readonly prompt: string;
  /** `digits`: the keypad, `*` and `#` among them. `text`: letters. `secret`: digits that nobody reads on the screen. */
  readonly input: "digits" | "text" | "secret";
  /** Asked with what was typed when the phone's OK, or the first key, is pressed. */
  readonly to: TypedLink;
  /** Labels of the phone's own keys, where it needs to be told them: send it, take the last character back, change between digits and letters. */
  readonly typing: { readonly send: string; readonly erase: string; readonly mode: string };
  /** What is half typed must not be taken away. */
  readonly refresh?: never;
}

/** One screen, for any vendor. Texts are final; the vendor's room only lays them out and escapes them. */
export type Page = ListPage | TextPage | InputPage;

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
