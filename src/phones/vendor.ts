import type { Lamp, PhonePush, PushDocument } from "../model/index.js";
import type { Link, Page } from "../pages/index.js";
import type { Profile } from "./profile.js";
import type { ProveScript } from "./prove.js";

/** The query parameter that brings what was typed: the same for every make. */
export const typedParameter = "typed";

/** Gives the absolute URL of a link; never asked for `exit`, which stays on the phone. */
export type Href = (link: Link) => string;

/** What a template is filled with. Every text in `data` is free of characters that XML forbids; none is escaped yet. */
export interface DocumentData {
  /** Path below `phone-templates/`, without `.eta`. */
  readonly template: string;
  readonly data: object;
  readonly contentType: string;
}

/** A short text for a phone that has not asked. */
export interface PushedNotice {
  readonly title: string;
  readonly text: string;
  /** The time of day it is from, such as `14:02`, for a phone that shows it later than it is sent. */
  readonly at: string;
  /** Of somebody who may speak, or asks to: more urgent than of who listens. */
  readonly urgent: boolean;
  /** In a call it is a page of its own; else it stands on the idle screen. */
  readonly inCall: boolean;
  /** How long it stays, at most. */
  readonly seconds: number;
  /** What the key that closes it is called. */
  readonly exit: string;
  /** The phone's own launcher. */
  readonly url: string;
  /** Softkeys that answer it, where the packet has room for them; without them OK leads to where they are. */
  readonly answers?: readonly { readonly label: string; readonly url: string }[];
}

/**
 * What a make of phone can be sent without having asked. Undefined where the model cannot show it. `priority` is one of
 * `priorities`, where the site names one for everything that goes to this phone.
 */
export interface VendorPush<Trait extends string = string, Size extends string = string> {
  /** The ways that its documents can go. */
  readonly ways: readonly PhonePush["by"][];
  /** Empty where documents have none. */
  readonly priorities: readonly string[];
  /** Whether a page can be pushed again in the same call; else a second one would wait until the call is over. */
  readonly pagesAgain: boolean;
  /** Whether light and label of a line key can be sent at all; else its lamps are the PBX's (BLF). */
  readonly lampKeys: boolean;
  /** How many line keys there are, where their light or label can be sent. */
  lineKeys?(profile: Profile<Trait, Size>): number;
  /** The light of a line key, counted from 1. */
  lamp(lamp: Lamp, key: number, profile: Profile<Trait, Size>): PushDocument | undefined;
  /** The light while it is not known who is there: neither out nor the light of a mode. Undefined where there is none. */
  unknown?(key: number, profile: Profile<Trait, Size>): PushDocument | undefined;
  /** What stands beside that light. */
  label(text: string, key: number, profile: Profile<Trait, Size>): PushDocument | undefined;
  notice(notice: PushedNotice, profile: Profile<Trait, Size>, priority?: string): PushDocument | undefined;
  /** Has the phone open one of its pages by itself. */
  page(url: string, profile: Profile<Trait, Size>, priority?: string): PushDocument | undefined;
}

/** One make of phone: a page as that make's document. */
export interface Vendor<Trait extends string = string, Size extends string = string> {
  /** How its phones begin to name themselves in a request; no two makes alike. Groups, where they say it: `model`, `firmware`. */
  readonly agent: RegExp;
  /** The names, in small letters, of the files that all its phones ask for beside their own. */
  readonly commonFiles: RegExp;
  /** What its model sheet has to say beside what every sheet says. */
  readonly sheet: { readonly traits: readonly Trait[]; readonly sizes: readonly Size[] };
  /** The page as data for a template, within the limits of the profile. */
  document(page: Page, profile: Profile<Trait, Size>, href: Href): DocumentData;
  /**
   * What a phone gets that has told something and wants no page: it changes nothing on its screen. It need be no document
   * at all, where its type says so.
   */
  readonly nothing: DocumentData;
  /**
   * Which kind of document a model shows, by a name that the desk in the browser knows (`src/web/phone/forms.ts`). Without it
   * the desk draws no phone of this make.
   */
  form?(profile: Profile<Trait, Size>): string;
  readonly push?: VendorPush<Trait, Size>;
  /** The event of a NOTIFY without a body that has a phone read its configuration again; undefined where there is none. */
  readonly resync?: string;
  /** What is not known of it, to be proved on a real phone. */
  readonly prove?: ProveScript;
}
