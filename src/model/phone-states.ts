import type { EpochMs } from "./calls.js";
import type { Mac } from "./ids.js";
import type { Role } from "./people.js";
import type { LastDelivery } from "./push.js";

/** The files that a phone was given last. */
export interface FilesGiven {
  /** A keyed digest of each, by name: nobody can find a password out by it. */
  readonly digests: Readonly<Record<string, string>>;
  /** When it was given the newest of them. */
  readonly at: EpochMs;
  /** As it named itself then; at most 64 printable characters. */
  readonly firmware?: string;
}

/** How an order to read its configuration again fares at one phone. */
export type Resync = {
  readonly orderedAt: EpochMs;
  /** Not asked any more from then on. */
  readonly until: EpochMs;
} & (
  | { readonly kind: "waits" }
  /** The PBX has sent it. */
  | { readonly kind: "asked"; readonly at: EpochMs }
  | { readonly kind: "failed"; readonly at: EpochMs; readonly why: string }
);

/** Whether and where a phone is registered, as the PBX told last. */
export interface PhoneRegistration {
  readonly registered: boolean;
  /** Since it is so, as far as anybody has seen. */
  readonly since: EpochMs;
  /** Where it is; where it was last, if it is registered no more. */
  readonly hosts: readonly string[];
  /** It is not any more from then on, whatever else is known. */
  readonly until: EpochMs;
}

/** What is kept of a phone over restarts. */
export interface PhoneState {
  readonly registration?: PhoneRegistration;
  /** When it last asked for a page; of agents' phones alone. */
  readonly page?: { readonly at: EpochMs };
  /** How the newest push to it ended; of agents' phones alone. */
  readonly push?: LastDelivery;
  readonly files?: FilesGiven;
  readonly resync?: Resync;
}

/** How a phone fares, as it is told. */
export interface PhoneLife {
  /** Undefined while it is not known. Hosts: where it is, or where it was last. */
  readonly registration?: { readonly registered: boolean; readonly since: EpochMs; readonly hosts?: readonly string[] };
  /** Never of the phone of somebody who may supervise. */
  readonly lastPageAt?: EpochMs;
  /** Never of the phone of somebody who may supervise. */
  readonly lastPush?: LastDelivery;
  /** Requests with its token from where it is not registered, in this run. */
  readonly strayed?: { readonly count: number; readonly lastAt: EpochMs; readonly lastFrom: string };
}

/** What is known of phones beside their configuration. Answered from memory, and written soon after. */
export interface PhoneStates {
  of(mac: Mac): PhoneState;
  /** Seconds of it may be lost in a crash. */
  keep(mac: Mac, now: PhoneState): void;
  /** Forgets a phone that is gone. */
  forget(mac: Mac): void;
}

/** Which phones are to read their configuration again: each field narrows, and one of them has to be there. */
export interface ResyncWish {
  /** As they were written; none of them stands for every phone. */
  readonly macs: readonly string[];
  readonly team?: string;
  readonly role?: Role;
  readonly vendor?: string;
  readonly model?: string;
  /** Those alone whose files are other ones now than they were last given. */
  readonly changed?: boolean;
  readonly all?: boolean;
  /** Minutes from the first to the last. */
  readonly spread?: number;
}

/** Whether a phone has its files as they are now. */
export type FilesStanding =
  | { readonly kind: "current" | "changed" | "never-given" }
  /** Another provisioner serves it: nothing is known. */
  | { readonly kind: "served-elsewhere" }
  | { readonly kind: "unknown"; readonly why: string };

/** An order as it is told. `ordered`: of who may supervise it is not told whether it waits. */
export interface ResyncTold {
  readonly state: "ordered" | "waits" | "asked" | "failed";
  readonly orderedAt: EpochMs;
  readonly at?: EpochMs;
  readonly why?: string;
  /** Whether it has fetched a file since; undefined where nobody can tell. */
  readonly fetched?: boolean;
}

/** What a phone has been given and asked, as it is told. */
export interface PhoneFilesRow {
  readonly mac: string;
  readonly vendor: string;
  readonly model: string;
  readonly extension: string;
  /** Undefined while it is not told. */
  readonly files?: FilesStanding;
  readonly given?: { readonly names: readonly string[]; readonly at?: EpochMs; readonly firmware?: string };
  readonly resync?: ResyncTold;
}

/** What came of an order: every phone of it, and when the last has its turn. */
export interface Resynced {
  readonly phones: readonly PhoneFilesRow[];
  readonly lastAt: EpochMs;
}
