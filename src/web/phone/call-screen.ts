import type { Handset, HandsetAct } from "../../model/desk.js";

/** A softkey of the phone's own screens, where no document says what it does. */
export interface OwnKey {
  readonly label: string;
  readonly does: HandsetAct | "app";
}

const answer: OwnKey = { label: "Answer", does: "answer" };
const reject: OwnKey = { label: "Reject", does: "hang-up" };
const hold: OwnKey = { label: "Hold", does: "hold" };
const resume: OwnKey = { label: "Resume", does: "resume" };
const end: OwnKey = { label: "End", does: "hang-up" };

/** The four softkeys of the call screen; `app` leads back to the pages. */
export function callKeys(state: Handset["state"], launcher: string): readonly (OwnKey | undefined)[] {
  const app: OwnKey = { label: launcher, does: "app" };
  switch (state) {
    case "idle":
      return [undefined, undefined, undefined, undefined];
    case "ringing":
      return [answer, undefined, app, reject];
    case "talking":
      return [hold, undefined, app, end];
    case "held":
      return [resume, undefined, app, end];
    default:
      return state satisfies never;
  }
}

/** What the call screen says of the call. */
export function callWords(state: Handset["state"]): string {
  switch (state) {
    case "idle":
      return "";
    case "ringing":
      return "Incoming call";
    case "talking":
      return "Connected";
    case "held":
      return "On hold";
    default:
      return state satisfies never;
  }
}

/** What lifting or laying the handset does now; undefined where there is no call. */
export function hookAct(state: Handset["state"]): HandsetAct | undefined {
  if (state === "idle") return undefined;
  return state === "ringing" ? "answer" : "hang-up";
}
