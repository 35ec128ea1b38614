import type { Mac } from "../../model/index.js";

/** A phone from the box asks for a file in its updater and in its application, and once more where it stumbles. */
const timesEach = 3;

interface Window {
  readonly until: number;
  /** How often each file was given. */
  readonly given: Map<string, number>;
}

/**
 * The phones that may fetch their files without a password: each until its time is over, and each file a few times alone, so
 * that nobody gets it by asking later what a phone has had. In memory alone.
 */
export class Enrolments {
  readonly #windows = new Map<Mac, Window>();

  /** Opens the window of a phone; a later one takes the place of an earlier. */
  open(mac: Mac, until: number): void {
    this.#windows.set(mac, { until, given: new Map() });
  }

  /** Whoever has this MAC address next was not meant. */
  close(mac: Mac): void {
    this.#windows.delete(mac);
  }

  isOpen(mac: Mac, name: string, now: number): boolean {
    const window = this.#windows.get(mac);
    if (!window) return false;
    if (window.until <= now) this.#windows.delete(mac);
    return window.until > now && (window.given.get(name) ?? 0) < timesEach;
  }

  /** Whether a window is open in which this file has not been given yet. */
  isFresh(mac: Mac, name: string, now: number): boolean {
    return this.isOpen(mac, name, now) && !this.#windows.get(mac)?.given.has(name);
  }

  /** A file was given by the window. */
  gave(mac: Mac, name: string): void {
    const given = this.#windows.get(mac)?.given;
    given?.set(name, (given.get(name) ?? 0) + 1);
  }
}
