import type { Ending, Mouth, RefusalCode, SupervisionView, SupervisorBeside, View } from "../model/index.js";
import type { Setting } from "./board.js";
import { duration } from "./fit.js";
import { keyOf, press, rowOf } from "./keys.js";
import type { Key, Link, ListPage, Page, TextPage } from "./page.js";
import type { Say } from "./texts.js";

const sessionRefreshSeconds = 5;
const connectingRefreshSeconds = 1;

/** Endings after which the agent can be followed to their next call: it was the call that went, and not the supervisor. */
const followed: ReadonlySet<Ending> = new Set([
  "call-ended",
  "went-outside",
  "no-agent",
  "not-allowed",
  "never-supervised",
]);

const session: Link = { to: "session" };
const menu: Link = { to: "menu" };
const firstBoard: Link = { to: "board", page: 0 };
const menuRefreshSeconds = 10;

/**
 * The supervisor's own page: mode, mic and visibility as the PBX has them, with the keys of that mode. A refusal is its
 * first line, so that no press takes the way to Mute and Leave away.
 */
export function sessionPage({ view, say, now }: Setting, own: SupervisionView, refusal = own.trouble): Page {
  const agent = own.agent.name;
  const { facts } = own;
  const leave = press(say, "leave", "label.leave");
  const plain = (title: string, lines: readonly string[], keys: readonly Key[], seconds: number): TextPage => ({
    kind: "text",
    title,
    lines: refusal ? [say(`refusal.${refusal}`), ...lines] : lines,
    keys,
    // Where Leave was a moment ago there must be no Visible now.
    lastKeyAtEnd: true,
    refresh: { seconds, link: session },
    done: session,
    back: session,
  });
  const title = say(own.private ? "session.listen" : `session.${own.asked.mode}`, { agent });
  if (view.pbx !== "ready") return plain(title, [say("session.away")], [leave], connectingRefreshSeconds);
  if (own.ending) return plain(title, [say("session.ending")], [leave], connectingRefreshSeconds);
  if (own.takingOver) return plain(title, [say("session.taking-over")], [leave], connectingRefreshSeconds);
  if (facts?.leg === "held") {
    const line = say(mouthOf(own) ? "session.closing" : "session.on-hold");
    return plain(title, [line], [leave], connectingRefreshSeconds);
  }
  if (own.private) {
    const quiet = facts?.ear === undefined && !mouthOf(own);
    const lines = [say("session.private"), say(quiet ? "session.private-quiet" : "session.closing")];
    return plain(title, lines, [leave], connectingRefreshSeconds);
  }
  if (own.between) return plain(title, [say("session.between", { agent })], [leave], connectingRefreshSeconds);
  if (facts?.leg !== "up" || facts.ear !== own.leg) {
    const line = facts?.leg === "up" ? "session.please-wait" : "session.pick-up";
    return plain(say("session.connecting"), [say(line, { agent })], [leave], connectingRefreshSeconds);
  }
  const lines = [
    ...(own.moved ? [say("session.moved", { agent })] : []),
    ...(own.secondLeg && own.asked.mode !== "listen" ? [say("session.second-leg", { agent })] : []),
    ...own.silent.map((who) => (who === "" ? say("session.silent-other") : say("session.silent", { who }))),
    micLine(own, say),
    ...phoneLine(own, say),
    visibilityLine(own, say),
    ...(own.headsUp ? [say(`heads-up.${own.headsUp}`, { agent })] : []),
    ...(own.mouthPossible ? [] : [say("session.listen-only", { agent })]),
    ...own.others.map((other) => besideLine(other, say)),
    callLine(own, say, now),
  ];
  const waiting = own.told === "sending" || own.told === "waiting" || !micSettled(own);
  const seconds = waiting ? connectingRefreshSeconds : sessionRefreshSeconds;
  const keys = modeKeys(own, say);
  const more = moreKeys(view, say, keys);
  const done = { done: menu, doneHint: say("session.more"), doneRow: say("session.everything") };
  return { more, ...plain(title, lines, keys, seconds), ...done };
}

/** Everything that can be done on the session page, as a list: what its softkeys have no room for comes first. */
export function sessionMenuPage({ view, say }: Setting, own: SupervisionView): ListPage {
  const headsUp = press(say, "heads-up", "label.heads-up");
  const keys = modeKeys(own, say);
  return {
    kind: "list",
    title: say("menu.title"),
    rows: [...moreKeys(view, say, keys), ...keys].map(rowOf),
    keys: [headsUp, keyOf(say, "label.no", session), press(say, "leave", "label.leave")],
    lastKeyAtEnd: true,
    refresh: { seconds: menuRefreshSeconds, link: menu },
    back: session,
  };
}

/** What the keys of the session page have no room for. */
function moreKeys({ mayTakeOver }: View, say: Say, shown: readonly Key[]): readonly Key[] {
  const headsUp = press(say, "heads-up", "label.heads-up");
  return [
    ...(shown.some(({ label }) => label === headsUp.label) ? [] : [headsUp]),
    ...(mayTakeOver ? [press(say, "take-over", "label.take-over")] : []),
    keyOf(say, "label.participants", { to: "participants" }),
  ];
}

/** How the last supervision ended, in words. */
export function endedPage({ view, say }: Setting): Page {
  const { ended } = view;
  const line = ended ? say(`ended.${ended.ending}`, { agent: ended.agent.name }) : say("refusal.not-supervising");
  const why = ended?.trouble ? [say(`refusal.${ended.trouble}`)] : [];
  return {
    kind: "text",
    title: say("ended.title"),
    lines: [line, ...why],
    keys: [
      ...(ended && followed.has(ended.ending) ? [press(say, "await-call", "label.follow")] : []),
      keyOf(say, "label.calls", firstBoard),
    ],
    done: firstBoard,
    back: firstBoard,
  };
}

/** The next call of an agent is waited for: shown for as long as that is so. */
export function awaitingPage({ say, now }: Setting, { agent, until, visibility }: NonNullable<View["awaits"]>): Page {
  const name = { agent: agent.name };
  const minutes = Math.max(1, Math.ceil((until - now) / 60_000));
  return {
    kind: "text",
    title: say("awaits.title", name),
    lines: [
      say("awaits.text", { ...name, minutes, key: say("label.leave") }),
      say(visibility === "hidden" ? "session.hidden" : "ask-listen.visible-only", name),
    ],
    // Leave alone: the session takes this page's place by itself, and has Visible where another key would be.
    keys: [press(say, "leave", "label.leave")],
    lastKeyAtEnd: true,
    refresh: { seconds: connectingRefreshSeconds, link: session },
    done: session,
    back: firstBoard,
  };
}

/** A refusal, in words (R17), for somebody who supervises nothing. Leads back to what is true now. */
export function refusalPage({ say }: Setting, code: RefusalCode): Page {
  const back = { to: "home" } as const;
  return {
    kind: "text",
    title: say("refused.title"),
    lines: [say(`refusal.${code}`)],
    keys: [keyOf(say, "label.calls", back)],
    done: back,
    back,
  };
}

/** Shown until the first snapshot, while the PBX is away, when an answer takes long, and when something broke. */
export function standingPage(
  { say }: Pick<Setting, "say">,
  standing: "starting" | "away" | "trouble" | "connecting",
): TextPage {
  const home = { to: "home" } as const;
  return {
    kind: "text",
    title: say(`${standing}.title`),
    lines: [say(`${standing}.text`, { key: say("label.update") })],
    keys: [keyOf(say, "label.update", home), keyOf(say, "label.exit", { to: "exit" })],
    refresh: { seconds: 2, link: home },
    done: home,
  };
}

/** The softkeys of a mode; where there is a microphone, its key is the first. */
export function modeKeys(own: SupervisionView, say: Say): readonly Key[] {
  const { mode, visibility, mic } = own.asked;
  const leave = press(say, "leave", "label.leave");
  const coach = press(say, "coach", "label.coach");
  const join = press(say, "join", "label.join");
  const listen = press(say, "back", "label.listen");
  const mayUnmute = mic === "muted" && !mouthOf(own);
  const micKey = mayUnmute ? press(say, "unmute", "label.unmute") : press(say, "mute", "label.mute");
  switch (mode) {
    case "listen": {
      const mayHide = own.hiddenAllowed && !mouthOf(own);
      const headsUp = press(say, "heads-up", "label.heads-up");
      const hide = mayHide ? [press(say, "hide", "label.hide")] : own.hiddenAllowed ? [] : [headsUp];
      const seen = visibility === "hidden" ? [press(say, "visible", "label.visible")] : hide;
      return [...seen, coach, join, leave];
    }
    case "coach":
      return [micKey, join, listen, leave];
    case "join":
      return [micKey, coach, listen, leave];
    default:
      return mode satisfies never;
  }
}

/** The mouth that is there, or may be there at any moment: then the wider of the two. */
function mouthOf({ facts, underWay }: SupervisionView): Mouth | undefined {
  return underWay?.reach === "everyone" ? underWay : (facts?.mouth ?? underWay);
}

/** Told from the PBX's facts alone, and from what it has been asked and not yet answered. */
function micLine(own: SupervisionView, say: Say): string {
  const { asked, facts, agent } = own;
  if (!mouthOf(own)) return say(asked.mic === "open" ? "session.opening" : "session.nobody");
  if (asked.mic === "muted") return say("session.closing");
  if (!facts?.mouth) return say("session.opening");
  return facts.mouth.reach === "agent" ? say("session.agent-hears", { agent: agent.name }) : say("session.all-hear");
}

/** Ours is known, the phone's only said: so it promises nothing while our mic is open. */
function phoneLine(own: SupervisionView, say: Say): readonly string[] {
  if (!own.phoneMuted) return [];
  return [say(own.asked.mic === "open" || mouthOf(own) ? "session.phone-muted" : "session.phone-muted-too")];
}

function micSettled({ facts, asked, underWay }: SupervisionView): boolean {
  if (underWay) return false;
  const reach =
    asked.mic === "muted" || asked.mode === "listen" ? undefined : asked.mode === "coach" ? "agent" : "everyone";
  return facts?.mouth?.reach === reach;
}

function visibilityLine({ asked, told, agent }: SupervisionView, say: Say): string {
  const name = { agent: agent.name };
  if (asked.visibility === "hidden") return say("session.hidden", name);
  switch (told) {
    case "not-told":
    case "sending":
    case "waiting":
      return say("session.telling", name);
    case "confirmed":
      return say("session.visible", name);
    case "unconfirmed":
      return say("session.unconfirmed", name);
    default:
      return told satisfies never;
  }
}

function callLine({ other, queue, answeredAt }: SupervisionView, say: Say, now: number): string {
  const who = [other.name, other.number].filter((part) => part !== "").join(" ") || say("board.unknown");
  const parts = [who, ...(queue ? [queue] : []), ...(answeredAt === undefined ? [] : [duration(now - answeredAt)])];
  return parts.join(", ");
}

function besideLine({ name, mode, mic, visibility }: SupervisorBeside, say: Say): string {
  const line = say(mode === "listen" ? "beside.listen" : (`beside.${mode}-${mic}` as const), { name });
  return visibility === "hidden" ? say("beside.hidden", { line }) : line;
}
