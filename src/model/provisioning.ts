import type { Config, ProvisioningMode } from "./config.js";
import type { PersonId } from "./ids.js";

/** What a phone registers with. */
export interface SipAccount {
  readonly user: string;
  /** Of the digest; mostly the same. */
  readonly auth: string;
  readonly password: string;
}

/** Something that is not known, in words that follow "because". */
export interface Unknown {
  readonly why: string;
}

/** The accounts of a person's phones at the PBX. */
export interface PersonAccounts {
  readonly own: SipAccount | Unknown;
  /** Name of the account that is rung for supervisions, where the site has such. */
  readonly second?: string;
}

export type AccountsFound = ReadonlyMap<PersonId, PersonAccounts>;

/** Looks up people's accounts at the PBX, but not what they register with where their extension is `listed` by the site. */
export type AskAccounts = (
  of: Pick<Config, "pbx" | "people">,
  listed: { has(extension: string): boolean },
) => Promise<AccountsFound>;

/** A phone as `earshot provision list` tells it. */
export interface ProvisionedPhone {
  readonly mac: string;
  readonly vendor: string;
  readonly model: string;
  readonly extension: string;
  readonly mode: ProvisioningMode;
  /** Names of its files; none where it gets none. */
  readonly files: readonly string[];
  /** What it does without and why, a sentence each. */
  readonly missing: readonly string[];
  /** Where another provisioner's file sends it for its own; a secret, given where it was asked for. */
  readonly url?: string;
}

/** A file that a phone fetches. */
export interface ProvisionedFile {
  readonly name: string;
  readonly text: string;
  /** Whether something stands in it that nobody but the phone may have. */
  readonly secret: boolean;
}

/** Where a value was written. */
export interface ProvisionOrigin {
  readonly layer: string;
  readonly file: string;
  readonly line: number;
  readonly value: string;
}

/** What is known of one key of one phone. */
export interface ProvisionExplained {
  readonly key: string;
  readonly mode: ProvisioningMode;
  /** Undefined where the phone is not told it. */
  readonly set?: ProvisionOrigin;
  /** What nearer layers went over, the farthest first. */
  readonly over: readonly ProvisionOrigin[];
  /** Places that would set it, and why they do not; a layer that took it away among them. */
  readonly not: readonly (Omit<ProvisionOrigin, "value"> & { readonly why: string })[];
  /** From the key list. */
  readonly listed: {
    readonly source: string;
    readonly since: string;
    readonly until: string;
    readonly secret: boolean;
  };
}
