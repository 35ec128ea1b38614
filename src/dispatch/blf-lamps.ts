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
  }

  show(person: PersonId, extension: Extension, lit: boolean): void {
    const known = this.#lamps.get(person);
    if (known?.extension === extension) known.lit = lit;
    else this.#lamps.set(person, { person, extension, lit, told: undefined });
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
    return [...this.#lamps.values()].find(({ lit, told }) => lit !== told);
  }

  async #set(lamp: Lamp): Promise<boolean> {
    const { set, clock, log } = this.#parts;
    const { extension, lit } = lamp;
    lamp.told = lit;
    const result = await set(extension, lit);
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
