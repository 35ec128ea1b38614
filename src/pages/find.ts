import { boardOrders, type LegId, type SearchText } from "../model/index.js";
import { callList, type Setting } from "./board.js";
import { inputPage } from "./input.js";
import { keyOf } from "./keys.js";
import type { Page, Row } from "./page.js";

const board = { to: "board", page: 0 } as const;

/** The ways to find a call on a long board (R2): by the keypad, by letters, or by sorting it otherwise. */
export function findPage({ view, say }: Setting): Page {
  const sorted: Row[] = boardOrders.map((order) => ({
    text: say(order === view.board.order ? `find.sorted-${order}` : `find.sort-${order}`),
    link: { ...board, order },
  }));
  return {
    kind: "list",
    title: say("find.title"),
    rows: [
      { text: say("find.digits"), link: { to: "find", input: "digits" } },
      { text: say("find.text"), link: { to: "find", input: "text" } },
      ...sorted,
    ],
    keys: [
      keyOf(say, "label.digits", { to: "find", input: "digits" }),
      keyOf(say, "label.letters", { to: "find", input: "text" }),
      keyOf(say, "label.calls", board),
    ],
    lastKeyAtEnd: true,
    back: board,
  };
}

/** The page to type on what is looked for. On the keypad a name is spelled by one press for each letter. */
export function findInputPage({ say }: Setting, input: "digits" | "text"): Page {
  return inputPage(
    { say },
    {
      ...{ title: say("find.title"), input, back: board },
      prompt: say(`find.prompt-${input}`),
      to: { to: "find", input },
      key: keyOf(say, "label.letters", { to: "find", input: "text" }),
    },
  );
}

/** The calls that were found, as on the board, or that there is none. */
export function foundPage(setting: Setting, text: SearchText, page: number, at?: LegId): Page {
  const { view, say } = setting;
  const calls = view.board.search(text);
  const again = { to: "find" } as const;
  const title = say("find.found", { count: calls.total, text });
  if (calls.total === 0) {
    const here = { to: "found", text, page: 0 } as const;
    return {
      ...{ kind: "text", title, lines: [say("find.nothing", { text })], done: again, back: again },
      keys: [keyOf(say, "label.find", again), keyOf(say, "label.update", here), keyOf(say, "label.calls", board)],
      lastKeyAtEnd: true,
      refresh: { seconds: 5, link: here },
    };
  }
  const last: Row = { text: say("find.again"), link: again };
  const link = (to: number) => ({ to: "found", text, page: to }) as const;
  return callList(setting, { calls, page, title, last, link, back: again, ...(at !== undefined && { at }) });
}
