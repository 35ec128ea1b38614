import { nearest } from "../model/index.js";
import type { Limits, ListedKey } from "./layers.js";

/** The entry of a key: `linekey.5.type` is `linekey.N.type`. */
export function listedKey(keys: readonly ListedKey[], key: string): ListedKey | undefined {
  const exact = keys.find((entry) => entry.key === key);
  const form = key.replaceAll(/(?<=^|\.)\d+(?=\.|$)/g, "N");
  return exact ?? keys.find((entry) => entry.key === form);
}

/** The key that was most likely meant. */
export function nearestKey(keys: readonly ListedKey[], key: string): string | undefined {
  const numbers = [...key.matchAll(/(?<=^|\.)\d+(?=\.|$)/g)].map(([digits]) => digits);
  const found = nearest(
    key.replaceAll(/(?<=^|\.)\d+(?=\.|$)/g, "N"),
    keys.map((entry) => entry.key),
  );
  return found?.replaceAll(/(?<=^|\.)N(?=\.|$)/g, () => numbers.shift() ?? "1");
}

/** Why a key may not have this value on a phone with these limits, in words behind the key's name; undefined where it may. */
export function flawOf(keys: readonly ListedKey[], limits: Limits, key: string, value: string): string | undefined {
  const entry = listedKey(keys, key);
  if (entry === undefined) {
    const near = nearestKey(keys, key);
    return `is in no key list${near === undefined ? "" : `; did you mean ${near}?`}`;
  }
  if (value.trim() === "" || value === "%NULL%") return "is blank; a key that is not meant is left out";
  const crowded = roomFlawOf(keys, limits, key);
  if (crowded !== undefined) return crowded;
  if (entry.values && !entry.values.includes(value)) return `may be ${entry.values.join(", ")}`;
  if (entry.number) {
    const [least, most] = entry.number;
    const wrong = !/^-?\d{1,9}$/.test(value) || Number(value) < least || Number(value) > most;
    if (wrong) return `must be a number from ${least} to ${most}`;
  }
  if (entry.most !== undefined && value.length > entry.most) {
    return `has ${value.length} characters and may have ${entry.most}`;
  }
  return undefined;
}

/** Why a model has no room for a key, by the number in it, in words behind the key's name; undefined where it has. */
export function roomFlawOf(keys: readonly ListedKey[], limits: Limits, key: string): string | undefined {
  const room = listedKey(keys, key)?.room;
  const most = room === undefined ? undefined : limits.get(room);
  const number = Number(/(?<=^|\.)\d+(?=\.|$)/.exec(key)?.[0] ?? "0");
  return most === undefined || number <= most
    ? undefined
    : `has the number ${number}, and the model has ${most} (${room})`;
}
