import type { Page, TextPage } from "../pages/index.js";

/** The few words the server itself says, in the reader's language. */
export interface Sentences {
  readonly connecting: { readonly title: string; readonly text: string };
  readonly wrong: { readonly title: string; readonly text: string };
  readonly unknown: { readonly title: string; readonly text: string };
  readonly onlyGet: { readonly title: string; readonly text: string };
  /** Label of the key that asks for what is true now. */
  readonly update: string;
}

export const englishSentences: Sentences = {
  connecting: { title: "Connecting", text: "One moment. Press Update if nothing changes." },
  wrong: { title: "earshot", text: "Something went wrong. Press Update." },
  unknown: { title: "Not found", text: "There is nothing here." },
  onlyGet: { title: "Not possible", text: "This page can only be read." },
  update: "Update",
};

/** The desk takes longer than a phone should wait: a page that moves on by refresh or by a key. */
export function connectingPage(say: Sentences): Page {
  const { title, text } = say.connecting;
  return { ...wrongPage(say), title, lines: [text], refresh: { seconds: 1, link: { to: "home" } } };
}

/** The desk failed: a sentence and a key, never a dead page. */
export function wrongPage(say: Sentences): TextPage {
  return {
    kind: "text",
    title: say.wrong.title,
    lines: [say.wrong.text],
    keys: [{ label: say.update, link: { to: "home" } }],
    done: { to: "home" },
  };
}

/** For a caller of whom nothing is known: no key leads anywhere. */
export function strangersPage(of: { readonly title: string; readonly text: string }): Page {
  return { kind: "text", title: of.title, lines: [of.text], keys: [], done: { to: "home" } };
}
