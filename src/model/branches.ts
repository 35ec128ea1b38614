import type { EpochMs } from "./calls.js";
import type { Mac } from "./ids.js";
import type { Attention } from "./indicators.js";
import type { PushDocument, Pushed, PushKind } from "./push.js";

declare const brand: unique symbol;
/** A branch office: `[A-Za-z0-9_-]{1,50}`. Used as it is in MQTT topics, and behind `branch-` as an account. */
export type BranchId = string & { readonly [brand]: "BranchId" };

/** The branch id when `text` has the shape of one, else undefined. */
export function parseBranchId(text: string): BranchId | undefined {
  return /^[A-Za-z0-9_-]{1,50}$/.test(text) ? (text as BranchId) : undefined;
}

/** The account that a branch signs in with at the broker. */
export function branchAccountName(branch: BranchId): string {
  return `branch-${branch}`;
}

/** A branch office whose phones this gateway cannot reach, as the configuration has it. */
export interface Branch {
  readonly id: BranchId;
  /** The broker as the branch reaches it. */
  readonly url: string;
  /** Certificates of the authorities that may vouch for the broker (PEM); without it, those of the branch's machine. */
  readonly ca?: string;
}

/** What the broker inside earshot knows of a branch. */
export interface BranchAccount {
  readonly branch: BranchId;
  readonly username: string;
  readonly password: string;
}

/** A light or its label, with an id that its delivery is told by. */
export interface ShownLight {
  readonly id: string;
  readonly document: PushDocument;
}

/** A notice for a phone of a branch, made for either moment in which it may be put on the screen. */
export interface ShownNotice {
  /** Random. */
  readonly id: string;
  /** By the gateway's clock. */
  readonly expiresAt: EpochMs;
  readonly free: PushDocument;
  readonly talking: PushDocument;
}

/** All that one phone of a branch is to show now, made by the gateway: a branch knows no vendor, person or page. */
export interface BranchShown {
  /** Whether words may be put on its screen. */
  readonly attention: Attention;
  readonly lamp?: ShownLight;
  readonly label?: ShownLight;
  /** What stands there while it is not known who is with the person; nothing where the model has nothing for it. */
  readonly unknown: { readonly lamp?: PushDocument; readonly label?: PushDocument };
  /** Those that are true, not expired and not delivered. */
  readonly notices: readonly ShownNotice[];
}

/** Where a message stands in the order of its topic: later starts first, then later messages. */
export interface Standing {
  readonly epoch: number;
  readonly seq: number;
}

/** A branch is there, and asks what is true: `nonce` is new each time, so that no older answer fits. */
export interface BranchHello {
  readonly nonce: string;
  /** The newest that it has for each of its phones. */
  readonly has: ReadonlyMap<Mac, Standing>;
}

/** The gateway's answer to one hello. */
export interface BranchWelcome {
  readonly nonce: string;
  /** The gateway's clock. */
  readonly now: EpochMs;
  /** The newest `seq` of each phone of the branch, in the epoch of this very message. */
  readonly latest: ReadonlyMap<Mac, number>;
}

/** How a push to a phone of a branch ended. */
export interface BranchDelivery {
  /** Of what was pushed. */
  readonly id: string;
  readonly kind: PushKind;
  readonly result: Pushed;
  /** By the gateway's clock, as the branch knows it. */
  readonly at: EpochMs;
}

/** The gateway's way to its branch offices. */
export interface BranchBus {
  /**
   * `onHello` for each hello of a branch; `onDelivery` for how pushes ended, those alone that the branch of that phone has
   * sealed.
   */
  start(
    onHello: (branch: BranchId, hello: BranchHello) => void,
    onDelivery: (phone: Mac, delivery: BranchDelivery) => void,
  ): void;
  /** Publishes it signed and retained; true once the broker has it, false at once when the broker is away. */
  show(branch: BranchId, phone: Mac, shown: BranchShown, seq: number): Promise<boolean>;
  welcome(branch: BranchId, welcome: BranchWelcome): Promise<boolean>;
}

/** Why a branch has dropped a message. */
export const dropReasons = ["unsigned", "stale", "foreign"] as const;
export type DropReason = (typeof dropReasons)[number];

/** A branch's way to its gateway, of whose messages those alone come in that carry its signature. */
export interface BranchLink {
  start(told: {
    /** The broker is there; nothing of an earlier connection counts as fresh. */
    connected(): void;
    shown(phone: Mac, shown: BranchShown, at: Standing): void;
    welcome(welcome: BranchWelcome, at: Standing): void;
    dropped(why: DropReason, topic: string): void;
  }): void;
  hello(hello: BranchHello): void;
  delivered(phone: Mac, delivery: BranchDelivery): void;
  stop(): Promise<void>;
}
