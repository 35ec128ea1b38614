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

const labels = [
  "listen",
  "coach",
  "join",
  "mute",
  "unmute",
  "visible",
  "hide",
  "hidden",
  "leave",
  "follow",
  "heads-up",
  "accept",
  "not-now",
  "update",
  "calls",
  "yes",
  "no",
  "exit",
  "transfer",
  "take-over",
  "private",
  "private-off",
  "send",
  "erase",
  "mode",
  "find",
  "digits",
  "letters",
  "raise-hand",
  "lower-hand",
] as const;
export type LabelId = `label.${(typeof labels)[number]}`;

const sentences = [
  "board.title",
  "board.empty",
  "board.next",
  "board.previous",
  "board.ringing",
  "board.held",
  "board.unknown",
  "board.choose",
  "board.find",
  "find.title",
  "find.digits",
  "find.text",
  "find.sort",
  "find.sorted",
  "find.prompt-digits",
  "find.prompt-text",
  "find.found",
  "find.nothing",
  "find.again",
  "call.title",
  "call.ringing",
  "call.talking",
  "call.held",
  "call.with",
  "call.queue",
  "call.help",
  "ask-listen.title",
  "ask-listen.text",
  "ask-listen.visible-only",
  "ask-anyway.become-visible",
  "ask-anyway.not-confirmed",
  "session.listen",
  "session.coach",
  "session.join",
  "session.connecting",
  "session.pick-up",
  "session.please-wait",
  "session.nobody",
  "session.agent-hears",
  "session.all-hear",
  "session.opening",
  "session.closing",
  "session.hidden",
  "session.visible",
  "session.telling",
  "session.unconfirmed",
  "session.silent",
  "session.silent-other",
  "session.listen-only",
  "session.moved",
  "session.more",
  "beside.listen",
  "beside.coach-muted",
  "beside.coach-open",
  "beside.join-muted",
  "beside.join-open",
  "beside.hidden",
  "heads-up.waiting",
  "heads-up.seen",
  "heads-up.accepted",
  "heads-up.not-now",
  "heads-up.no-answer",
  "menu.title",
  "participants.title",
  "participants.nobody",
  "participants.internal",
  "participants.supervisors",
  "participants.external",
  "participants.role",
  "participants.ringing",
  "participants.holding",
  "participants.listen",
  "participants.coach-muted",
  "participants.coach-open",
  "participants.join-muted",
  "participants.join-open",
  "session.between",
  "session.private",
  "session.private-quiet",
  "session.second-leg",
  "session.phone-muted-too",
  "session.phone-muted",
  "session.on-hold",
  "session.away",
  "session.ending",
  "pin.title",
  "pin.prompt",
  "pin.wrong",
  "pin.ask",
  "pin.ask-administrator",
  "ended.title",
  "awaits.title",
  "awaits.text",
  "agent.title",
  "agent.nobody",
  "agent.help",
  "agent.more",
  "agent.private",
  "agent.asked",
  "agent.listen",
  "agent.coach-muted",
  "agent.coach-open",
  "agent.join-muted",
  "agent.join-open",
  "take-over.title",
  "take-over.text",
  "take-over.hidden",
  "session.taking-over",
  "transfer.title",
  "transfer.nobody",
  "transfer.rings",
  "transfer.failed",
  "transfer.listen",
  "transfer.coach",
  "transfer.join",
  "transfer.other",
  "refused.title",
  "starting.title",
  "starting.text",
  "away.title",
  "away.text",
  "trouble.title",
  "trouble.text",
  "connecting.title",
  "connecting.text",
  "unknown.title",
  "unknown.text",
  "only-get.title",
  "only-get.text",
] as const;

export type TextId =
  | LabelId
  | (typeof sentences)[number]
  | `ended.${Ending}`
  | `refusal.${RefusalCode}`
  | `find.by-${BoardOrder}`
  | `role.${Role}`
  | `notice.${Mode | "heads-up"}`;

/** Every text a catalogue must have. */
export const textIds: readonly TextId[] = [
  ...labels.map((label) => `label.${label}` as const),
  ...sentences,
  ...endings.map((ending) => `ended.${ending}` as const),
  ...(Object.keys(refusals) as RefusalCode[]).map((code) => `refusal.${code}` as const),
  ...roles.map((role) => `role.${role}` as const),
  ...boardOrders.map((order) => `find.by-${order}` as const),
  "notice.listen",
  "notice.coach",
  "notice.join",
  "notice.heads-up",
];

/** Says a text in the reader's language, with the values put in. */
export type Say = (id: TextId, values?: Readonly<Record<string, string | number>>) => string;

/** What is wrong with a catalogue: missing and unknown texts, in words. Empty when it is whole. */
export function catalogueProblems(catalogue: Readonly<Record<string, unknown>>): readonly string[] {
  const known = new Set<string>(textIds);
  return [
    ...textIds.filter((id) => typeof catalogue[id] !== "string").map((id) => `the text ${id} is missing`),
    ...Object.keys(catalogue)
      .filter((id) => !known.has(id))
      .map((id) => `no page uses the text ${id}`),
  ];
}

/**
 * A speaker of one catalogue. Values are put in as they are and never read as a pattern again.
 * @throws when the catalogue is not whole.
 */
export function speaker(catalogue: Readonly<Record<string, string>>): Say {
  const problems = catalogueProblems(catalogue);
  if (problems.length > 0) throw new Error(problems.join("; "));
  return (id, values = {}) =>
    (catalogue[id] ?? id).replace(/\{([a-z]+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
