import type { BoardEntry, CallList, EpochMs, LegId, View } from "../model/index.js";
import { cut, duration } from "./fit.js";
import type { Key, Link, Page, Row, Screen } from "./page.js";
import type { Say } from "./texts.js";

const boardRefreshSeconds = 5;
/** Of a queue's name on a crowded line. */
const fewestQueueLetters = 4;
const brackets = " ()".length;

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
      ...{ kind: "text", title: say("board.title", { count: 0 }), lines: [say("board.empty")], done: here },
      keys: [
        { label: say("label.update"), link: here },
        { label: say("label.exit"), link: { to: "exit" } },
      ],
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
  const update: Key = { label: say("label.update"), link: link(at) };
  const keys = screen.selection
    ? [
        ...(["listen", "coach", "join"] as const).map(
          (pick): Key => ({ label: say(`label.${pick}`), link: { to: "pick", pick } }),
        ),
        update,
      ]
    : // Nothing tells which row is meant, so each mode is on the page of its call.
      [
        update,
        { label: say("label.find"), link: last.link },
        { label: say("label.exit"), link: { to: "exit" } as const },
      ];
  const highlighted = of.at === undefined ? undefined : rows.find(({ selection }) => selection === of.at);
  // A phone puts its cursor where the page says, and tells its row with a key alone: a page that comes by itself keeps it.
  const refresh = {
    seconds: boardRefreshSeconds,
    link: highlighted?.selection ? { ...link(at), at: highlighted.selection } : link(at),
  };
  return { kind: "list", title, rows, keys, refresh, ...(back && { back }), ...(highlighted && { highlighted }) };
}

/** One line of the board: sign and duration first, so that no length of a name can hide them. */
export function boardRow(entry: BoardEntry, columns: number, say: Say, now: EpochMs): string {
  const head = `${entry.help ? "! " : ""}${callSign(entry)} ${rowTime(entry, say, now)} `;
  const room = Math.max(12, columns - head.length);
  const agent = cut(entry.agent.name, Math.floor(room * 0.4));
  const rest = room - agent.length - 2;
  const other = otherLabel(entry.other, say);
  const { queue } = entry;
  if (!queue) return `${head}${agent}: ${cut(other, rest)}`;
  // Who calls matters more than the queue: it gives way first, down to a few letters.
  const letters = Math.max(rest - other.length - brackets, Math.min(queue.length, fewestQueueLetters));
  return `${head}${agent}: ${cut(other, rest - letters - brackets)} (${cut(queue, letters)})`;
}

/** The page of one agent's call: everything on it, and every way to begin. */
export function callPage({ say, now }: Setting, entry: BoardEntry): Page {
  const { leg } = entry;
  const time = entry.answeredAt === undefined ? "" : duration(now - entry.answeredAt);
  const back = { to: "board", page: 0, at: leg } as const;
  const key = (id: "listen" | "coach" | "join"): Key => ({
    label: say(`label.${id}`),
    link: id === "listen" ? { to: "ask-listen", leg } : { to: "press", act: id, leg },
  });
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
    keys: [key("listen"), key("coach"), key("join"), { label: say("label.calls"), link: back }],
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
  const visible: Key = { label: say("label.visible"), link: { to: "press", act: "listen-visible", leg } };
  const hidden: Key = { label: say("label.hidden"), link: { to: "press", act: "listen-hidden", leg } };
  return {
    kind: "text",
    title: say("ask-listen.title", { agent }),
    lines: [say(entry.hiddenAllowed ? "ask-listen.text" : "ask-listen.visible-only", { agent })],
    keys: [visible, ...(entry.hiddenAllowed ? [hidden] : []), { label: say("label.no"), link: back }],
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
    title: say(`label.${mode}`),
    lines: [say(`ask-anyway.${why}`, { agent })],
    keys: [
      { label: say("label.yes"), link: { to: "press", act: `${mode}-anyway`, leg } },
      { label: say("label.no"), link: back },
    ],
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
    keys: [{ label: say("label.calls"), link: back }],
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

function rowTime(entry: BoardEntry, say: Say, now: EpochMs): string {
  if (entry.state === "ringing" || entry.answeredAt === undefined) return say("board.ringing");
  const time = duration(now - entry.answeredAt);
  return entry.state === "held" ? `${say("board.held")} ${time}` : time;
}

function otherLabel(other: { name: string; number: string }, say: Say): string {
  return other.name || other.number || say("board.unknown");
}

function fullLabel(other: { name: string; number: string }, say: Say): string {
  return [other.name, other.number].filter((part) => part !== "").join(" ") || say("board.unknown");
}
