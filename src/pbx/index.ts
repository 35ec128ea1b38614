import type { AskAccounts, Clock, Config, Log, Pbx, Person } from "../model/index.js";
import {
  AsteriskPbx,
  addressTowards,
  asteriskChecks,
  asteriskSetup,
  type Finding,
  readAccounts,
  type Setup,
} from "./asterisk/index.js";
import { SimulatorPbx } from "./simulator/index.js";

/** What any adapter is made from. */
export interface PbxParts<Kind extends Config["pbx"]["kind"]> {
  readonly config: Extract<Config["pbx"], { kind: Kind }>;
  readonly people: readonly Person[];
  readonly gateway: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether each context that a call goes into has to be told. */
  readonly contexts: boolean;
}

/** Every kind of PBX, one line each, by the name that the configuration uses. */
const kinds: { readonly [Kind in Config["pbx"]["kind"]]: (parts: PbxParts<Kind>) => Pbx } = {
  asterisk: (parts) => new AsteriskPbx(parts),
  simulator: ({ config: { seed, speed }, people, clock }) => new SimulatorPbx({ people, clock, seed, speed }),
};

export { type Setup, type SetupFile, setupText } from "./asterisk/index.js";
export type { HelpListener, SimulatorPbx } from "./simulator/index.js";

/** One thing that can be looked up at a PBX, with its answer in words. */
export interface PbxProbe {
  readonly name: string;
  run(): Promise<Finding>;
}

/** The adapter for the configured PBX, not started. */
export function makePbx<Kind extends Config["pbx"]["kind"]>(parts: PbxParts<Kind>): Pbx {
  const make: (parts: PbxParts<Kind>) => Pbx = kinds[parts.config.kind as Kind];
  return make(parts);
}

/** The call centre that is played here, with its phones; undefined where calls are real. */
export function simulated(pbx: Pbx): SimulatorPbx | undefined {
  return pbx instanceof SimulatorPbx ? pbx : undefined;
}

/** What earshot needs to know of its own side to set a PBX up. */
export interface SetupOptions {
  /** For a FreePBX: only the files it includes and never writes. */
  readonly freepbx: boolean;
  /** The address that the gateway's connections come from; by default this machine's on the way to the PBX. */
  readonly from?: string | undefined;
  /** Gives what makes the SIP password of a supervision account from the name of its endpoint. */
  passwords(): Promise<(account: string) => string>;
}

/** What of a configuration the PBX's side follows from. */
type PbxSide = Pick<Config, "pbx" | "gateway" | "people" | "phones">;

/** The PBX's side of a configuration, as files, or a sentence that says why there are none. */
export async function setUpPbx(
  { pbx, gateway, people, phones }: PbxSide,
  { freepbx, from, passwords }: SetupOptions,
): Promise<Setup> {
  switch (pbx.kind) {
    case "simulator":
      return { ok: false, sentence: "pbx.kind is simulator, where nothing has to be set up; set it to asterisk." };
    case "asterisk": {
      const address = from ?? (await addressTowards(pbx.ami?.host ?? "127.0.0.1"));
      if (address === undefined) {
        const sentence = `There is no way from here to ${pbx.ami?.host ?? ""}; name the gateway's address with --from.`;
        return { ok: false, sentence };
      }
      const site = { config: pbx, gateway, people, phones, from: address };
      return asteriskSetup({ ...site, freepbx, password: await passwords() });
    }
    default:
      return pbx satisfies never;
  }
}

/**
 * What `earshot check` looks up at the configured PBX; never over its running gateway's own connection. Without
 * `password` nobody knows which SIP passwords earshot has written.
 */
export function probePbx(
  { pbx, gateway, people, phones }: PbxSide,
  password?: (account: string) => string,
): readonly PbxProbe[] {
  switch (pbx.kind) {
    case "simulator":
      return [];
    case "asterisk":
      return asteriskChecks({ config: pbx, gateway, people, phones, password });
    default:
      return pbx satisfies never;
  }
}

/** What people's phones register with, as far as the PBX shows it. Changes nothing there, and never rejects. */
export const phoneAccounts: AskAccounts = async ({ pbx, people }, listed) => {
  switch (pbx.kind) {
    case "simulator":
      return new Map(people.map(({ id }) => [id, { own: { why: "a simulated PBX has no accounts" } }]));
    case "asterisk":
      return readAccounts(pbx, people, listed);
    default:
      return pbx satisfies never;
  }
};
