import type { Delivery } from "../dispatch/index.js";
import type { Audit, Clock, Extension, Log, Pbx, PersonId, Pins, RecordingHook } from "../model/index.js";
import type { Writer } from "../state/index.js";
import type { SitePolicy } from "../supervision/index.js";

export interface ControlParts {
  readonly writer: Writer;
  readonly policy: SitePolicy;
  readonly pbx: Pbx;
  readonly audit: Audit;
  /** Without it no PIN is asked for. */
  readonly pins?: Pins;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** True once a device of the agent has shown this heads-up; false when none did while it was open. */
  readonly seen: (headsUp: string) => Promise<boolean>;
  /** Where the site has its recordings paused while a call is private: those of the PBX, and a recorder of its own. */
  readonly recordings?: { readonly ofPbx: boolean; readonly hook?: RecordingHook };
  readonly delivery: (agent: PersonId, supervisor: Extension) => Delivery;
}
