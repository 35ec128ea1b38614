import { type Page, type Say, standingPage, type TextPage } from "../pages/index.js";

/** What is said to a caller of whom nothing is known. */
export type StrangersText = "unknown" | "only-get";

/** The desk takes longer than a phone should wait: a page that moves on by refresh or by a key. */
export function connectingPage(say: Say): Page {
  return standingPage({ say }, "connecting");
}

/** The desk failed: a sentence and a key, never a dead page. */
export function wrongPage(say: Say): TextPage {
  return standingPage({ say }, "trouble");
}

/** For a caller of whom nothing is known: no key leads anywhere. */
export function strangersPage(say: Say, text: StrangersText): TextPage {
  return { kind: "text", title: say(`${text}.title`), lines: [say(`${text}.text`)], keys: [], done: { to: "home" } };
}
