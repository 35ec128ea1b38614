import type { AsteriskConfig, Clock, Config, Log, Pbx, Person } from "../model/index.js";
import { AsteriskPbx, probeAsterisk } from "./asterisk/index.js";
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
  asterisk: (parts) => new AsteriskPbx(parts),
  simulator: ({ config, people, clock }) => new SimulatorPbx({ people, clock, seed: config.seed }),
};

export { asteriskSetup, type Setup, type SetupFile, setupText } from "./asterisk/index.js";

/** One thing that can be tried of a PBX, with its answer in words. */
export interface PbxProbe {
  readonly name: string;
  run(): Promise<{ readonly ok: boolean; readonly sentence: string }>;
}

/** The adapter for the configured PBX, not started. */
export function makePbx<Kind extends Config["pbx"]["kind"]>(parts: PbxParts<Kind>): Pbx {
  const make: (parts: PbxParts<Kind>) => Pbx = kinds[parts.config.kind as Kind];
  return make(parts);
}

/** What `earshot check` tries of the configured PBX; never its running gateway's own connection. */
export function probePbx(config: Config["pbx"]): readonly PbxProbe[] {
  switch (config.kind) {
    case "simulator":
      return [];
    case "asterisk":
      return asteriskProbes(config);
    default:
      return config satisfies never;
  }
}

function asteriskProbes(config: AsteriskConfig): readonly PbxProbe[] {
  const tried = once(() => probeAsterisk(config));
  const ari: PbxProbe = {
    name: "pbx.ari",
    run: async () => {
      const { ari: found } = await tried();
      const sentence = found.ok ? `Asterisk ${found.version ?? ""} answers` : (found.why ?? "it did not answer");
      return { ok: found.ok, sentence };
    },
  };
  const ami: PbxProbe = {
    name: "pbx.ami",
    run: async () => {
      const { ami: found } = await tried();
      const ok = found?.ok === true;
      return { ok, sentence: ok ? "the login is accepted" : (found?.why ?? "it did not answer") };
    },
  };
  return config.ami ? [ari, ami] : [ari];
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
