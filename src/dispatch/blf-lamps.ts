import type { ActionResult, Clock, Extension, Log, PersonId } from "../model/index.js";

export interface BlfLampsParts {
  /** The PBX's: lights or puts out what BLF keys watch for this extension. */
  readonly set: (extension: Extension, lit: boolean) => Promise<ActionResult>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Lamp {
  readonly person: PersonId;
  readonly extension: Extension;
  lit: boolean;
  /** Lit for a walk that proves a phone: it can light a lamp, and puts out none. */
  tried: boolean;
  /** Told once the PBX has what is wanted now, or has not taken it. */
  readonly waiting: ((taken: boolean) => void)[];
  /** What the PBX was told last; undefined where that may have been lost. */
  told: boolean | undefined;
}

const againMs = 5_000;

/**
 * The lamps that BLF keys watch at the PBX, for phones whose lamps cannot be pushed. One is set at a time, the newest wish
 * of each alone; what the PBX does not take is asked again until it does. They outlast the gateway, so each is set at the
 * start, whatever it is.
 */
export class BlfLamps {
  readonly #parts: BlfLampsParts;
  readonly #lamps = new Map<PersonId, Lamp>();
  #busy = false;
  #failing = false;
  #forget: (() => void) | undefined;
  #stopped = false;

  constructor(parts: BlfLampsParts) {
    this.#parts = parts;
  }

  /** Leaves every lamp as it is: supervisions go on. */
  stop(): void {
    this.#stopped = true;
    this.#forget?.();
    for (const { waiting } of this.#lamps.values()) told(waiting, false);
  }

  /** Lights the lamp of somebody for a trial, or ends that: then it is as it is in truth. Whether the PBX has taken it. */
  try(person: PersonId, lit: boolean): Promise<boolean> {
    const lamp = this.#lamps.get(person);
    if (!lamp || this.#stopped) return Promise.resolve(false);
    lamp.tried = lit;
    lamp.told = undefined;
    return new Promise((resolve) => {
      lamp.waiting.push(resolve);
      void this.#next();
    });
  }

  show(person: PersonId, extension: Extension, lit: boolean): void {
    const known = this.#lamps.get(person);
    if (known?.extension === extension) known.lit = lit;
    else this.#lamps.set(person, { person, extension, lit, tried: false, waiting: [], told: undefined });
    void this.#next();
  }

  /** Somebody is no longer one of the people: nothing of them stays lit. */
  forget(person: PersonId): void {
    const known = this.#lamps.get(person);
    if (known) this.show(person, known.extension, false);
  }

  /** The PBX is back, and may have lost what it was told. */
  again(): void {
    for (const lamp of this.#lamps.values()) lamp.told = undefined;
    this.#forget?.();
    this.#forget = undefined;
    void this.#next();
  }

  async #next(): Promise<void> {
    if (this.#busy || this.#forget) return;
    this.#busy = true;
    for (let lamp = this.#due(); lamp && !this.#stopped; lamp = this.#due()) {
      if (await this.#set(lamp)) continue;
      // Next time the others come first: what the PBX does not know must not keep them dark.
      this.#lamps.delete(lamp.person);
      this.#lamps.set(lamp.person, lamp);
      break;
    }
    this.#busy = false;
  }

  #due(): Lamp | undefined {
    return [...this.#lamps.values()].find((lamp) => wanted(lamp) !== lamp.told);
  }

  async #set(lamp: Lamp): Promise<boolean> {
    const { set, clock, log } = this.#parts;
    const { extension, waiting } = lamp;
    const lit = wanted(lamp);
    lamp.told = lit;
    const result = await set(extension, lit);
    if (!result.ok || lit === wanted(lamp)) told(waiting, result.ok);
    if (result.ok) {
      this.#failing = false;
      return true;
    }
    lamp.told = undefined;
    // Said once for each outage, not once for each try.
    if (!this.#failing) log.warn({ extension, why: result.detail }, "the lamp of a BLF key could not be set");
    this.#failing = true;
    if (!this.#stopped)
      this.#forget = clock.after(againMs, () => {
        this.#forget = undefined;
        void this.#next();
      });
    return false;
  }
}

function wanted({ lit, tried }: Lamp): boolean {
  return lit || tried;
}

function told(waiting: ((taken: boolean) => void)[], taken: boolean): void {
  for (const tell of waiting.splice(0)) tell(taken);
}
