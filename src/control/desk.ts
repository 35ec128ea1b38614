import { audience } from "../audience/index.js";
import type { Clock, LegId, Mac, Person, PersonId, Phone, Secret, View } from "../model/index.js";
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
  type Link,
  type Page,
  type PressAct,
  participantsPage,
  pinPage,
  refusalPage,
  type SayTo,
  type Screen,
  type Setting,
  sessionMenuPage,
  sessionPage,
  standingPage,
  transferPage,
} from "../pages/index.js";
import type { Writer } from "../state/index.js";
import type { SitePolicy } from "../supervision/index.js";
import type { Control } from "./control.js";
import type { PressOutcome } from "./press.js";

/** A link to a page that shows and changes nothing. */
export type ShowLink = Extract<
  Link,
  { to: "home" | "board" | "find" | "found" | "call" | "ask-listen" | "session" | "menu" | "participants" | "transfer" }
>;
/** The softkeys of a list that work on the highlighted row. */
export type Pick = Extract<Link, { to: "pick" }>["pick"];

export const saferActs = ["mute", "back", "leave", "private"] as const satisfies readonly PressAct[];
/** Acts that let somebody hear less. They are never refused for their step or their signature. */
export type SaferAct = (typeof saferActs)[number];

/** The presses of the agent's page. */
const agentsActs = [
  "accept",
  "not-now",
  "private",
  "private-off",
  "raise-hand",
  "lower-hand",
] as const satisfies readonly PressAct[];

/** What a phone asks for, once its URL has been read and the signature of a press checked. */
export type PhoneRequest =
  | { readonly kind: "show"; readonly link: ShowLink }
  /** Signed by this gateway for this phone, act, leg and step. Whether the step is the present one, the desk decides. */
  | {
      readonly kind: "press";
      readonly act: PressAct;
      readonly leg?: LegId;
      readonly step: number;
      /** What was typed on the page that this press was given out with. */
      readonly secret?: Secret;
    }
  /** Without a step, or with a signature that is not ours. Other acts never come this way: they become a show of home. */
  | { readonly kind: "unsigned-press"; readonly act: SaferAct; readonly leg?: LegId }
  /** An agent's, signed as a press is. */
  | { readonly kind: "hand-over"; readonly person: PersonId; readonly step: number }
  /** Without `leg` where the phone sent no selection. Signed as a press is. */
  | { readonly kind: "pick"; readonly pick: Pick; readonly leg?: LegId; readonly step: number };

export interface DeskAnswer {
  readonly page: Page;
  /** The step that the presses on this page carry. */
  readonly step: number;
}

export interface DeskParts {
  readonly writer: Writer;
  readonly policy: SitePolicy;
  readonly control: Control;
  readonly phones: { get(mac: Mac): Phone | undefined };
  readonly clock: Clock;
  readonly say: SayTo;
}

/** What stands behind the phone pages: does what was pressed, and says what is true now. */
export class Desk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /**
   * The page for this phone, and the step its presses carry. `from.host` is the address that the request came from.
   * @throws when the phone is not one of ours: tokens are given out for configured phones alone.
   */
  async answer(mac: Mac, request: PhoneRequest, from: { readonly host: string }, screen: Screen): Promise<DeskAnswer> {
    const { phones, writer } = this.#parts;
    const phone = phones.get(mac);
    const person = phone && writer.state.people.get(phone.owner);
    if (!phone || !person) throw new Error(`no configured phone has the MAC ${mac}`);
    const outcome = await this.#act(person, phone, request, from.host);
    const setting = this.#setting(person, screen);
    return { page: this.#page(setting, phone, request, outcome), step: setting.view.step };
  }

  async #act(person: Person, phone: Phone, request: PhoneRequest, from: string): Promise<PressOutcome | undefined> {
    const { control, writer } = this.#parts;
    const who = { supervisor: person.id, phone, from };
    const leg = "leg" in request && request.leg ? { leg: request.leg } : {};
    switch (request.kind) {
      case "show":
        if (request.link.to === "board" && request.link.order)
          writer.take({ type: "board-sorted", person: person.id, order: request.link.order });
        return request.link.to === "ask-listen"
          ? control.press({
              ...who,
              act: "listen",
              leg: request.link.leg,
              signed: true,
              step: writer.state.steps.get(person.id) ?? 0,
            })
          : undefined;
      case "press":
        return control.press({
          ...{ ...who, ...leg, act: request.act, signed: true, step: request.step },
          ...(request.secret && { secret: request.secret }),
        });
      case "unsigned-press":
        return control.press({ ...who, ...leg, act: request.act, signed: false, step: -1 });
      case "hand-over":
        return control.press({ ...who, act: "hand-over", to: request.person, signed: true, step: request.step });
      case "pick":
        return request.leg
          ? control.press({ ...who, ...leg, act: request.pick, signed: true, step: request.step })
          : undefined;
      default:
        return request satisfies never;
    }
  }

  #administrators(): readonly string[] {
    const people = [...this.#parts.writer.state.people.values()];
    return people.filter(({ role }) => role === "administrator").map(({ name }) => name);
  }

  #setting(person: Person, screen: Screen): Setting {
    const { writer, policy, say, clock } = this.#parts;
    const view = audience(writer.state, policy, person);
    return { view, screen, say: say(person.id, screen), now: clock.now() };
  }

  #page(setting: Setting, phone: Phone, request: PhoneRequest, outcome: PressOutcome | undefined): Page {
    const { view } = setting;
    if (view.pbx === "starting") return standingPage(setting, "starting");
    switch (outcome?.kind) {
      case "refused":
        if (request.kind === "hand-over") return transferPage(setting, 0, outcome.code);
        if (outcome.code === "pin-not-set" || outcome.code === "pin-locked") {
          return askSomebodyPage(setting, outcome.code, this.#administrators());
        }
        return view.own ? sessionPage(setting, view.own, outcome.code) : refusalPage(setting, outcome.code);
      case "ask-listen": {
        const entry = view.board.find(outcome.leg);
        return entry ? askListenPage(setting, entry) : refusalPage(setting, "call-gone");
      }
      case "ask-anyway": {
        const agent = (view.own ?? view.board.find(outcome.leg))?.agent.name;
        return agent ? askAnywayPage(setting, { ...outcome, agent }) : refusalPage(setting, "call-gone");
      }
      case "ask-take-over":
        return view.own ? askTakeOverPage(setting, view.own) : truth(setting);
      case "ask-pin": {
        const { act, leg, left } = outcome;
        return pinPage(setting, { to: "press", act, ...(leg && { leg }) }, left);
      }
      case "shown":
        if (request.kind === "hand-over") return view.handingOver ? transferPage(setting, 0) : home(setting);
        return isAgents(request) && !view.own ? home(setting) : truth(setting);
      case undefined:
        return request.kind === "pick" ? choosePage(setting) : shown(setting, phone, request);
      default:
        return outcome satisfies never;
    }
  }
}

function shown(setting: Setting, phone: Phone, request: PhoneRequest): Page {
  const { view } = setting;
  if (request.kind !== "show") return truth(setting);
  switch (request.link.to) {
    case "home":
      // The supervision belongs to the phone that began it; another one of the same person has its board.
      if (view.own?.phone === phone.mac) return sessionPage(setting, view.own);
      return view.awaits && !view.own && !onOwnCall(view) ? awaitingPage(setting, view.awaits) : home(setting);
    case "session":
    case "ask-listen":
      return truth(setting);
    case "transfer":
      return view.handingOver || view.handOverTargets().length > 0
        ? transferPage(setting, request.link.page)
        : home(setting);
    case "menu":
      return menu(setting);
    case "participants":
      return participantsPage(setting);
    case "board":
    case "find":
    case "found":
      return view.maySupervise ? calls(setting, request.link) : refusalPage(setting, "role-may-not-supervise");
    case "call": {
      if (!view.maySupervise) return refusalPage(setting, "role-may-not-supervise");
      const entry = view.board.find(request.link.leg);
      return entry ? callPage(setting, entry) : refusalPage(setting, "call-gone");
    }
    default:
      return request.link satisfies never;
  }
}

/** What is true now for somebody who was supervising: the session, how it ended, or the board. */
function truth(setting: Setting): Page {
  const { view } = setting;
  if (view.own) return sessionPage(setting, view.own);
  if (view.awaits) return awaitingPage(setting, view.awaits);
  return view.ended ? endedPage(setting) : home(setting);
}

/** A press of the agent's page: whoever they are, that page is what they came from. */
function isAgents(request: PhoneRequest): boolean {
  return "act" in request && agentsActs.some((act) => act === request.act);
}

/** The list of what can be done now, where there is more than the page itself has. */
function menu(setting: Setting): Page {
  const { own } = setting.view;
  const page = own && sessionPage(setting, own);
  if (own && page?.kind === "text" && page.done.to === "menu") return sessionMenuPage(setting, own);
  return (!own && hasAgentsPage(setting.view) && agentMenuPage(setting)) || truth(setting);
}

function home(setting: Setting): Page {
  return hasAgentsPage(setting.view) ? agentPage(setting) : calls(setting, { to: "board", page: 0 });
}

/** Who is asked something, or has a call of their own, sees that first, whatever their role. */
function hasAgentsPage(view: View): boolean {
  return !view.maySupervise || view.asksMe.length > 0 || onOwnCall(view);
}

function onOwnCall({ own, myCall }: View): boolean {
  return !own && myCall.state !== "idle";
}

/** The board, and the ways to find a call on it. */
function calls(setting: Setting, link: Extract<ShowLink, { to: "board" | "find" | "found" }>): Page {
  if (setting.view.pbx === "away") return standingPage(setting, "away");
  switch (link.to) {
    case "board":
      return boardPage(setting, link.page, link.at);
    case "find":
      return link.input ? findInputPage(setting, link.input) : findPage(setting);
    case "found":
      return foundPage(setting, link.text, link.page, link.at);
    default:
      return link satisfies never;
  }
}
