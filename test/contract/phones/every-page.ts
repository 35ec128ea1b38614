import { strangersPage } from "../../../src/http/sentences.ts";
import {
  boardOrders,
  type Ending,
  endings,
  parseSearchText,
  type RefusalCode,
  refusals,
  type SupervisionFacts,
} from "../../../src/model/index.ts";
import type { Page, Say, Screen, Setting } from "../../../src/pages/index.ts";
import * as pages from "../../../src/pages/index.ts";
import { ana, kim, lee, mode, s1 } from "../../unit/core/world.ts";
import { sure } from "../../unit/http/fixture.ts";
import {
  agents,
  attached,
  board,
  callOf,
  crowd,
  leg,
  type Making,
  mixed,
  type Names,
  now,
  session,
  viewOf,
} from "./makings.ts";

export type { Names } from "./makings.ts";

const coaching = (mic: "muted" | "open") => ({ mode: "coach", mic, visibility: "visible" }) as const;
const joining = (mic: "muted" | "open") => ({ mode: "join", mic, visibility: "visible" }) as const;
const listening = (visibility: "visible" | "hidden") => ({ mode: "listen", mic: "muted", visibility }) as const;
const reaching = (reach: "agent" | "everyone"): SupervisionFacts => ({ ...attached, mouth: { leg, reach } });
const beside = (names: Pick<Names, "supervisor">, how: "listen" | "coach" | "join", mic: "muted" | "open") =>
  ({ name: names.supervisor, extension: lee.extension, mode: how, mic, visibility: "hidden" }) as const;
const besides = (names: Names) => [
  beside(names, "listen", "muted"),
  beside(names, "coach", "muted"),
  beside(names, "coach", "open"),
  beside(names, "join", "muted"),
  beside(names, "join", "open"),
];
const entry = ({ view }: Setting) => sure(view.board.slice(0, 1)[0]);
const one = (names: Names) => [callOf(names, "c1")];

const sessions: Readonly<Record<string, Making>> = {
  connecting: session({ facts: { ...attached, leg: "ringing" } }),
  "about to be connected": session({ facts: { id: s1, leg: "up" } }),
  "listening, hidden": session({ asked: listening("hidden") }),
  "listening, visible": session({ told: "confirmed", moved: true }),
  "listening, not confirmed": session({ told: "unconfirmed", hiddenAllowed: false, phoneMuted: true }),
  "listening, while told": session({ told: "sending", mouthPossible: false }),
  "coaching, muted": session({ asked: coaching("muted"), secondLeg: true }),
  "coaching, opening": session({ asked: coaching("open") }),
  "coaching, open": session({ asked: coaching("open"), facts: reaching("agent"), phoneMuted: true }),
  "coaching, closing": session({ asked: coaching("muted"), facts: reaching("agent") }),
  "joined, muted": session({ asked: joining("muted") }),
  "joined, open": session({ asked: joining("open"), facts: reaching("everyone"), silent: [""] }),
  private: session({ private: true }),
  "between two agents": session({ between: true }),
  "on hold": session({ facts: { ...attached, leg: "held" } }),
  ending: session({ ending: "left" }),
  "taking over": session({ takingOver: true }),
  "without the PBX": session({}, (setting, own) =>
    pages.sessionPage({ ...setting, view: { ...setting.view, pbx: "away" } }, own),
  ),
  "others beside": (names, screen, say) =>
    session({ others: besides(names), silent: [names.other] })(names, screen, say),
  "what to do": session({}, (setting, own) => pages.sessionMenuPage(setting, own)),
  "what to do, unmuted": session({ asked: coaching("open"), facts: reaching("agent") }, (setting, own) =>
    pages.sessionMenuPage(setting, own),
  ),
  participants: session({}, pages.participantsPage),
  "participants while coaching": session({ asked: coaching("muted") }, pages.participantsPage, [
    mode("coach", "muted"),
  ]),
  "take over": session({ told: "unconfirmed" }, pages.askTakeOverPage),
  "take over, hidden": session({ asked: listening("hidden") }, pages.askTakeOverPage),
  ...Object.fromEntries(
    (["waiting", "seen", "accepted", "not-now", "no-answer"] as const).map((headsUp) => [
      `heads-up ${headsUp}`,
      session({ headsUp }),
    ]),
  ),
  ...Object.fromEntries(
    (Object.keys(refusals) as RefusalCode[]).map((code) => [
      `session refused ${code}`,
      session({}, (setting, own) => pages.sessionPage(setting, own, code)),
    ]),
  ),
};

const boards: Readonly<Record<string, Making>> = {
  "empty board": board(
    () => [],
    (setting) => pages.boardPage(setting, 0),
  ),
  board: board(mixed, (setting) => pages.boardPage(setting, 0)),
  "board with a hand and a private call": board(one, (setting) => pages.boardPage(setting, 0), [
    { type: "help-asked", person: ana.id, raised: true },
  ]),
  "long board": board(crowd, (setting) => pages.boardPage(setting, 1)),
  call: board(one, (setting) => pages.callPage(setting, { ...entry(setting), help: true, refusal: "call-private" })),
  "call on hold": board(one, (setting) => pages.callPage(setting, { ...entry(setting), state: "held" })),
  "ringing call": board(one, (setting) => pages.callPage(setting, { ...entry(setting), state: "ringing" })),
  "visible or hidden": board(one, (setting) => pages.askListenPage(setting, entry(setting))),
  "visible alone": board(one, (setting) => pages.askListenPage(setting, { ...entry(setting), hiddenAllowed: false })),
  "no row": board(one, pages.choosePage),
  find: board(one, pages.findPage),
  "typing digits": board(one, (setting) => pages.findInputPage(setting, "digits")),
  "typing letters": board(one, (setting) => pages.findInputPage(setting, "text")),
  found: board(one, (setting) => pages.foundPage(setting, sure(parseSearchText("2")), 0)),
  "nothing found": (names, screen, say) =>
    board(one, (setting) =>
      pages.foundPage(setting, parseSearchText(`${names.queue.slice(0, 31)}#`) ?? sure(parseSearchText("#")), 0),
    )(names, screen, say),
  PIN: board(one, (setting) => pages.pinPage(setting, { to: "press", act: "coach-anyway", leg }, undefined)),
  "wrong PIN": board(one, (setting) => pages.pinPage(setting, { to: "press", act: "coach-anyway", leg }, 4)),
  "ask somebody": (names, screen, say) =>
    board(one, (setting) => pages.askSomebodyPage(setting, "pin-not-set", [names.supervisor]))(names, screen, say),
  "ask an administrator": board(one, (setting) => pages.askSomebodyPage(setting, "pin-locked", [])),
  awaiting: (names, screen, say) => {
    const awaits = { agent: { ...ana, name: names.agent }, visibility: "hidden", until: now + 1_800_000 } as const;
    return board(one, (setting) => pages.awaitingPage(setting, awaits))(names, screen, say);
  },
  ...Object.fromEntries(
    boardOrders.map((order) => [
      `find, by ${order}`,
      board(one, pages.findPage, [{ type: "board-sorted", person: kim.id, order }]),
    ]),
  ),
  ...Object.fromEntries(
    (["coach", "join", "heads-up"] as const).flatMap((mode) =>
      (["become-visible", "not-confirmed"] as const).map((why): [string, Making] => [
        `${mode}, ${why}`,
        (names, screen, say) =>
          board(one, (setting) => pages.askAnywayPage(setting, { why, mode, leg, agent: names.agent }))(
            names,
            screen,
            say,
          ),
      ]),
    ),
  ),
  ...Object.fromEntries(
    (Object.keys(refusals) as RefusalCode[]).map((code) => [
      `refused ${code}`,
      board(one, (setting) => pages.refusalPage(setting, code)),
    ]),
  ),
  ...Object.fromEntries(
    endings.map((ending): [string, Making] => [
      `ended ${ending}`,
      (names, screen, say) => endedPage(names, screen, say, ending),
    ]),
  ),
};

const standings: Readonly<Record<string, Making>> = Object.fromEntries([
  ...(["starting", "away", "trouble", "connecting"] as const).map((standing): [string, Making] => [
    standing,
    (_names, _screen, say) => pages.standingPage({ say }, standing),
  ]),
  ...(["unknown", "only-get"] as const).map((text): [string, Making] => [
    text,
    (_names, _screen, say) => strangersPage(say, text),
  ]),
]);

const asks = (names: Names) => [
  { id: "h1", name: names.supervisor, extension: kim.extension, expiresAt: now + 60_000 },
];
const agentPages: Readonly<Record<string, Making>> = {
  "agent, alone": agents({ withMe: { lamp: "off", mic: "muted", supervisors: [] } }, pages.agentPage),
  "agent, asked": (names, screen, say) => agents({ asksMe: asks(names) }, pages.agentPage)(names, screen, say),
  "agent, with everybody": (names, screen, say) =>
    agents(
      { withMe: { lamp: "join", mic: "open", supervisors: besides(names) }, myPrivacy: true, myHand: true },
      pages.agentPage,
    )(names, screen, say),
  "agent, what to do": agents({ maySupervise: true }, pages.agentMenuPage),
  "agent, what to do when asked": (names, screen, say) =>
    agents({ asksMe: asks(names), myHand: true, myPrivacy: true }, pages.agentMenuPage)(names, screen, say),
  "agent, participants": agents({}, pages.participantsPage, [mode("join", "open")]),
  "hand over to": (names, screen, say) => {
    const person = { ...kim, name: names.supervisor };
    const targets = [
      { person, mode: "coach" },
      { person, mode: "join" },
      { person, mode: "listen" },
      { person },
    ] as const;
    return agents({ handOverTargets: () => [...targets, ...targets, ...targets] }, (setting) =>
      pages.transferPage(setting, 0),
    )(names, screen, say);
  },
  "nobody to hand over to": agents({ handOverTargets: () => [] }, (setting) => pages.transferPage(setting, 0)),
  "handing over": (names, screen, say) =>
    agents({ handingOver: { to: { ...kim, name: names.supervisor } } }, (setting) => pages.transferPage(setting, 0))(
      names,
      screen,
      say,
    ),
  "not handed over": (names, screen, say) => {
    const to = { ...kim, name: names.supervisor };
    return agents(
      { handingOver: { to, trouble: "not-answered" }, handOverTargets: () => [{ person: to }] },
      (setting) => pages.transferPage(setting, 0),
    )(names, screen, say);
  },
  "hand-over refused": agents({}, (setting) => pages.transferPage(setting, 0, "more-than-two")),
};

function endedPage(names: Names, screen: Screen, say: Say, ending: Ending): Page {
  const view = viewOf(names, kim, one(names));
  const ended = { agent: { ...ana, name: names.agent }, ending, at: now, trouble: "pbx-away" } as const;
  return pages.endedPage({ view: { ...view, ended }, screen, say, now });
}

/** Every page that the house makes, by name. */
export const everyPage: Readonly<Record<string, Making>> = { ...boards, ...sessions, ...agentPages, ...standings };
