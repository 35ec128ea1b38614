import { audience } from "../../../src/audience/index.ts";
import { tortureTexts } from "../../../src/http/torture.ts";
import type { Call, OwnEvent, PbxEvent, Person } from "../../../src/model/index.ts";
import { parseSearchText } from "../../../src/model/index.ts";
import {
  agentMenuPage,
  agentPage,
  askAnywayPage,
  askListenPage,
  askSomebodyPage,
  askTakeOverPage,
  awaitingPage,
  boardPage,
  callPage,
  choosePage,
  endedPage,
  findInputPage,
  findPage,
  foundPage,
  type Page,
  participantsPage,
  pinPage,
  refusalPage,
  type Screen,
  type Setting,
  sessionMenuPage,
  sessionPage,
  standingPage,
  transferPage,
} from "../../../src/pages/index.ts";
import {
  ana,
  asked,
  customerCall,
  facts,
  kim,
  legId,
  mode,
  outsideLeg,
  s1,
  stateWith,
  told,
} from "../../unit/core/world.ts";
import { sure } from "../../unit/http/fixture.ts";
import { texts } from "../../unit/http/words.ts";

/** Pages as the house makes them, from a state; what they say is what people and callers are called. */
interface Scene {
  readonly by: Person;
  readonly calls: readonly Call[];
  readonly events?: readonly (PbxEvent | OwnEvent)[];
  readonly page: (setting: Setting) => Page | undefined;
}

const named = (name: string, id = "c81"): Call => {
  const call = customerCall(id, ana, {}, { queue: name });
  return {
    ...call,
    legs: [...call.legs.slice(0, 1), outsideLeg(`${id}-c`, { party: { kind: "external", name, number: name } })],
  };
};
const crowd = (name: string): readonly Call[] => Array.from({ length: 30 }, (_, place) => named(name, `c${place}`));
const words = (text: string) => sure(parseSearchText(text));
const leg = legId("c1-agent");
const press = { to: "press", act: "listen-hidden", leg } as const;

/** Kim supervises Ana on a call of that name. */
const supervised = (
  name: string,
  events: readonly (PbxEvent | OwnEvent)[],
  page: Scene["page"],
  by: Person = kim,
): Scene => ({
  by,
  calls: [named(name, "c1")],
  events: [asked("visible"), told("confirmed"), facts(), ...events],
  page,
});
const own = (make: (setting: Setting, own: NonNullable<Setting["view"]["own"]>) => Page) => (setting: Setting) =>
  make(setting, sure(setting.view.own));
const entry = (setting: Setting) => sure(setting.view.board.find(leg));
const ended: PbxEvent = { type: "facts-ended", supervision: s1, ending: "call-ended" };

const scenes: Readonly<Record<string, (name: string) => Scene>> = {
  board: (name) => ({ by: kim, calls: [named(name)], page: (setting) => boardPage(setting, 0) }),
  "empty board": () => ({ by: kim, calls: [], page: (setting) => boardPage(setting, 0) }),
  "long board": (name) => ({ by: kim, calls: crowd(name), page: (setting) => boardPage(setting, 1) }),
  find: (name) => ({ by: kim, calls: [named(name)], page: findPage }),
  "typing digits": () => ({ by: kim, calls: [], page: (setting) => findInputPage(setting, "digits") }),
  "typing letters": () => ({ by: kim, calls: [], page: (setting) => findInputPage(setting, "text") }),
  found: (name) => ({ by: kim, calls: [named(name)], page: (setting) => foundPage(setting, words("ana"), 0) }),
  "nothing found": (name) => ({
    by: kim,
    calls: [],
    page: (setting) => foundPage(setting, parseSearchText(name) ?? words("W".repeat(32)), 0),
  }),
  call: (name) => ({ by: kim, calls: [named(name, "c1")], page: (setting) => callPage(setting, entry(setting)) }),
  "ask listen": (name) => ({
    by: kim,
    calls: [named(name, "c1")],
    page: (setting) => askListenPage(setting, entry(setting)),
  }),
  "ask anyway": (name) => ({
    by: kim,
    calls: [],
    page: (setting) => askAnywayPage(setting, { why: "become-visible", mode: "coach", leg, agent: name }),
  }),
  "ask take-over": (name) => supervised(name, [], own(askTakeOverPage)),
  pin: () => ({ by: kim, calls: [], page: (setting) => pinPage(setting, press, 2) }),
  "ask somebody": (name) => ({
    by: kim,
    calls: [],
    page: (setting) => askSomebodyPage(setting, "pin-not-set", [name]),
  }),
  choose: () => ({ by: kim, calls: [], page: choosePage }),
  connecting: (name) => ({
    ...supervised(name, [], own(sessionPage)),
    events: [asked("hidden")],
  }),
  "session listen": (name) => supervised(name, [], own(sessionPage)),
  "session coach": (name) => supervised(name, [mode("coach", "muted")], own(sessionPage)),
  "session join": (name) => supervised(name, [mode("join", "open")], own(sessionPage)),
  "session refused": (name) =>
    supervised(
      name,
      [],
      own((setting, view) => sessionPage(setting, view, "second-leg")),
    ),
  menu: (name) => supervised(name, [], own(sessionMenuPage)),
  participants: (name) => supervised(name, [], participantsPage),
  ended: (name) => supervised(name, [ended], endedPage),
  awaiting: (name) => ({
    by: kim,
    calls: [named(name)],
    page: (setting) =>
      awaitingPage(setting, { agent: { ...ana, name }, until: setting.now + 600_000, visibility: "hidden" }),
  }),
  refusal: () => ({ by: kim, calls: [], page: (setting) => refusalPage(setting, "call-gone") }),
  starting: () => ({ by: kim, calls: [], page: (setting) => standingPage(setting, "starting") }),
  agent: (name) => supervised(name, [], agentPage, ana),
  "agent menu": (name) => supervised(name, [], agentMenuPage, ana),
  "participants of an agent": (name) => ({ by: ana, calls: [named(name)], page: participantsPage }),
  transfer: (name) => supervised(name, [], (setting) => transferPage(setting, 0), ana),
};

export const sceneNames: readonly string[] = Object.keys(scenes);
export const tortureNames: readonly string[] = Object.keys(tortureTexts);

/** The page of a scene for a screen, in which people and callers are called `name`. */
export function sceneOf(scene: string, name: string, screen: Screen): Page {
  const { by, calls, events = [], page } = sure(scenes[scene])(name);
  const view = audience(stateWith(calls, ...events), { hidden: "allowed" }, by);
  return sure(page({ view, screen, say: texts.to(undefined, screen), now: 65_000 }));
}
