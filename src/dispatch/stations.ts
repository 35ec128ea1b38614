import {
  type BranchShown,
  lampWayOf,
  type Mac,
  type PersonId,
  type Phone,
  type Push,
  type PushDocument,
} from "../model/index.js";
import { byMessage, type Profile, type VendorPush, vendorNamed } from "../phones/index.js";
import type { PhonePushesParts } from "./phone-pushes.js";
import { type PhoneLine, PhoneQueue } from "./phone-queue.js";

/** A phone that can be pushed to, with whoever sees to it. */
export interface Station {
  readonly phone: Phone;
  readonly profile: Profile;
  readonly make: VendorPush;
  readonly queue: PhoneLine;
  /** What was asked for last, so that the same is not asked for again. */
  readonly asked: Map<"lamp" | "label", { readonly document: PushDocument; readonly text: string }>;
}

export interface StationsParts extends PhonePushesParts {
  /** What is shown while nobody knows what is true. */
  readonly unknown: (phone: Phone, profile: Profile, make: VendorPush) => BranchShown["unknown"];
  readonly came: (station: Station) => void;
  readonly went: (station: Station) => void;
}

/** One station for each phone that can be pushed to: a phone that comes gets one, and one that goes loses it. */
export class Stations {
  readonly #parts: StationsParts;
  readonly #stations = new Map<Mac, Station>();
  #forget: () => void = () => {};

  constructor(parts: StationsParts) {
    this.#parts = parts;
    for (const phone of parts.phones.all()) this.#make(phone);
  }

  start(): void {
    const { phones, came } = this.#parts;
    for (const station of this.#stations.values()) came(station);
    this.#forget = phones.follow((before, now) => this.#changed(before, now));
  }

  stop(): void {
    this.#forget();
    for (const station of this.#stations.values()) {
      this.#parts.went(station);
      station.queue.stop();
    }
  }

  get(mac: Mac): Station | undefined {
    return this.#stations.get(mac);
  }

  all(): Iterable<Station> {
    return this.#stations.values();
  }

  of(person: PersonId): readonly Station[] {
    return this.#parts.phones.of(person).flatMap(({ mac }) => this.#stations.get(mac) ?? []);
  }

  /** The station of a phone that is sent its last; it is nobody's from then on, and is not stopped yet. */
  take(mac: Mac): Station | undefined {
    const station = this.#stations.get(mac);
    if (!station) return undefined;
    this.#stations.delete(mac);
    this.#parts.went(station);
    return station;
  }

  #changed(before: Phone | undefined, now: Phone | undefined): void {
    if (before && now && asPushed(before) === asPushed(now)) return;
    const station = before && this.take(before.mac);
    station?.queue.stop();
    const made = now && this.#make(now, station?.queue.over?.());
    if (made) this.#parts.came(made);
  }

  /** @param before resolves when nothing of the station that was there before can come any more. */
  #make(phone: Phone, before?: Promise<void>): Station | undefined {
    const { clock, log, tap, random, delivered, branch, unknown } = this.#parts;
    const [make, profile] = [makeOf(phone), this.#parts.profile(phone)];
    if (!phone.push || !make || !profile) return undefined;
    const push = before ? pushAfter(before, this.#parts.push) : this.#parts.push;
    const queue =
      branch?.(phone, () => unknown(phone, profile, make)) ??
      new PhoneQueue({
        ...{ phone, push, clock, log, random },
        ...(tap && { tap }),
        ...(delivered && { delivered: delivered.bind(undefined, phone.mac) }),
      });
    const station = { phone, profile, make, queue, asked: new Map() };
    this.#stations.set(phone.mac, station);
    return station;
  }
}

/** The line key whose light is pushed; undefined where this phone shows who is there in another way. */
export function keyOf(phone: Phone): number | undefined {
  return lampWayOf(phone) === "push" ? phone.lampKey : undefined;
}

function pushAfter(before: Promise<void>, push: Push): Push {
  return {
    push: async (phone, document) => {
      await before;
      return push.push(phone, document);
    },
    stop: () => push.stop(),
  };
}

function makeOf({ push, vendor }: Phone): VendorPush | undefined {
  return push?.by === "message" ? byMessage : vendorNamed(vendor)?.push;
}

/** What counts of a phone where something is pushed to it: how it answers a call does not. */
function asPushed({ answer: _, ...phone }: Phone): string {
  return JSON.stringify(phone);
}
