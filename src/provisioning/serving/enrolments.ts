import type { Mac } from "../../model/index.js";

/** A phone from the box asks for a file in its updater and in its application, and once more where it stumbles. */
const timesEach = 3;

interface Window {
  readonly until: number;
  /** How often each file was given. */
  readonly given: Map<string, number>;
  /** The first address that asked; the window is its own from then on. */
  address?: string;
}

/** What a window says to a request. `used`: it has given that file often enough. `another`: it is another address's. */
export type Admission = "open" | "closed" | "used" | "another";

/**
 * The phones that may fetch their files without a password: each until its time is over, from the first address that asks,
 * and each file a few times alone, so that nobody gets it by asking later what a phone has had. In memory alone.
 */
export class Enrolments {
  readonly #windows = new Map<Mac, Window>();

  /** Opens the window of a phone, for whichever address asks first; a later one takes the place of an earlier. */
  open(mac: Mac, until: number): void {
    this.#windows.set(mac, { until, given: new Map() });
  }

  /** Ends a window before its time: of a phone that has gone, or is another person's now. */
  close(mac: Mac): void {
    this.#windows.delete(mac);
  }

  /** Whether a request may have this file; the first one in a window makes it its address's. */
  ask(mac: Mac, name: string, address: string, now: number): Admission {
    const window = this.#windows.get(mac);
    if (!window) return "closed";
    if (window.until <= now) {
      this.#windows.delete(mac);
      return "closed";
    }
    window.address ??= address;
    if (window.address !== address) return "another";
    return (window.given.get(name) ?? 0) < timesEach ? "open" : "used";
  }

  /** Whether a window is open in which this file has not been given yet. */
  isFresh(mac: Mac, name: string, now: number): boolean {
    const window = this.#windows.get(mac);
    return window !== undefined && window.until > now && !window.given.has(name);
  }

  /** A file is given by the window. */
  gave(mac: Mac, name: string): void {
    this.#add(mac, name, 1);
  }

  /** It could not be made after all. */
  gaveNot(mac: Mac, name: string): void {
    this.#add(mac, name, -1);
  }

  #add(mac: Mac, name: string, times: 1 | -1): void {
    const given = this.#windows.get(mac)?.given;
    given?.set(name, Math.max(0, (given.get(name) ?? 0) + times));
  }
}
