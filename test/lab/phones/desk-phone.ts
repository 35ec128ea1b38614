import type { Agent } from "undici";

/** One GET as it went, in milliseconds since 1970 with fractions. */
export interface Get {
  readonly url: string;
  readonly status: number;
  readonly start: number;
  /** When the whole reply had arrived. */
  readonly end: number;
  readonly bytes: number;
}

/** How a phone reaches servers, as undici's `Agent` takes it. */
export type Connect = NonNullable<Agent.Options["connect"]>;

/** What every strict phone can do, whoever made it: enough to walk a whole supervision. */
export interface DeskPhone {
  /** Every GET so far. */
  readonly gets: readonly Get[];
  /** What the screen shows, drawn for a report. */
  readonly screen: string;
  /** Whether a page is on the screen. */
  readonly isOpen: boolean;
  /** Presses the launcher key. */
  open(launcherUrl: string): Promise<Get>;
  title(): string;
  /** All that the page says, line by line. */
  text(): string;
  /** The lines that lead somewhere. */
  rows(): string[];
  /** Labels of the softkeys, left to right; of the links and buttons in the body where a browser has no softkeys. */
  keys(): string[];
  /** Moves the highlight to a row, counted from 0. */
  select(rowIndex: number): void;
  /** Types into the field that can be typed into, behind what stands there. */
  type(text: string): void;
  /** Presses what has that label; undefined where it only acts on the phone. */
  press(label: string): Promise<Get | undefined>;
  /** What is highlighted. */
  ok(): Promise<Get>;
  /** The Back key. */
  cancel(): Promise<Get | undefined>;
  /** Does at once what the page says that is to be done after a time; undefined where this phone does nothing. */
  refresh(): Promise<Get | undefined>;
  /** Fetches any URL as this phone, e.g. one that was served earlier. */
  get(url: string): Promise<Get>;
  stop(): Promise<void>;
}
