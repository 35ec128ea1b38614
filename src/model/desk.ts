import type { AuditEntry } from "./audit.js";
import type { Direction, EpochMs } from "./calls.js";
import type { CallId, LegId, Mac, PersonId, SupervisionId } from "./ids.js";
import type { Lamp, Notice } from "./indicators.js";
import type { PhonePush } from "./people.js";
import type { PushKind } from "./push.js";
import type { Mic, Mode, Mouth, SupervisionFacts, Told, Visibility } from "./supervisions.js";
import type { PbxStanding } from "./views.js";

/** Whoever can hear or be heard: a leg of a call, or the supervisor of a supervision. */
export type Voice = LegId | SupervisionId;

/** One path that carries sound now. */
export interface Heard {
  readonly listener: Voice;
  readonly speaker: Voice;
}

export interface FloorLeg {
  readonly id: LegId;
  /** The configured person, for an internal party. */
  readonly person?: PersonId;
  /** Hostile where it comes from outside: text, never markup. */
  readonly name: string;
  readonly number: string;
  readonly state: "ringing" | "up";
  readonly holding: boolean;
  readonly certain: boolean;
}

export interface FloorSupervision {
  readonly id: SupervisionId;
  readonly supervisor: { readonly person: PersonId; readonly name: string };
  readonly agent: PersonId;
  readonly leg: LegId;
  /** Asked and allowed. */
  readonly mode: Mode;
  readonly mic: Mic;
  readonly visibility: Visibility;
  readonly told: Told;
  /** What the PBX says; undefined until it has said anything. */
  readonly facts?: SupervisionFacts;
  /** A mouth that may sound at any moment. */
  readonly underWay?: Mouth;
}

/** One call as the desk draws it: who is on it, who supervises it, and who hears whom by what the PBX says. */
export interface FloorCall {
  readonly id: CallId;
  readonly direction: Direction;
  readonly queue?: string;
  readonly startedAt: EpochMs;
  readonly answeredAt?: EpochMs;
  readonly legs: readonly FloorLeg[];
  readonly supervisions: readonly FloorSupervision[];
  readonly heard: readonly Heard[];
}

/** A model of phone that the desk can be asked to draw. */
export interface DeskModel {
  readonly vendor: string;
  readonly model: string;
  /** Which kind of document it shows, as its vendor calls it: the page draws the kinds that it knows. */
  readonly form: string;
}

/** A phone that the desk draws. It fetches its documents from `url`, as a real one does. */
export interface DeskPhone {
  readonly mac: Mac;
  readonly vendor: string;
  readonly model: string;
  /** As of its model; undefined where nothing that the desk draws shows its documents. */
  readonly form?: string;
  readonly person: PersonId;
  readonly name: string;
  readonly extension: string;
  /** May supervise, so that its launcher opens the board. */
  readonly supervises: boolean;
  /** Launcher URL: a key to the phone's pages. Never logged, never in a page's address. */
  readonly url: string;
  /** Whether hook, hold and answering work here (a simulated handset), or on the real phone beside it. */
  readonly hook: "drawn" | "real";
}

/** What a drawn phone's handset is doing: the SIP side of a simulated phone. */
export interface Handset {
  readonly state: "idle" | "ringing" | "talking" | "held";
  /** What the phone's display shows of it; a supervision leg is neutral. */
  readonly title?: string;
}

export const handsetActs = ["answer", "hang-up", "hold", "resume"] as const;
export type HandsetAct = (typeof handsetActs)[number];

/** How a message to a person's device or phone fared. */
export interface PushResult {
  readonly at: EpochMs;
  /** Whose device it is. */
  readonly person: PersonId;
  readonly by: "mqtt" | PhonePush["by"];
  readonly kind: "call" | PushKind;
  readonly result: "sent" | "confirmed" | "unconfirmed" | "failed";
  readonly ms: number;
}

/** How fast the simulated call centre lives: 1 is as fast as a real one. */
export interface Pace {
  readonly speed: number;
  readonly seed: number;
}

/** The first news on every connection of the desk. */
export interface DeskHello {
  readonly type: "hello";
  readonly version: string;
  readonly gateway: string;
  /** `simulator`: nothing here is real. `real`: calls are real, and the page says so. */
  readonly calls: "simulator" | "real";
  /** The gateway's clock. */
  readonly now: EpochMs;
  readonly you?: { readonly person: PersonId; readonly name: string };
  readonly phones: readonly DeskPhone[];
  /** What each of them can be drawn as. */
  readonly models: readonly DeskModel[];
  /** Real phones that can take the supervision leg, and the chosen one; on a real PBX alone. */
  readonly legs?: { readonly choices: readonly DeskLegChoice[]; readonly chosen?: Mac };
  readonly pace?: Pace;
}

export interface DeskLegChoice {
  readonly mac: Mac;
  readonly model: string;
  readonly extension: string;
  readonly name: string;
}

/**
 * What the browser's desk is told, as server-sent events: the event's name is `type`, its data the whole as JSON.
 * After `hello` come `standing`, `floor` and what every panel knows; from then on, changes.
 */
export type DeskNews =
  | DeskHello
  | { readonly type: "standing"; readonly pbx: PbxStanding; readonly broker: "starting" | "away" | "connected" }
  /** Every live call: replaces all. */
  | { readonly type: "floor"; readonly calls: readonly FloorCall[] }
  | { readonly type: "call"; readonly call: FloorCall }
  | { readonly type: "call-gone"; readonly call: CallId }
  | { readonly type: "handset"; readonly phone: Mac; readonly handset: Handset }
  /** As a device read it at the broker with the agent's own account; `unknown` while the gateway is offline there. */
  | { readonly type: "light"; readonly phone: Mac; readonly lamp: Lamp | "unknown" }
  | { readonly type: "notice"; readonly phone: Mac; readonly notice: Notice }
  | { readonly type: "help"; readonly person: PersonId; readonly raised: boolean }
  | {
      readonly type: "topic";
      readonly at: EpochMs;
      readonly topic: string;
      readonly payload: string;
      readonly retained: boolean;
      /** From the publishing to the broker's acknowledgement. */
      readonly ms: number;
    }
  | { readonly type: "audit"; readonly row: AuditEntry }
  | { readonly type: "push"; readonly push: PushResult }
  | { readonly type: "pace"; readonly pace: Pace };
