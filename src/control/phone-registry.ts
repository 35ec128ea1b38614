import type { Mac, PersonId, Phone, Phones, PhoneTold } from "../model/index.js";

/** The phones there are now, in memory. Whoever changes them has written it down before. */
export class PhoneRegistry implements Phones {
  readonly #phones = new Map<Mac, Phone>();
  /** Each in the place in which it came. A list of thousands comes one by one, so nothing here is made anew for each. */
  readonly #byOwner = new Map<PersonId, Phone[]>();
  readonly #places = new Map<Mac, number>();
  readonly #followers = new Set<PhoneTold>();
  readonly #onBug: (error: unknown) => void;
  #all: readonly Phone[] | undefined;
  #nextPlace = 0;

  /** @param onBug told of a follower that threw: the others are told all the same. */
  constructor(phones: readonly Phone[], onBug: (error: unknown) => void) {
    this.#onBug = onBug;
    for (const phone of phones) this.put(phone);
  }

  get(mac: Mac): Phone | undefined {
    return this.#phones.get(mac);
  }

  all(): readonly Phone[] {
    this.#all ??= [...this.#phones.values()];
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
    if (!before) this.#places.set(phone.mac, this.#nextPlace++);
    this.#changed(before, phone);
  }

  /** Nothing where there is no such phone. */
  drop(mac: Mac): void {
    const before = this.#phones.get(mac);
    if (!before) return;
    this.#phones.delete(mac);
    this.#places.delete(mac);
    this.#changed(before, undefined);
  }

  #changed(before: Phone | undefined, now: Phone | undefined): void {
    this.#all = undefined;
    if (before) this.#own(before.owner, before.mac, undefined);
    if (now) this.#own(now.owner, now.mac, now);
    for (const told of [...this.#followers]) {
      try {
        told(before, now);
      } catch (error) {
        this.#onBug(error);
      }
    }
  }

  /** Whoever has a list of before keeps it as it was. */
  #own(owner: PersonId, mac: Mac, phone: Phone | undefined): void {
    const others = (this.#byOwner.get(owner) ?? []).filter((one) => one.mac !== mac);
    const place = (one: Phone): number => this.#places.get(one.mac) ?? 0;
    const own = phone ? [...others, phone].sort((a, b) => place(a) - place(b)) : others;
    if (own.length > 0) this.#byOwner.set(owner, own);
    else this.#byOwner.delete(owner);
  }
}
