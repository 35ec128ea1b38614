import type { LegId, Mac } from "../model/index.js";
import type { Link, Page, PressAct, Screen } from "../pages/index.js";

/** A link to a page that shows and changes nothing. */
export type ShowLink = Extract<Link, { to: "home" | "board" | "call" | "ask-listen" | "session" }>;
/** The softkeys of a list that work on the highlighted row. */
export type Pick = Extract<Link, { to: "pick" }>["pick"];

export const saferActs = ["mute", "back", "leave"] as const satisfies readonly PressAct[];
/** Acts that let somebody hear less. They are never refused for their step or their signature. */
export type SaferAct = (typeof saferActs)[number];

/** What a phone asks for, once its URL has been read and the signature of a press checked. */
export type PhoneRequest =
  | { readonly kind: "show"; readonly link: ShowLink }
  /** Signed by this gateway for this phone, act, leg and step. Whether the step is the present one, the desk decides. */
  | { readonly kind: "press"; readonly act: PressAct; readonly leg?: LegId; readonly step: number }
  /** Without a step, or with a signature that is not ours. Other acts never come this way: they become a show of home. */
  | { readonly kind: "unsigned-press"; readonly act: SaferAct; readonly leg?: LegId }
  /** Without `leg` where the phone sent no selection. Signed as a press is. */
  | { readonly kind: "pick"; readonly pick: Pick; readonly leg?: LegId; readonly step: number };

export interface DeskAnswer {
  readonly page: Page;
  /** The step that the presses on this page carry. */
  readonly step: number;
}

/** What stands behind the phone pages: it does what was pressed and says what is true now. */
export interface Desk {
  /**
   * The page for this phone. `from.host` is the address that the request came from. An answer later than 950 ms is
   * given up for a "Connecting" page, while what was asked goes on; a rejection becomes a sentence and a log line.
   */
  answer(mac: Mac, request: PhoneRequest, from: { readonly host: string }, screen: Screen): Promise<DeskAnswer>;
}
