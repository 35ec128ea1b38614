import { parseLegId } from "../model/index.js";
import type { Key, Link, Page, Row, Screen } from "../pages/index.js";

/** Names as the worst caller, or the worst address book, would have them. */
export const tortureTexts: Readonly<Record<string, string>> = {
  markup: `<b>&"'</b>`,
  "control characters": "a\u0000\u0001\u0008\u000b\u001b[31m\u007f\u0085\u009fz",
  "line breaks": "one\r\ntwo\tthree\u2028four",
  "200 letters": "W".repeat(200),
  "200 ampersands": "&".repeat(200),
  empty: "",
  blank: " \t ",
  emoji: "👩‍👩‍👧‍👦".repeat(40),
  "right to left": "\u202eשלום עולם مرحبا\u202c",
  "lone surrogate": "a\ud83d and \ude00z",
  "end of CDATA": "]]>",
  entity: "&amp;&lt;&#1;&nope;",
  "non-characters": "\ufffe\uffff\u{1fffe}\ufeff",
  "combining marks": `Z${"\u0301".repeat(300)}algo`,
  "eta tag": "<%= process.exit() %>",
};

const leg = parseLegId("L".repeat(80));

/** URLs as long as the limits allow, with characters that must be escaped. */
export function tortureHref(link: Link): string {
  return `https://${"h".repeat(100)}/p/x?a=1&b="<'>&to=${link.to}/${"u".repeat(100)}`.slice(0, 255);
}

/** Every kind of page, each text in every place, with and without what a page may leave out. */
export function torturePages(screen: Screen): Page[] {
  return Object.values(tortureTexts).flatMap((text) => {
    const home: Link = { to: "home" };
    const key: Key = { label: text, link: { to: "press", act: "coach-anyway", ...(leg ? { leg } : {}) } };
    const keys = [key, key, key, { label: text, link: { to: "exit" } } satisfies Key];
    const row: Row = { text, link: leg ? { to: "call", leg } : home, ...(leg ? { selection: leg } : {}) };
    const lines = [text, "", ...Array.from({ length: 60 }, () => text)];
    const refresh = { seconds: 5, link: home };
    return [
      { kind: "list", title: text, keys, rows: Array.from({ length: screen.rows }, () => row), back: home, refresh },
      { kind: "list", title: text, keys: [], rows: [{ text, link: { to: "board", page: 2 } }] },
      { kind: "list", title: text, keys: [], rows: [] },
      { kind: "text", title: text, keys, lines, done: home, back: home, refresh },
      { kind: "text", title: text, keys: [], lines: [], done: { to: "exit" }, back: { to: "exit" } },
      ...(["digits", "text", "secret"] as const).map(
        (input): Page => ({
          ...{ kind: "input", title: text, prompt: text, input, keys, back: home },
          to: { to: "press", act: "coach-anyway", ...(leg ? { leg } : {}) },
          typing: { send: text, erase: text, mode: text },
        }),
      ),
    ];
  });
}
