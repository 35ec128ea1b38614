import type { Mac, PersonId, Phone, Phones, PhoneTold } from "../model/index.js";

/** The phones there are now, in memory. Whoever changes them has written it down before. */
export class PhoneRegistry implements Phones {
  readonly #phones: Map<Mac, Phone>;
  readonly #followers = new Set<PhoneTold>();
  readonly #onBug: (error: unknown) => void;
  #all: readonly Phone[];
  #byOwner: ReadonlyMap<PersonId, readonly Phone[]>;

  /** @param onBug told of a follower that threw: the others are told all the same. */
  constructor(phones: readonly Phone[], onBug: (error: unknown) => void) {
    this.#phones = new Map(phones.map((phone) => [phone.mac, phone]));
    this.#onBug = onBug;
    this.#all = [...this.#phones.values()];
    this.#byOwner = byOwner(this.#all);
  }

  get(mac: Mac): Phone | undefined {
    return this.#phones.get(mac);
  }

  all(): readonly Phone[] {
    return this.#all;
  }

  of(owner: PersonId): readonly Phone[] {
    return this.#byOwner.get(owner) ?? [];
  }

  follow(told: PhoneTold): () => void {
    // A function of its own, so that whoever follows twice ends what they mean.
    const follower: PhoneTold = (before, now) => told(before, now);
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** Puts a phone in, or in place of the one with its MAC address. */
  put(phone: Phone): void {
    const before = this.#phones.get(phone.mac);
    this.#phones.set(phone.mac, phone);
    this.#changed(before, phone);
  }

  /** Nothing where there is no such phone. */
  drop(mac: Mac): void {
    const before = this.#phones.get(mac);
    if (!before) return;
    this.#phones.delete(mac);
    this.#changed(before, undefined);
  }

  #changed(before: Phone | undefined, now: Phone | undefined): void {
    this.#all = [...this.#phones.values()];
    this.#byOwner = byOwner(this.#all);
    for (const told of [...this.#followers]) {
      try {
        told(before, now);
      } catch (error) {
        this.#onBug(error);
      }
    }
  }
}

function byOwner(phones: readonly Phone[]): ReadonlyMap<PersonId, readonly Phone[]> {
  const owned = new Map<PersonId, Phone[]>();
  for (const phone of phones) owned.set(phone.owner, [...(owned.get(phone.owner) ?? []), phone]);
  return owned;
}
