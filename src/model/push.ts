import type { Extension, Mac } from "./ids.js";
import type { Phone } from "./people.js";

/** An element of a small document. Texts are free of characters that XML forbids; none is escaped yet. */
export interface Markup {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly inside?: readonly (Markup | string)[];
}

/** One document for one phone, as its make wants it, and what goes with it on either way. */
export interface PushDocument {
  readonly root: Markup;
  /** Goes without an XML declaration. */
  readonly bare?: true;
  /** UTF-8, escapes included; a longer one is not sent. */
  readonly mostBytes: number;
  /** What is said by a text of SIP; undefined where the document is no text. */
  readonly message?: string;
  /** Undefined where the make takes none by NOTIFY. */
  readonly notify?: { readonly event: string; readonly contentType: string };
  /** Undefined where the make takes none by its web server. */
  readonly http?: {
    readonly path: string;
    readonly contentType: string;
    /** What a reply must say, in lower case, so that the phone's word counts; undefined where its status is enough. */
    readonly confirmedBy?: string;
  };
}

/**
 * How a push ended. `sent`: handed on, and nobody knows whether the phone has it. `confirmed`: the phone itself has taken
 * it. `again` is false where the same would fail the same way: trying it again is of no use until somebody mends it.
 */
export type Pushed =
  | { readonly outcome: "sent" | "confirmed" }
  | { readonly outcome: "failed"; readonly why: string; readonly again: boolean };

export const pushKinds = ["lamp", "label", "notice", "page"] as const;
/** What a push is about. */
export type PushKind = (typeof pushKinds)[number];

/** The newest push to a phone, for health and the desk. */
export interface LastDelivery {
  readonly at: number;
  readonly kind: PushKind;
  readonly result: Pushed;
}

/** What has to be known of a phone to push to it: its own web server alone, or for a NOTIFY whose it is as well. */
export type PushTarget = Pick<Phone, "mac" | "push"> & Partial<Pick<Phone, "owner" | "address">>;

/** Brings one document to one phone. Whoever calls it asks for one at a time for each phone. */
export interface Push {
  /** Never rejects, and answers within ten seconds. */
  push(phone: PushTarget, document: PushDocument): Promise<Pushed>;
  stop(): Promise<void>;
}

/** Which registered device a NOTIFY is for. */
export interface NotifyTarget {
  readonly extension: Extension;
  readonly mac: Mac;
  /** Host of its SIP contact, where the configuration names it. */
  readonly address?: string;
}

/** A SIP NOTIFY outside any dialog, with a body or without one. */
export type Notification = { readonly event: string } & (
  | { readonly contentType: string; readonly body: string }
  | { readonly contentType?: never; readonly body?: never }
);
