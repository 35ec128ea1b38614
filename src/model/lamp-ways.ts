import type { PersonId } from "./ids.js";
import type { Phone } from "./people.js";

/**
 * How a phone shows who is with its owner. `push`: light and label of a line key, sent to the phone; `blf`: one key that
 * watches the PBX, lit while anybody visible is there; `blf-three`: a key for each mode; `mqtt`: not by the phone, but by a
 * light beside it.
 */
export const lampWays = ["push", "blf", "blf-three", "mqtt"] as const;
export type LampWay = (typeof lampWays)[number];

/** What a BLF key can watch: anybody visible, or one mode alone. */
export const blfKeys = ["any", "listen", "coach", "join"] as const;
export type BlfKey = (typeof blfKeys)[number];

const keysOfWay: Readonly<Record<LampWay, readonly BlfKey[]>> = {
  push: [],
  blf: ["any"],
  "blf-three": ["listen", "coach", "join"],
  mqtt: [],
};

/** What the site has chosen for a phone, else a pushed lamp where it has a key for one, else a BLF key. */
export function lampWayOf({ lamp, lampKey }: Pick<Phone, "lamp" | "lampKey">): LampWay {
  return lamp ?? (lampKey === undefined ? "blf" : "push");
}

/** What the keys of this person's phones watch, each once; one key where no phone of theirs is known. */
export function blfKeysOf(phones: readonly Phone[], owner: PersonId): readonly BlfKey[] {
  const own = phones.filter((phone) => phone.owner === owner);
  if (own.length === 0) return keysOfWay.blf;
  const wanted = new Set(own.flatMap((phone) => keysOfWay[lampWayOf(phone)]));
  return blfKeys.filter((key) => wanted.has(key));
}
