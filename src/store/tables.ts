import type { ApiUse } from "../model/index.js";
import type { Step } from "./database.js";

/** The tables of `earshot.db`. */
export interface Tables {
  phone: {
    mac: string;
    vendor: string;
    model: string;
    owner: string;
    /** `file`: belongs to earshot.yaml, which says the rest, and goes when it goes from there; else `database`. */
    source: string;
    token_hash: string;
    sealed_token: string;
    created: number;
    answer: string | null;
    address: string | null;
    lamp: string | null;
    lamp_key: number | null;
    /** Null: the site's own way. */
    push: string | null;
    push_origin: string | null;
    push_username: string | null;
    sealed_push_password: string | null;
    push_priority: string | null;
  };
  meta: { name: string; value: string };
  pin: {
    person: string;
    salt: string;
    hash: string;
    /** Wrong ones since the last right one. */
    wrong: number;
    locked_until: number;
    entered_at: number | null;
  };
  person: {
    id: string;
    extension: string;
    name: string;
    role: string;
    /** A JSON list. */
    teams: string;
    hidden: string | null;
    supervision: string | null;
    /** Null: the site's. */
    language: string | null;
  };
  api_token: { name: string; hash: string; created: number; use: ApiUse };
  /** What may be retained by us at the broker. */
  retained_topic: { topic: string };
  /** What is known of a phone, as JSON. */
  phone_state: { mac: string; state: string };
}

export const steps: readonly Step[] = [
  `CREATE TABLE phone (
     mac TEXT PRIMARY KEY, vendor TEXT NOT NULL, model TEXT NOT NULL, owner TEXT NOT NULL, source TEXT NOT NULL,
     token_hash TEXT NOT NULL UNIQUE, sealed_token TEXT NOT NULL, created INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  `CREATE TABLE pin (
     person TEXT PRIMARY KEY, salt TEXT NOT NULL, hash TEXT NOT NULL, wrong INTEGER NOT NULL,
     locked_until INTEGER NOT NULL, entered_at INTEGER
   ) STRICT;`,
  `CREATE TABLE person (
     id TEXT PRIMARY KEY, extension TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, teams TEXT NOT NULL,
     hidden TEXT, supervision TEXT
   ) STRICT;`,
  `CREATE TABLE api_token (name TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, created INTEGER NOT NULL) STRICT;`,
  `ALTER TABLE person ADD COLUMN language TEXT;`,
  `CREATE TABLE retained_topic (topic TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE phone_state (mac TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;`,
  `ALTER TABLE phone ADD COLUMN answer TEXT;
   ALTER TABLE phone ADD COLUMN address TEXT;
   ALTER TABLE phone ADD COLUMN lamp TEXT;
   ALTER TABLE phone ADD COLUMN lamp_key INTEGER;
   ALTER TABLE phone ADD COLUMN push TEXT;
   ALTER TABLE phone ADD COLUMN push_origin TEXT;
   ALTER TABLE phone ADD COLUMN push_username TEXT;
   ALTER TABLE phone ADD COLUMN sealed_push_password TEXT;
   ALTER TABLE phone ADD COLUMN push_priority TEXT;`,
  `ALTER TABLE api_token ADD COLUMN use TEXT NOT NULL DEFAULT 'people';`,
];
