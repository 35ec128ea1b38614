import type { Clock, Config, Log, Pbx, Person } from "../model/index.js";
import { SimulatorPbx } from "./simulator/index.js";

/** What any adapter is made from. */
export interface PbxParts<Kind extends Config["pbx"]["kind"]> {
  readonly config: Extract<Config["pbx"], { kind: Kind }>;
  readonly people: readonly Person[];
  readonly gateway: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Every kind of PBX, one line each, by the name that the configuration uses. */
const kinds: { readonly [Kind in Config["pbx"]["kind"]]: (parts: PbxParts<Kind>) => Pbx } = {
  simulator: ({ config, people, clock }) => new SimulatorPbx({ people, clock, seed: config.seed }),
};

/** The adapter for the configured PBX, not started. */
export function makePbx<Kind extends Config["pbx"]["kind"]>(parts: PbxParts<Kind>): Pbx {
  const make: (parts: PbxParts<Kind>) => Pbx = kinds[parts.config.kind as Kind];
  return make(parts);
}
