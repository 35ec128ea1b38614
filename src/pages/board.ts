import type { BoardEntry, CallList, EpochMs, LegId, View } from "../model/index.js";
import { cut, duration } from "./fit.js";
import { keyOf } from "./keys.js";
import type { Key, Link, Page, Row, Screen } from "./page.js";
import type { Say } from "./texts.js";

const boardRefreshSeconds = 5;
/** Of a caller's, and a queue's, name on a crowded line. */
const fewestLetters = 4;
const brackets = " ()".length;
/** Columns for agent and caller, without which the sign alone says how the call is. */
const leastBesideWords = 15;
/** Columns without which a row has the agent's name alone. */
const leastForTwo = 12;

/** What every page is made from, beside its own subject. */
export interface Setting {
  readonly view: View;
  readonly screen: Screen;
  readonly say: Say;
  readonly now: EpochMs;
}

/**
 * The live board (R2): agents on a call, with call sign and running duration. `page` counts from 0; `at` is the call whose
 * row was highlighted.
 */
export function boardPage(setting: Setting, page: number, at?: LegId): Page {
  const { view, say } = setting;
  const { board } = view;
  if (board.total === 0) {
    const here = { to: "board", page: 0 } as const;
    return {
      kind: "text",
      title: say("board.title", { count: 0 }),
      lines: [say("board.empty")],
      done: here,
      keys: [keyOf(say, "label.update", here), keyOf(say, "label.exit", { to: "exit" })],
      refresh: { seconds: boardRefreshSeconds, link: here },
    };
  }
  const find: Row = { text: say("board.find"), link: { to: "find" } };
  const title = say("board.title", { count: board.total });
  const link = (to: number) => ({ to: "board", page: to }) as const;
  return callList(setting, { calls: board, page, title, last: find, link, ...(at !== undefined && { at }) });
}

/** A part of some calls: a row each, the ways to the pages beside it, and one row more. */
export function callList(
  { screen, say, now }: Setting,
  of: {
    readonly calls: CallList;
    readonly page: number;
    readonly title: string;
    readonly last: Row;
    readonly link: (page: number) => Extract<Link, { to: "board" | "found" }>;
    readonly back?: Link;
    readonly at?: LegId;
  },
): Page {
  const { calls, title, last, link, back } = of;
  const room = screen.rows - 1;
  const size = calls.total > room ? Math.max(1, room - 2) : room;
  const pages = Math.max(1, Math.ceil(calls.total / size));
  const at = Math.min(Math.max(0, of.page), pages - 1);
  const rows: Row[] = calls.slice(at * size, size).map((entry) => ({
    text: boardRow(entry, screen.columns, say, now),
    link: { to: "call", leg: entry.leg },
    selection: entry.leg,
  }));
  if (at < pages - 1) rows.push({ text: say("board.next"), link: link(at + 1) });
  if (at > 0) rows.push({ text: say("board.previous"), link: link(at - 1) });
  rows.push(last);
  const update = keyOf(say, "label.update", link(at));
  const keys = screen.selection
    ? [
        ...(["listen", "coach", "join"] as const).map((pick) => keyOf(say, `label.${pick}`, { to: "pick", pick })),
        update,
      ]
    : // Nothing tells which row is meant, so each mode is on the page of its call.
      [update, keyOf(say, "label.find", last.link), keyOf(say, "label.exit", { to: "exit" })];
  const highlighted = of.at === undefined ? undefined : rows.find(({ selection }) => selection === of.at);
  // A phone puts its cursor where the page says, and tells its row with a key alone: a page that comes by itself keeps it.
  const refresh = {
    seconds: boardRefreshSeconds,
    link: highlighted?.selection ? { at: highlighted.selection, ...link(at) } : link(at),
  };
  return { kind: "list", title, rows, keys, refresh, ...(back && { back }), ...(highlighted && { highlighted }) };
}

/**
 * One line of the board: sign and duration first, so that no length of a name can hide them. Words of ours are there whole
 * or not at all.
 */
export function boardRow(entry: BoardEntry, columns: number, say: Say, now: EpochMs): string {
  const sign = `${entry.help ? "! " : ""}${callSign(entry)} `;
  const time =
    entry.state === "ringing" || entry.answeredAt === undefined ? "" : `${duration(now - entry.answeredAt)} `;
  const words = stateWord(entry, say, columns);
  const head =
    columns - sign.length - words.length - time.length < leastBesideWords ? `${sign}${time}` : `${sign}${words}${time}`;
  const room = columns - head.length;
  if (room < leastForTwo) return `${head}${cut(entry.agent.name, room)}`;
  const known = entry.other.name || entry.other.number;
  const other = known || say("board.unknown", {}, Math.ceil(room * 0.6) - 2);
  const whole = known ? Math.min(known.length, fewestLetters) : other.length;
  const agent = cut(entry.agent.name, Math.min(Math.floor(room * 0.4), room - whole - 2));
  const rest = room - agent.length - 2;
  const { queue } = entry;
  // Who calls matters more than the queue: it gives way first, down to a few letters, and then altogether.
  const letters = queue ? Math.max(rest - other.length - brackets, Math.min(queue.length, fewestLetters)) : 0;
  if (!queue || rest - letters - brackets < whole) return `${head}${agent}: ${cut(other, rest)}`;
  return `${head}${agent}: ${cut(other, rest - letters - brackets)} (${cut(queue, letters)})`;
}

/** The page of one agent's call: everything on it, and every way to begin. */
export function callPage({ say, now }: Setting, entry: BoardEntry): Page {
  const { leg } = entry;
  const time = entry.answeredAt === undefined ? "" : duration(now - entry.answeredAt);
  const back = { to: "board", page: 0, at: leg } as const;
  const to = (id: "listen" | "coach" | "join"): Key =>
    keyOf(say, `label.${id}`, id === "listen" ? { to: "ask-listen", leg } : { to: "press", act: id, leg });
  return {
    kind: "text",
    title: say("call.title", { agent: entry.agent.name }),
    lines: [
      ...(entry.help ? [say("call.help", { agent: entry.agent.name })] : []),
      say(`call.${entry.state}`, { duration: time }),
      say("call.with", { other: fullLabel(entry.other, say) }),
      ...(entry.queue ? [say("call.queue", { queue: entry.queue })] : []),
      ...(entry.refusal ? [say(`refusal.${entry.refusal}`)] : []),
    ],
    keys: [to("listen"), to("coach"), to("join"), keyOf(say, "label.calls", back)],
    refresh: { seconds: boardRefreshSeconds, link: { to: "call", leg } },
    done: { to: "ask-listen", leg },
    back,
  };
}

/** Asks Visible or Hidden before a Listen (R3). */
export function askListenPage({ say }: Setting, entry: BoardEntry): Page {
  const { leg } = entry;
  const agent = entry.agent.name;
  const back = { to: "board", page: 0, at: leg } as const;
  const visible: Key = keyOf(say, "label.visible", { to: "press", act: "listen-visible", leg });
  const hidden: Key = keyOf(say, "label.hidden", { to: "press", act: "listen-hidden", leg });
  return {
    kind: "text",
    title: say("ask-listen.title", { agent }),
    lines: [say(entry.hiddenAllowed ? "ask-listen.text" : "ask-listen.visible-only", { agent })],
    keys: [visible, ...(entry.hiddenAllowed ? [hidden] : []), keyOf(say, "label.no", back)],
    done: { to: "ask-listen", leg },
    back,
  };
}

/** Asks once before Coach, Join or a heads-up shows a supervisor to the agent, or goes on unconfirmed (R5, R7, R15). */
export function askAnywayPage(
  { view, say }: Setting,
  question: { why: "become-visible" | "not-confirmed"; mode: "coach" | "join" | "heads-up"; leg: LegId; agent: string },
): Page {
  const { why, mode, leg, agent } = question;
  const back = view.own ? ({ to: "session" } as const) : ({ to: "board", page: 0 } as const);
  return {
    kind: "text",
    title: say(`label.${mode}`, {}, "title"),
    lines: [say(`ask-anyway.${why}`, { agent })],
    keys: [keyOf(say, "label.yes", { to: "press", act: `${mode}-anyway`, leg }), keyOf(say, "label.no", back)],
    done: back,
    back,
  };
}

/** Said when a key of the board was pressed and the phone did not say which row. */
export function choosePage({ say }: Setting): Page {
  const back = { to: "board", page: 0 } as const;
  return {
    kind: "text",
    title: say("away.title"),
    lines: [say("board.choose")],
    keys: [keyOf(say, "label.calls", back)],
    done: back,
    back,
  };
}

function callSign(entry: BoardEntry): string {
  if (entry.private) return "#";
  switch (entry.state) {
    case "ringing":
      return "~";
    case "talking":
      return ">";
    case "held":
      return "=";
    default:
      return entry.state satisfies never;
  }
}

/** What stands before the time, or in its place; empty while they talk. */
function stateWord({ state, answeredAt }: BoardEntry, say: Say, columns: number): string {
  const most = Math.floor(columns / 5);
  if (state === "ringing" || answeredAt === undefined) return `${say("board.ringing", {}, most)} `;
  return state === "held" ? `${say("board.held", {}, most)} ` : "";
}

function fullLabel(other: { name: string; number: string }, say: Say): string {
  return [other.name, other.number].filter((part) => part !== "").join(" ") || say("board.unknown");
}
