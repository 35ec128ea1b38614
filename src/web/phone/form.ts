import type { ReadonlySignal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { DeskPhone, Handset } from "../../model/desk.js";
import type { KeypadKey } from "./typing.js";

/** How a drawn phone stands, whatever its page is. */
export interface Standing {
  /** A key was pressed and its reply is not there yet. */
  readonly loading: boolean;
  /** What a developer must see: the last document was not one that a phone takes. */
  readonly complaints: readonly string[];
  /** The gateway gave no reply at all. */
  readonly unanswered: boolean;
  /** The phone's own call screen lies over the page. */
  readonly covered: boolean;
}

/** A page as whoever looks on sees it, whoever made the phone. */
export interface PageSeen {
  readonly kind: "list" | "text" | "input";
  readonly title: string;
  /** Rows of a list, prompts of a page to type on. */
  readonly rows: readonly string[];
  /** The highlighted row, counted from 0. */
  readonly row: number;
  /** Lines of a text. */
  readonly lines: readonly string[];
  /** What can be pressed by its name. */
  readonly labels: readonly string[];
}

/** A drawn phone as it behaves: what its keys, timers and calls do. */
export interface Machine {
  readonly standing: ReadonlySignal<Standing>;
  /** What is on its screen, a call aside; undefined while no page is. */
  readonly seen: ReadonlySignal<PageSeen | undefined>;
  /** The launcher key. */
  open(): void;
  /** The softkey at that place on the screen, from 1. */
  softkey(place: number): void;
  move(rows: number): void;
  ok(): void;
  back(): void;
  dial(key: KeypadKey): void;
  /** Adds text where something can be typed; without such a place it does nothing. */
  type(text: string): void;
  erase(): void;
  /** Whether something can be typed now. */
  readonly typing: boolean;
  /** A call begins or ends. */
  handset(state: Handset["state"]): void;
  /** The gateway is there again: what is shown may have become untrue meanwhile. */
  reconnected(): void;
  /** Ends its timers. */
  stop(): void;
}

/** Colours from one side to the other. */
export type Stops = readonly (readonly [offset: number, colour: string])[];

/** One form of phone that can be drawn. */
export interface Form {
  readonly Phone: ComponentType<{ readonly phone: DeskPhone }>;
  /** Its colours. */
  readonly paint: Readonly<Record<"shell" | "deck" | "grip", Stops>>;
  /** What a lamp of an agent's phone tells: mode and microphone, or only that somebody is there. */
  readonly lamps: LampKind;
}

export type LampKind = "colours" | "on-off";
