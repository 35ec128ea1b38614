import type { Clock, Extension, PbxEvent } from "../../model/index.js";
import type { LiveCalls } from "./live-calls.js";
import type { PickUps } from "./pick-ups.js";
import type { Registrations } from "./registrations.js";

type FactsEvent = Extract<PbxEvent, { type: "facts" | "facts-ended" }>;

/** What the supervision legs need of the simulated PBX around them. */
export interface SupervisionSettings {
  readonly clock: Clock;
  /** How long the PBX takes for each action. */
  readonly latencyMs: number;
  readonly calls: LiveCalls;
  readonly registrations: Registrations;
  readonly pickUps: PickUps;
  readonly connected: () => boolean;
  readonly report: (event: FactsEvent, extension: Extension) => void;
}

/** Even a PBX without latency answers later than it is asked, so that what closes can overtake. */
export function latency({ clock, latencyMs }: Pick<SupervisionSettings, "clock" | "latencyMs">): Promise<void> {
  return latencyMs === 0 ? Promise.resolve() : new Promise((resolve) => clock.after(latencyMs, resolve));
}
