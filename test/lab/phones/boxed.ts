import type { FetchedFile } from "./boot-line.ts";
import type { DeskPhone } from "./desk-phone.ts";

/** A SIP account as a phone's settings have it. */
export interface SipLine {
  readonly user: string;
  readonly auth: string;
  readonly password: string;
  readonly name: string;
  readonly server: string;
  readonly port: number;
}

/**
 * A phone fresh from its box, whoever made it: it keeps its settings from one start to the next, and knows nothing but what
 * the factory has put into it.
 */
export interface BoxedPhone {
  /** Every file that was asked for since the factory, in its order. */
  readonly fetched: readonly FetchedFile[];
  /** All that its maker's manual has no room for. */
  readonly complaints: readonly string[];
  /** Starts: finds its server, fetches, and does as it is told, until it is told nothing new. */
  powerOn(): Promise<void>;
  setting(key: string): string | undefined;
  lines(): readonly SipLine[];
  /** What it calls itself in SIP. */
  readonly sipAgent: string;
  /** Whether it answers by itself a call that asks for it. */
  readonly answersItself: boolean;
  /** What the key for the app opens. */
  launcher(): string;
  /** Its screen and keys, as they are once it has started. */
  desk(): DeskPhone;
}

/** The prompt where a list of settings is asked for one that nobody has set. */
export function known(settings: ReadonlyMap<string, string>, key: string): string {
  const value = settings.get(key);
  if (value === undefined) throw new Error(`this phone has no ${key}`);
  return value;
}
