import type {
  ActionResult,
  Call,
  Clock,
  Extension,
  Leg,
  LegId,
  Mouth,
  PbxEvent,
  RefusalCode,
} from "../../model/index.js";

type FactsEvent = Extract<PbxEvent, { type: "facts" | "facts-ended" }>;

/** What the supervision legs need of the simulated PBX around them. */
export interface SupervisionSettings {
  readonly clock: Clock;
  /** How long the PBX takes for each action. */
  readonly latencyMs: number;
  readonly findLeg: (leg: LegId) => { readonly call: Call; readonly leg: Leg } | undefined;
  /** Why an ear on a leg of this call would show, if it would. */
  readonly traceOn: (call: Call) => RefusalCode | undefined;
  /** The legs that a mouth rides on and that send no sound now. */
  readonly silentUnder: (mouth: Mouth) => readonly LegId[];
  /** Why that leg's call cannot get a third party now, if it cannot. */
  readonly handOverRefusal: (leg: LegId) => ActionResult | undefined;
  /** Puts whoever has that extension on the call of this leg. */
  readonly join: (leg: LegId, extension: Extension) => void;
  /** Has whoever has that extension, and is rung on the call of this leg, answer it. @returns false where they are not. */
  readonly answerFor: (leg: LegId, extension: Extension) => boolean;
  readonly registered: (extension: Extension) => boolean;
  /** After how long a ringing phone is picked up; undefined when somebody does it by hand. */
  readonly pickUpAfterMs: () => number | undefined;
  /** Whether somebody holds the phone of that extension in their hands, and takes it by themselves. */
  readonly attended: (extension: Extension) => boolean;
  readonly connected: () => boolean;
  readonly report: (event: FactsEvent, extension: Extension) => void;
}
