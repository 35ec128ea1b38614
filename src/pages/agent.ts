import type { Mic, Mode, View } from "../model/index.js";
import type { Setting } from "./board.js";
import { keyOf, press, rowOf } from "./keys.js";
import type { Key, ListPage, Page } from "./page.js";
import type { Say } from "./texts.js";

const home = { to: "home" } as const;
const menu = { to: "menu" } as const;
const firstBoard = { to: "board", page: 0 } as const;
const refreshSeconds = 5;
const menuRefreshSeconds = 10;
/** Of the softkeys; the list of all is behind OK. */
const mostActs = 3;
/** Where there are fewer that matter, the page can be asked for again by a key. */
const mostActsWithUpdate = 2;

/** The agent's page: each visible supervisor, their mode, and whether a mic is open (R11). */
export function agentPage({ view, say }: Setting): Page {
  const shown = view.withMe.supervisors.map(({ name, mode, mic }) => say(agentLine(mode, mic), { name }));
  const [asked] = view.asksMe;
  const first = firstActs(view, say);
  const acts = [...first, ...otherActs(view, say)];
  const calls = callsKeys(view, say);
  const most = first.length > mostActsWithUpdate ? mostActs : mostActsWithUpdate;
  return {
    kind: "text",
    title: say("agent.title"),
    lines: [
      ...(asked ? [say("agent.asked", { name: asked.name })] : []),
      ...(view.myPrivacy ? [say("agent.private")] : []),
      ...(view.myHand ? [say("agent.help")] : []),
      ...(shown.length > 0 ? shown : [say("agent.nobody")]),
    ],
    ...(acts.length > most && { doneHint: say("agent.more"), doneRow: say("session.everything") }),
    more: [...acts.slice(most), ...(most < mostActs ? [] : calls)],
    keys: [
      ...acts.slice(0, most),
      ...(most < mostActs ? [calls[0] ?? keyOf(say, "label.update", home)] : []),
      keyOf(say, "label.exit", { to: "exit" }),
    ],
    refresh: { seconds: refreshSeconds, link: home },
    done: acts.length > 0 ? menu : home,
  };
}

/** Everything that can be done on the agent's page, as a list; undefined where there is nothing. */
export function agentMenuPage({ view, say }: Setting): ListPage | undefined {
  const [asked] = view.asksMe;
  const first = firstActs(view, say);
  const acts = [...first, ...otherActs(view, say)];
  if (acts.length === 0) return undefined;
  return {
    kind: "list",
    title: asked ? say("agent.asked", { name: asked.name }, "title") : say("menu.title"),
    rows: [...acts, ...callsKeys(view, say)].map(rowOf),
    keys: [...acts.slice(0, Math.max(first.length, 1)), keyOf(say, "label.no", home)],
    refresh: { seconds: menuRefreshSeconds, link: menu },
    back: home,
  };
}

/** What somebody waits for, or a customer's card number does: an answer to a heads-up (R15), and private (R20). */
function firstActs({ asksMe, myCall, myPrivacy }: View, say: Say): readonly Key[] {
  return [
    ...(asksMe.length > 0 ? [press(say, "accept", "label.accept"), press(say, "not-now", "label.not-now")] : []),
    ...(myCall.state === "idle"
      ? []
      : [myPrivacy ? press(say, "private-off", "label.private-off") : press(say, "private", "label.private")]),
  ];
}

function otherActs(view: View, say: Say): readonly Key[] {
  const { myCall, myHand, participants, handingOver } = view;
  // The way to the list of those whom the call can go to, while there is such a call (R13).
  const transfer = handingOver !== undefined || view.handOverTargets().length > 0;
  return [
    ...(myHand ? [press(say, "lower-hand", "label.lower-hand")] : []),
    ...(!myHand && myCall.state !== "idle" ? [press(say, "raise-hand", "label.raise-hand")] : []),
    ...(transfer ? [keyOf(say, "label.transfer", { to: "transfer", page: 0 })] : []),
    ...(participants ? [keyOf(say, "label.participants", { to: "participants" })] : []),
  ];
}

/** The way to the board, for whoever has one: it is what they see while they have no call. */
function callsKeys({ maySupervise }: View, say: Say): readonly Key[] {
  return maySupervise ? [keyOf(say, "label.calls", firstBoard)] : [];
}

function agentLine(mode: Mode, mic: Mic) {
  return mode === "listen" ? "agent.listen" : (`agent.${mode}-${mic}` as const);
}
