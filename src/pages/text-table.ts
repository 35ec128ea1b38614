import {
  type BoardOrder,
  boardOrders,
  type Ending,
  endings,
  type Mode,
  type RefusalCode,
  type Role,
  refusals,
  roles,
} from "../model/index.js";

/**
 * Where a text can stand: on a softkey, in a title, in the heading of a notice, on one row of a list, in text that the phone
 * wraps, or in a notice.
 */
export type Place = "label" | "title" | "heading" | "row" | "line" | "notice";

/** What a text can have in braces. */
export type Brace =
  | "agent"
  | "name"
  | "who"
  | "other"
  | "queue"
  | "text"
  | "extension"
  | "role"
  | "line"
  | "key"
  | "count"
  | "left"
  | "minutes"
  | "duration";

/** Where a text stands, its own place first, and what it may have in braces. */
export interface TextUse {
  readonly places: readonly [Place, ...Place[]];
  readonly braces: readonly Brace[];
}

const at =
  (...places: [Place, ...Place[]]) =>
  (...named: readonly Brace[]): TextUse => ({ places, braces: named });
const label = at("label", "row", "title");
const title = at("title");
const row = at("row");
const line = at("line");

const labels = {
  "label.listen": label(),
  "label.coach": label(),
  "label.join": label(),
  "label.mute": label(),
  "label.unmute": label(),
  "label.visible": label(),
  "label.hide": label(),
  "label.hidden": label(),
  "label.leave": label(),
  "label.follow": label(),
  "label.heads-up": label(),
  "label.accept": label(),
  "label.not-now": label(),
  "label.update": label(),
  "label.calls": label(),
  "label.yes": label(),
  "label.no": label(),
  "label.exit": label(),
  "label.transfer": label(),
  "label.take-over": label(),
  "label.private": label(),
  "label.private-off": label(),
  "label.participants": label(),
  "label.send": label(),
  "label.erase": label(),
  "label.mode": label(),
  "label.find": label(),
  "label.digits": label(),
  "label.letters": label(),
  "label.raise-hand": label(),
  "label.lower-hand": label(),
} as const;
export type LabelId = keyof typeof labels;

const sentences = {
  "board.title": title("count"),
  "board.empty": line(),
  "board.next": row(),
  "board.previous": row(),
  "board.ringing": line(),
  "board.held": line(),
  "board.unknown": line(),
  "board.choose": line(),
  "board.find": row(),
  "find.title": title(),
  "find.digits": row(),
  "find.text": row(),
  "find.prompt-digits": row(),
  "find.prompt-text": row(),
  "find.found": title("count", "text"),
  "find.nothing": line("text"),
  "find.again": row(),
  "call.title": title("agent"),
  "call.ringing": line(),
  "call.talking": line("duration"),
  "call.held": line("duration"),
  "call.with": line("other"),
  "call.queue": line("queue"),
  "call.help": line("agent"),
  "ask-listen.title": title("agent"),
  "ask-listen.text": line("agent"),
  "ask-listen.visible-only": line("agent"),
  "ask-anyway.become-visible": line("agent"),
  "ask-anyway.not-confirmed": line("agent"),
  "session.listen": title("agent"),
  "session.coach": title("agent"),
  "session.join": title("agent"),
  "session.connecting": title(),
  "session.pick-up": line("agent"),
  "session.please-wait": line("agent"),
  "session.nobody": line(),
  "session.agent-hears": line("agent"),
  "session.all-hear": line(),
  "session.phone-muted-too": line(),
  "session.phone-muted": line(),
  "session.opening": line(),
  "session.closing": line(),
  "session.hidden": line("agent"),
  "session.visible": line("agent"),
  "session.telling": line("agent"),
  "session.unconfirmed": line("agent"),
  "session.silent": line("who"),
  "session.silent-other": line(),
  "session.listen-only": line("agent"),
  "session.moved": line("agent"),
  "session.more": line(),
  "session.everything": row(),
  "session.between": line("agent"),
  "session.private": line(),
  "session.private-quiet": line(),
  "session.second-leg": line("agent"),
  "session.on-hold": line(),
  "session.away": line(),
  "session.ending": line(),
  "session.taking-over": line(),
  "beside.listen": line("name"),
  "beside.coach-muted": line("name"),
  "beside.coach-open": line("name"),
  "beside.join-muted": line("name"),
  "beside.join-open": line("name"),
  "beside.hidden": line("line"),
  "heads-up.waiting": line("agent"),
  "heads-up.seen": line("agent"),
  "heads-up.accepted": line("agent"),
  "heads-up.not-now": line("agent"),
  "heads-up.no-answer": line("agent"),
  "menu.title": title(),
  "participants.title": title(),
  "participants.nobody": line(),
  "participants.internal": line(),
  "participants.supervisors": line(),
  "participants.external": line(),
  "participants.role": line("name", "role"),
  "participants.ringing": line("who"),
  "participants.holding": line("who"),
  "participants.listen": line("who"),
  "participants.coach-muted": line("who"),
  "participants.coach-open": line("who"),
  "participants.join-muted": line("who"),
  "participants.join-open": line("who"),
  "pin.title": title(),
  "pin.prompt": row(),
  "pin.wrong": row("left"),
  "pin.ask": line("who"),
  "pin.ask-administrator": line(),
  "ended.title": title(),
  "awaits.title": title("agent"),
  "awaits.text": line("agent", "minutes", "key"),
  "agent.title": at("title", "heading")(),
  "agent.unknown": at("title")(),
  "agent.nobody": line(),
  "agent.help": line(),
  "agent.more": line(),
  "agent.private": line(),
  "agent.asked": at("line", "title")("name"),
  "agent.listen": line("name"),
  "agent.coach-muted": line("name"),
  "agent.coach-open": line("name"),
  "agent.join-muted": line("name"),
  "agent.join-open": line("name"),
  "take-over.title": title(),
  "take-over.text": line("agent"),
  "take-over.hidden": line("agent"),
  "transfer.title": title(),
  "transfer.nobody": line(),
  "transfer.rings": line("name"),
  "transfer.failed": title("name"),
  "transfer.listen": row("name"),
  "transfer.coach": row("name"),
  "transfer.join": row("name"),
  "transfer.other": row("name", "extension"),
  "refused.title": title(),
  "starting.title": title(),
  "starting.text": line(),
  "away.title": title(),
  "away.text": line(),
  "trouble.title": title(),
  "trouble.text": line("key"),
  "connecting.title": title(),
  "connecting.text": line("key"),
  "unknown.title": title(),
  "unknown.text": line(),
  "only-get.title": title(),
  "only-get.text": line(),
} as const;

export type TextId =
  | LabelId
  | keyof typeof sentences
  | `ended.${Ending}`
  | `refusal.${RefusalCode}`
  | `find.sort-${BoardOrder}`
  | `find.sorted-${BoardOrder}`
  | `role.${Role}`
  | `notice.${Mode | "heads-up"}`;

const modes = ["listen", "coach", "join", "heads-up"] as const;
const all: Readonly<Record<string, TextUse>> = {
  ...labels,
  ...sentences,
  ...family("ended", endings, line("agent")),
  ...family("refusal", Object.keys(refusals), line()),
  ...family("role", roles, line()),
  ...family("notice", modes, at("notice")("name")),
  ...Object.fromEntries(
    boardOrders.flatMap((order) => [`sort-${order}`, `sorted-${order}`]).map((id) => [`find.${id}`, row()]),
  ),
};

/** Every text that a catalogue must have, with where it stands. */
export const textUses: ReadonlyMap<TextId, TextUse> = new Map(Object.entries(all) as [TextId, TextUse][]);

function family(name: string, members: readonly string[], use: TextUse): Readonly<Record<string, TextUse>> {
  return Object.fromEntries(members.map((member) => [`${name}.${member}`, use]));
}
