import type { AuditAct, LegId, PersonId, Phone, RefusalCode, Secret } from "../model/index.js";
import type { PressAct } from "../pages/index.js";
import type { AskPin } from "./shifts.js";

/** A validated press: who pressed what, on which phone, from which address, at which step. */
export interface Press {
  readonly supervisor: PersonId;
  readonly phone: Phone;
  /** Host the request came from. */
  readonly from: string;
  readonly act: PressAct | "listen" | "hand-over";
  /** The agent's leg, for what begins on the board. */
  readonly leg?: LegId;
  /** Whom an agent gives their call to. */
  readonly to?: PersonId;
  readonly step: number;
  /** Whether the URL was one that we gave out for this act, leg and step. */
  readonly signed: boolean;
  /** Digits that were typed on the page that the press was given out with. */
  readonly secret?: Secret;
}

/** What came of a press. `shown` means: show what is true now. */
export type PressOutcome =
  | { readonly kind: "shown" }
  | { readonly kind: "ask-listen"; readonly leg: LegId }
  | {
      readonly kind: "ask-anyway";
      readonly why: "become-visible" | "not-confirmed";
      readonly mode: "coach" | "join" | "heads-up";
      readonly leg: LegId;
    }
  | { readonly kind: "ask-take-over"; readonly agent: PersonId }
  | AskPin
  | { readonly kind: "refused"; readonly code: RefusalCode };

/** What the record calls a press. */
export function actOf(act: Press["act"]): AuditAct {
  switch (act) {
    case "listen":
    case "listen-visible":
    case "listen-hidden":
      return "listen";
    case "coach":
    case "coach-anyway":
      return "coach";
    case "join":
    case "join-anyway":
      return "join";
    case "back":
      return "back-to-listen";
    case "take-over":
    case "take-over-anyway":
      return "take-over";
    case "heads-up":
    case "heads-up-anyway":
      return "heads-up";
    case "accept":
    case "not-now":
      return "heads-up-answered";
    case "mute":
    case "unmute":
    case "visible":
    case "hide":
    case "leave":
    case "await-call":
    case "hand-over":
    case "raise-hand":
    case "lower-hand":
    case "private":
    case "private-off":
      return act;
    default:
      return act satisfies never;
  }
}
