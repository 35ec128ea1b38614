import type {
  ApiAccess,
  AuditAct,
  AuditCheck,
  AuditEntry,
  Capability,
  Discovered,
  EntryOwner,
  EpochMs,
  FilesStanding,
  PeopleBook,
  PersonWish,
  PhoneFilesRow,
  PhoneLife,
  PhonesBook,
  PhoneWish,
  Problem,
  Proving,
  Resynced,
  ResyncWish,
  WatchReport,
} from "../model/index.js";

/** What came of a request: a value, or a sentence for the person who asked. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly sentence: string };

/** One phone as `earshot phones list` tells it. The URL is a key: it is there only when it was asked for. */
export interface PhoneRow extends PhoneLife {
  readonly mac: string;
  readonly vendor: string;
  readonly model: string;
  readonly extension: string;
  /** Where its entry stands: in `earshot.yaml`, or in the database. */
  readonly entry: EntryOwner;
  readonly url?: string;
  /** Whether it has its files as they are now; there where it was asked for and may be told. */
  readonly files?: FilesStanding;
}

/** What is asked about phones. `files`: the files of each are made for it. */
export interface PhonesAsked {
  readonly showUrls: boolean;
  readonly files?: boolean;
}

/** The devices seen on the network; those that are configured are told by their extension. */
export interface PhonesSeen extends Omit<Discovered, "seen"> {
  readonly seen: readonly (Discovered["seen"][number] & { readonly extension?: string })[];
}

/** Which rows of the record are wanted; every field narrows. */
export interface AuditWish {
  readonly since?: EpochMs;
  readonly until?: EpochMs;
  /** Id of a person, `os:<user>` or `gateway:<name>`. */
  readonly supervisor?: string;
  readonly agent?: string;
  readonly call?: string;
  readonly act?: AuditAct;
}

/** A wish, and whose: the user of this machine that ran the command, as the command says. */
export interface AuditQuery extends AuditWish {
  readonly who: string;
}

/** What verifying came to; `recorded` is false where no gateway runs that could write the row of it. */
export interface Verified {
  readonly check: AuditCheck;
  readonly recorded: boolean;
}

/** Who gives phones their files: earshot everything, earshot its own beside another provisioner, or nobody here. */
export const phoneFilesBy = ["full", "overlay", "elsewhere"] as const;
export type PhoneFilesBy = (typeof phoneFilesBy)[number];

/** How the running gateway is. */
export interface GatewayStatus {
  readonly gateway: string;
  readonly pid: number;
  readonly startedAt: EpochMs;
  readonly publicUrl: string;
  readonly pbx: "starting" | "connected" | "away";
  readonly broker: "starting" | "connected" | "away";
  /** What the PBX cannot do now, as without AMI. */
  readonly missing: readonly Capability[];
  readonly phoneFiles: PhoneFilesBy;
  /** Where earshot has a SIP account that watches busy lamps. */
  readonly blf?: WatchReport;
}

/** One line of `earshot bus watch`; `person` is whom it is about, `ms` from sending to the answer. */
export type BusLine =
  | { readonly kind: "broker"; readonly at: EpochMs; readonly standing: "connected" | "away" }
  /** What the broker keeps on a topic, since when. */
  | {
      readonly kind: "kept";
      readonly at: EpochMs;
      readonly topic: string;
      readonly payload: string;
      readonly person?: string;
      readonly name?: string;
    }
  | {
      readonly kind: "published";
      readonly at: EpochMs;
      readonly topic: string;
      readonly payload: string;
      readonly retained: boolean;
      /** Whether the broker has acknowledged it. */
      readonly accepted: boolean;
      readonly ms: number;
      readonly person?: string;
      readonly name?: string;
    }
  /** How a message to a device or a phone ended. */
  | {
      readonly kind: "delivered";
      readonly at: EpochMs;
      readonly person: string;
      readonly name?: string;
      readonly what: string;
      readonly by: string;
      readonly result: string;
      readonly ms: number;
    }
  /** So many lines came faster than they were read. */
  | { readonly kind: "missed"; readonly count: number };

/** What the running gateway is asked over its control socket. */
export interface Control {
  phones(query: PhonesAsked): Promise<readonly PhoneRow[]>;
  /** The newest `limit` rows that fit, oldest first. That they were read is a row. */
  readAudit(query: AuditQuery & { readonly limit: number }): Promise<readonly AuditEntry[]>;
  /** Every row that fits, oldest first, some at a time. That they were exported is a row. */
  exportAudit(query: AuditQuery): AsyncIterable<readonly AuditEntry[]>;
  /** Whether the record is as it was written. What came of it is a row. */
  verifyAudit(query: { readonly who: string; readonly head?: string }): Promise<AuditCheck>;
  status(): Promise<GatewayStatus>;
  /** Tells every line of the bus about one person (by id or extension) or about all; the value ends it. */
  watchBus(query: { readonly agent?: string }, tell: (line: BusLine) => void): Answer<() => void>;
  /** The devices that have shown themselves on the network. */
  seen(): Promise<PhonesSeen>;
  /** The people. Each order about them is a row. */
  people(): PeopleBook;
  /** The phones. Each order about them is a row. */
  phonesBook(): PhonesBook;
  /** Who may use the HTTP API. */
  access(): ApiAccess;
  /** The walks by which phones are proved. That one began and ended is a row each. */
  proving(): Proving;
  /** Lets phones fetch their files without a password for so many minutes. */
  enrol(query: { readonly macs: readonly string[]; readonly minutes: number }): Promise<Answer<Enrolled>>;
  /** Has phones read their configuration again, all of those that are meant or none. */
  resync(wish: ResyncWish): Promise<Answer<Resynced>>;
  /** Which files every phone has, and how the last order to read them again fared. Makes the files of each. */
  phoneFiles(): Promise<readonly PhoneFilesRow[]>;
}

/** Windows that were opened. */
export interface Enrolled {
  readonly macs: readonly string[];
  readonly until: EpochMs;
  /** Where the phones find their files. */
  readonly url: string;
  /** Where phones begin that do not know the site's CA yet. */
  readonly firstContact?: string;
}

/** What can be ordered about a person, by the name of the command. */
export interface PeopleOrder {
  readonly add: { readonly wish: PersonWish };
  readonly change: { readonly person: string; readonly wish: PersonWish };
  readonly remove: { readonly person: string };
  readonly unlock: { readonly person: string };
  /** The digits; they stand in no log and no record. */
  readonly pin: { readonly person: string; readonly pin: string };
}

/** What can be ordered about a phone, by the name of the command. */
export interface PhoneOrder {
  readonly add: { readonly wish: PhoneWish };
  readonly change: { readonly mac: string; readonly wish: PhoneWish };
  readonly replace: { readonly mac: string; readonly wish: PhoneWish };
  readonly retire: { readonly mac: string };
  readonly rotate: { readonly mac: string };
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
