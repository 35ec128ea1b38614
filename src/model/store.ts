import type { EpochMs } from "./calls.js";
import type { Mac, PersonId, Token } from "./ids.js";
import type { Phone } from "./people.js";
import type { Secret } from "./typed.js";

/** What must last besides the record. */
export interface Store {
  /** A number that rises by one at every start; durable before it is given. */
  nextEpoch(): Promise<number>;
  /**
   * Makes the phones that belong to the file be exactly `phones`: a new one gets a token, one that stays keeps its own,
   * the token of one that is gone is dead at once.
   * @returns those of the database whose place one of the file has taken, with their tokens.
   */
  syncPhones(phones: readonly Phone[]): Promise<readonly Mac[]>;
  /** Whose token this is. Answered from memory: a page never waits for a disk. */
  phoneByToken(token: Token): Mac | undefined;
  /** The token in a phone's URLs, unsealed; undefined for a phone that is not there. */
  tokenOf(mac: Mac): Promise<Token | undefined>;
  /** Gives a phone a new token; the old one is dead at once. Undefined for a phone that is not there. */
  renewToken(mac: Mac): Promise<Token | undefined>;
}

/**
 * The topics that hold something retained of ours, over restarts: what nobody keeps true any more is taken away by this.
 * Answered from memory, and written soon after.
 */
export interface RetainedTopics {
  all(): readonly string[];
  add(topic: string): void;
  remove(topic: string): void;
}

/** What is known of a person's PIN. `enteredAt`: when it was last right, until it is set anew. */
export type PinStanding =
  | { readonly kind: "none" }
  | { readonly kind: "locked" }
  | { readonly kind: "set"; readonly enteredAt?: EpochMs };

/** What came of a PIN that was typed. `left`: how many more wrong ones there may be. */
export type PinEntry =
  | { readonly kind: "right" | "locked" | "none" }
  | { readonly kind: "wrong"; readonly left: number };

/** The PINs of those who supervise. They are kept so that nobody can read them again. */
export interface Pins {
  /** Answered from memory. */
  standing(person: PersonId): PinStanding;
  /**
   * Compares, and counts a wrong one durably before it says so. While somebody is locked out, nothing is right.
   * Rejects where that cannot be written.
   */
  enter(person: PersonId, pin: Secret): Promise<PinEntry>;
  /** Sets it anew, unlocked; the shift of before is over. Rejects where that cannot be written. */
  set(person: PersonId, pin: Secret): Promise<void>;
  /** Lets somebody try again who is locked out. Rejects where that cannot be written. */
  unlock(person: PersonId): Promise<void>;
  /** Forgets PIN and shift of somebody who is gone; at once, and until the next start where it rejects as unwritten. */
  forget(person: PersonId): Promise<void>;
}

/**
 * What a token of the HTTP API is for. Whoever keeps people needs no phones; whoever keeps phones can have documents for any
 * of them sent elsewhere, and with them the key to its pages.
 */
export const apiUses = ["people", "phones"] as const;
export type ApiUse = (typeof apiUses)[number];

/** A token of the HTTP API, by its name. */
export interface ApiToken {
  readonly name: string;
  readonly use: ApiUse;
}

/** The tokens of the HTTP API: each program has its own, by a name that stands in the record. */
export interface ApiTokens {
  /** Which token this is; undefined for any other text. Answered from memory. */
  find(token: string): ApiToken | undefined;
  /** What the token of that name is for; undefined where there is none. */
  useOf(name: string): ApiUse | undefined;
  /** Gives that name a new token, which is told this once; an old one is dead. Rejects where that cannot be written. */
  make(name: string, use: ApiUse, at: EpochMs): Promise<string>;
  /** False where there was none. Rejects where that cannot be written. */
  revoke(name: string): Promise<boolean>;
}
