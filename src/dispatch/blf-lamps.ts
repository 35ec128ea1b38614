import {
  type ActionResult,
  type BlfKey,
  blfKeys,
  type Clock,
  type Extension,
  type Lamp,
  type Log,
  type PersonId,
} from "../model/index.js";

export interface BlfLampsParts {
  /** The PBX's: lights or puts out what a BLF key watches for this extension. */
  readonly set: (extension: Extension, key: BlfKey, lit: boolean) => Promise<ActionResult>;
  /** What the keys of this person's phones watch. */
  readonly keysOf: (person: PersonId) => readonly BlfKey[];
  readonly clock: Clock;
  readonly log: Log;
}

interface Wish {
  readonly extension: Extension;
  readonly key: BlfKey;
  lit: boolean;
  /** Lit for a walk that proves a phone: it can light a lamp, and puts out none. */
  tried: boolean;
  /** Told once the PBX has what is wanted now, or has not taken it. */
  readonly waiting: ((taken: boolean) => void)[];
  /** What the PBX was told last; undefined where that may have been lost. */
  told: boolean | undefined;
  /** The PBX has not taken it the last time: all others come first, so that none is kept dark by it. */
  refused: boolean;
}

const againMs = 5_000;

/**
 * The lamps that BLF keys watch at the PBX, for phones whose lamps cannot be pushed. One is set at a time, the newest wish
 * of each alone, those to be lit first: a lamp that is dark too long hides somebody. What the PBX does not take is asked
 * again until it does. They outlast the gateway, so each is set at the start, whatever it is.
 */
export class BlfLamps {
  readonly #parts: BlfLampsParts;
  readonly #wishes = new Map<string, Wish>();
  readonly #shown = new Map<PersonId, { readonly extension: Extension; readonly lamp: Lamp }>();
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
    for (const { waiting } of this.#wishes.values()) told(waiting, false);
  }

  /**
   * Lights the first key of somebody for a trial, or ends that: then it is as it is in truth. Whether the PBX has taken
   * it; false where their phones have no such key.
   */
  try(person: PersonId, lit: boolean): Promise<boolean> {
    const [key] = this.#parts.keysOf(person);
    const extension = this.#shown.get(person)?.extension;
    const wish = key && extension && this.#wishes.get(nameOf({ extension, key }));
    if (!wish || this.#stopped) return Promise.resolve(false);
    wish.tried = lit;
    wish.told = undefined;
    return new Promise((resolve) => {
      wish.waiting.push(resolve);
      void this.#next();
    });
  }

  show(person: PersonId, extension: Extension, lamp: Lamp): void {
    if (this.#shown.get(person)?.extension !== extension) this.forget(person);
    this.#shown.set(person, { extension, lamp });
    this.#light(extension, lamp, this.#parts.keysOf(person));
  }

  /** The phones of this person are others now: a key that they have from now on shows what is true, any other nothing. */
  keysChanged(person: PersonId): void {
    const shown = this.#shown.get(person);
    if (shown) this.#light(shown.extension, shown.lamp, this.#parts.keysOf(person));
  }

  /** Somebody is no longer one of the people, or has another extension: nothing of them stays lit. */
  forget(person: PersonId): void {
    const shown = this.#shown.get(person);
    if (!shown) return;
    this.#shown.delete(person);
    this.#light(shown.extension, shown.lamp, []);
  }

  /** The PBX is back, and may have lost what it was told. */
  again(): void {
    for (const wish of this.#wishes.values()) wish.told = undefined;
    this.#forget?.();
    this.#forget = undefined;
    void this.#next();
  }

  /** What no key watches was lit for one that did. */
  #light(extension: Extension, lamp: Lamp, watched: readonly BlfKey[]): void {
    for (const key of blfKeys) {
      if (watched.includes(key)) this.#wish(extension, key, isLit(lamp, key));
      else if (this.#wishes.has(nameOf({ extension, key }))) this.#wish(extension, key, false);
    }
    void this.#next();
  }

  #wish(extension: Extension, key: BlfKey, lit: boolean): void {
    const name = nameOf({ extension, key });
    const known = this.#wishes.get(name);
    if (known) known.lit = lit;
    else this.#wishes.set(name, { extension, key, lit, tried: false, waiting: [], told: undefined, refused: false });
  }

  async #next(): Promise<void> {
    if (this.#busy || this.#forget) return;
    this.#busy = true;
    for (let wish = this.#due(); wish && !this.#stopped; wish = this.#due()) {
      if (await this.#set(wish)) continue;
      this.#wishes.delete(nameOf(wish));
      this.#wishes.set(nameOf(wish), wish);
      break;
    }
    this.#busy = false;
  }

  #due(): Wish | undefined {
    const due = [...this.#wishes.values()].filter((wish) => wanted(wish) !== wish.told);
    const fresh = due.filter(({ refused }) => !refused);
    return fresh.find(wanted) ?? fresh[0] ?? due[0];
  }

  async #set(wish: Wish): Promise<boolean> {
    const { set, clock, log } = this.#parts;
    const { extension, key, waiting } = wish;
    const lit = wanted(wish);
    wish.told = lit;
    const result = await set(extension, key, lit);
    wish.refused = !result.ok;
    if (!result.ok || lit === wanted(wish)) told(waiting, result.ok);
    if (result.ok) {
      this.#failing = false;
      return true;
    }
    wish.told = undefined;
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

function wanted({ lit, tried }: Wish): boolean {
  return lit || tried;
}

function told(waiting: ((taken: boolean) => void)[], taken: boolean): void {
  for (const tell of waiting.splice(0)) tell(taken);
}

/** A key of one mode tells that somebody is there in it, whoever else is. */
function isLit({ lamp, supervisors }: Lamp, key: BlfKey): boolean {
  return key === "any" ? lamp !== "off" : supervisors.some(({ mode }) => mode === key);
}

function nameOf({ extension, key }: Pick<Wish, "extension" | "key">): string {
  return `${key} ${extension}`;
}
