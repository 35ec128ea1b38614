import type { AuditRow, EpochMs, LastDelivery, Problem } from "../model/index.js";

/** What came of a request: a value, or a sentence for the person who asked. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly sentence: string };

/** One phone as `earshot phones list` tells it. The URL is a key: it is there only when it was asked for. */
export interface PhoneRow {
  readonly mac: string;
  readonly vendor: string;
  readonly model: string;
  readonly extension: string;
  readonly url?: string;
  /** How the newest push to it ended. */
  readonly lastPush?: LastDelivery;
}

/** Which rows of the record are wanted: the newest `limit` of those that fit. */
export interface AuditQuery {
  readonly since?: EpochMs;
  /** Id of a person. */
  readonly supervisor?: string;
  readonly limit: number;
}

/** How the running gateway is. */
export interface GatewayStatus {
  readonly gateway: string;
  readonly pid: number;
  readonly startedAt: EpochMs;
  readonly publicUrl: string;
  readonly pbx: "starting" | "connected" | "away";
  readonly broker: "starting" | "connected" | "away";
}

/** What the running gateway is asked over its control socket. */
export interface Control {
  phones(query: { readonly showUrls: boolean }): Promise<readonly PhoneRow[]>;
  /** Oldest first. */
  audit(query: AuditQuery): Promise<readonly AuditRow[]>;
  status(): Promise<GatewayStatus>;
}

/** One thing that `earshot check` tries. */
export interface Probe {
  /** Such as `pbx.ari`. */
  readonly name: string;
  run(): Promise<{ readonly status: Status; readonly sentence: string }>;
}

/** `note`: worth knowing; `unseen`: nobody can tell, and never to be taken for ok. */
export type Status = "ok" | "note" | "fail" | "unseen";

/** What `earshot pbx setup` is asked for. */
export interface SetupQuery {
  readonly freepbx: boolean;
  /** The address that the gateway's connections come from. */
  readonly from?: string;
}

/** A file that somebody else's program reads. */
export interface WrittenFile {
  readonly name: string;
  readonly text: string;
  /** Whether a password stands in it. */
  readonly secret: boolean;
}

/** What a PBX needs: as files, and as one text to read. */
export interface PbxSetup {
  readonly files: readonly WrittenFile[];
  readonly text: string;
}

/** What `earshot check` has to tell and to try. */
export interface Inspection {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Not run while there are problems. */
  readonly probes: readonly Probe[];
}
