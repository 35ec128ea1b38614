import type { FloorSupervision, Handset } from "../../model/desk.js";
import type { PageSeen } from "../phone/form.js";
import type { Pointed } from "../phone/pointer.js";

/** What a step may look at: never what was clicked, only what came of it. */
export interface Sight {
  readonly page: PageSeen | undefined;
  /** A call lies over the page. */
  readonly covered: boolean;
  readonly handset: Handset["state"];
  /** The supervision of the drawn supervisor, by the PBX and the gateway. */
  readonly own: FloorSupervision | undefined;
  /** Agents whose phones are on the page, so that their lamps can be watched. */
  readonly watched: readonly string[];
  /** The PBX carries sound to the supervisor. */
  readonly hears: boolean;
}

export interface Advice {
  readonly say: string;
  readonly press?: Pointed;
}

export interface Step {
  readonly title: string;
  /** What to look at once it is so. */
  readonly look: string;
  readonly done: (sight: Sight) => boolean;
  readonly next: (sight: Sight) => Advice;
}

const softkey = (label: string, say: string): Advice => ({ say, press: { softkey: label } });
const launcher: Pointed = { key: "launcher" };

export const steps: readonly Step[] = [
  {
    title: "Open the list",
    look: "The calls that are live now, on the phone that is already on the desk.",
    done: ({ page, covered, own }) => own !== undefined || (page?.kind === "list" && !covered),
    next: ({ page, covered }) => {
      if (page && !covered) return softkey("Update", "No call is live at this moment. One will be here soon.");
      return { say: "Press the key Calls beside the screen.", press: launcher };
    },
  },
  {
    title: "Listen, hidden",
    look: "Two arrows lead to Kim, none leads away. The agent’s phone has not changed.",
    done: ({ own, hears }) => own?.mode === "listen" && own.visibility === "hidden" && hears,
    next: (sight) =>
      connecting(sight) ?? begin(sight) ?? onlyListen(sight) ?? softkey("Hide", "You are visible now. Press Hide."),
  },
  {
    title: "Become visible",
    look: "The agent’s lamp is green, and a notice says your name.",
    done: ({ own, hears }) => own?.visibility === "visible" && hears && own.told !== "not-told",
    next: (sight) =>
      begin(sight) ?? onlyListen(sight) ?? softkey("Visible", "Press Visible. The agent is told your name."),
  },
  {
    title: "Coach",
    look: "An arrow leads to the agent alone: the customer does not hear Kim.",
    done: ({ own }) => own?.mode === "coach" && own.facts?.mouth?.reach === "agent",
    next: (sight) => speak(sight, "coach"),
  },
  {
    title: "Join",
    look: "Everybody hears everybody. The agent’s lamp is red.",
    done: ({ own }) => own?.mode === "join" && own.facts?.mouth?.reach === "everyone",
    next: (sight) => speak(sight, "join"),
  },
];

const oneMoment: Advice = { say: "One moment: the phone system connects you." };

/** From the handset's lifting to the first sound nothing is to be pressed, though the call lies over the page. */
function connecting({ handset, own, hears }: Sight): Advice | undefined {
  return own && handset === "talking" && !hears ? oneMoment : undefined;
}

/** What to press until the supervisor hears the call; undefined once they do. */
function begin(sight: Sight): Advice | undefined {
  const { page, covered, handset, own, hears } = sight;
  if (handset === "ringing") return { say: "Kim’s phone rings. Lift the handset.", press: { key: "hook" } };
  if (own && handset === "held") {
    const say = "The call is on hold. Press Resume.";
    return covered ? softkey("Resume", say) : { say };
  }
  if (covered && handset !== "idle")
    return { say: "The call lies over the page. Press Calls to come back.", press: launcher };
  if (own && hears)
    return offers(page, "Leave") ? undefined : { say: "Press Calls to see what you can do.", press: launcher };
  if (own) return oneMoment;
  if (offers(page, "Hidden")) return softkey("Hidden", "Press Hidden: nobody is told.");
  const better = towardsWatched(sight);
  if (better) return better;
  if (offers(page, "Listen")) return softkey("Listen", "Choose a call with the arrows, then press Listen.");
  const opening = openCall(sight);
  if (opening) return opening;
  if (offers(page, "Calls")) return softkey("Calls", "That call is over. Press Calls and choose another.");
  if (offers(page, "Update")) return softkey("Update", "No call is live at this moment. One will be here soon.");
  return { say: "Press Calls to open the list.", press: launcher };
}

/** A call whose agent's phone can be seen shows more: their lamp, their notices. A ringing one cannot be heard yet. */
function towardsWatched({ page, watched }: Sight): Advice | undefined {
  if (page?.kind !== "list") return undefined;
  const found = page.rows.map((row) => watched.find((name) => !row.startsWith("~") && row.includes(name)));
  const at = found.findIndex((name) => name !== undefined);
  const name = found[at];
  if (name === undefined || found[page.row] !== undefined) return undefined;
  const key = at > page.row ? "down" : "up";
  return { say: `Move ${key} to the call of ${name}: that phone is on this page.`, press: { key } };
}

const call = /\d:\d\d/;

/** A list whose softkeys do not work on its rows: a row opens the page of its call, and that has Listen. */
function openCall({ page }: Sight): Advice | undefined {
  if (page?.kind !== "list" || !page.rows.some((row) => call.test(row))) return undefined;
  if (call.test(page.rows[page.row] ?? ""))
    return { say: "Press Select: the page of this call opens.", press: { key: "ok" } };
  return { say: "Move down to a call.", press: { key: "down" } };
}

function onlyListen({ own }: Sight): Advice | undefined {
  return own?.mode === "listen"
    ? undefined
    : softkey("Listen", "You may be heard in this mode. Press Listen to begin anew.");
}

function speak(sight: Sight, mode: "coach" | "join"): Advice {
  const first = begin(sight);
  if (first) return first;
  const label = mode === "coach" ? "Coach" : "Join";
  const { own, page } = sight;
  if (offers(page, "Go on")) return softkey("Go on", "Press Go on: the agent will see you.");
  if (own?.mode !== mode) return softkey(label, `Press ${label}.${mode === "coach" ? " It begins muted." : ""}`);
  if (own.mic === "muted") return softkey("Unmute", "Nobody hears you yet. Press Unmute.");
  return { say: "Your microphone is being opened." };
}

function offers(page: PageSeen | undefined, label: string): boolean {
  return page?.labels.includes(label) ?? false;
}
