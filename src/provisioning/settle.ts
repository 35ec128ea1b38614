import type { ProvisioningMode } from "../model/index.js";
import type { Facts } from "./facts.js";
import { roomFlawOf } from "./key-list.js";
import type { At, Group, Layer, LayerName, Make, Place } from "./layers.js";

/** Who has set a key, and to what. */
export interface Origin extends At {
  readonly layer: LayerName;
  readonly value: string;
}

/** A key as it stands after every layer. */
export interface Settled extends Origin {
  readonly key: string;
  /** What it was before, the farthest first. */
  readonly over: readonly Origin[];
}

/** A group that was left out, its keys as far as they can be told, and why. */
export interface LeftOut extends At {
  readonly layer: LayerName;
  readonly about: string;
  readonly needed: boolean;
  readonly keys: readonly string[];
  /** `when`: it is not for this phone. `unknown`: something about the phone is not known. */
  readonly cause: "when" | "unknown";
  readonly why: string;
}

export interface Settlement {
  readonly keys: readonly Settled[];
  readonly leftOut: readonly LeftOut[];
  /** Keys that a nearer layer took away. */
  readonly dropped: readonly (Settled & { readonly by: At & { readonly layer: LayerName } })[];
}

/** Every key of a phone by its layers, the nearest winning. */
export function settle(make: Make, model: string, layers: readonly Layer[], facts: Facts, mode: ProvisioningMode) {
  const fill = filler(make, layers, facts, mode);
  const roomFlaw = (key: string): string | undefined => roomFlawOf(make.keys, make.limits(model), key);
  const keys = new Map<string, Settled>();
  const dropped: Settlement["dropped"][number][] = [];
  const leftOut: LeftOut[] = [];
  for (const { name: layer, groups } of layers) {
    for (const group of groups) {
      if (group.mode !== undefined && group.mode !== mode) continue;
      const filled = fillGroup(group, fill, facts, roomFlaw);
      if (!filled.ok) {
        const { about, needed, file, line } = group;
        const { keys: names, cause, why } = filled;
        leftOut.push({ layer, about, needed, file, line, keys: names, cause, why });
        continue;
      }
      for (const { key, value, file, line } of filled.set) {
        const before = keys.get(key);
        const over = before ? [...before.over, originOf(before)] : [];
        keys.set(key, { key, value, file, line, layer, over });
      }
      for (const { key, file, line } of filled.without) {
        const gone = keys.get(key);
        if (gone) dropped.push({ ...gone, by: { layer, file, line } });
        keys.delete(key);
      }
    }
  }
  const sorted = [...keys.values()].toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const settlement: Settlement = { keys: sorted, leftOut, dropped };
  return settlement;
}

function originOf({ layer, value, file, line }: Settled): Origin {
  return { layer, value, file, line };
}

type Filled = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };
type Fill = (text: string) => Filled;
interface Entry extends At {
  readonly key: string;
  readonly value: string;
}

/** A key or value with everything in braces filled in; at the first that is not known, why. */
function filler(make: Make, layers: readonly Layer[], facts: Facts, mode: ProvisioningMode): Fill {
  const places = new Map<string, Place>();
  for (const layer of layers) for (const [name, place] of layer.places) places.set(name, place);
  const lookUp = (name: string, word: string | undefined): Filled => {
    const place = places.get(name);
    const own = facts.texts.get(name) ?? (place?.as === undefined ? undefined : facts.texts.get(place.as));
    const text = own ?? place?.[mode];
    if (text === undefined) {
      const no = place ? `no number is named for ${name} (\`places\` in a layer of the site's own)` : "it is not known";
      return { ok: false, why: facts.unknown.get(name) ?? no };
    }
    if (word === undefined) return { ok: true, text };
    const found = make.words.get(name)?.get(text)?.get(word);
    return found === undefined
      ? { ok: false, why: `${make.vendor} data has no ${word} for the ${name} ${text}` }
      : { ok: true, text: found };
  };
  return (template) => {
    let text = "";
    let from = 0;
    for (const match of template.matchAll(/\{([a-z-]+)(?:\.([a-z-]+))?\}/g)) {
      const found = lookUp(match[1] ?? "", match[2]);
      if (!found.ok) return found;
      text += template.slice(from, match.index) + found.text;
      from = match.index + match[0].length;
    }
    return { ok: true, text: text + template.slice(from) };
  };
}

type GroupFilled =
  | { readonly ok: true; readonly set: readonly Entry[]; readonly without: readonly Entry[] }
  | { readonly ok: false; readonly keys: readonly string[]; readonly cause: LeftOut["cause"]; readonly why: string };

function fillGroup(
  { when, set, without }: Group,
  fill: Fill,
  facts: Facts,
  roomFlaw: (key: string) => string | undefined,
): GroupFilled {
  const nameOf = (key: string): string => {
    const filled = fill(key);
    return filled.ok ? filled.text : key;
  };
  const keys = set.map(({ key }) => nameOf(key));
  const not = when.filter((flag) => !facts.flags.has(flag));
  if (not.length > 0) return { ok: false, keys, cause: "when", why: `it is for phones with ${not.join(" and ")}` };
  const entries: Entry[] = [];
  for (const { key, value, file, line } of set) {
    const [name, text] = [fill(key), fill(value)];
    if (!name.ok) return { ok: false, keys, cause: "unknown", why: name.why };
    if (!text.ok) return { ok: false, keys, cause: "unknown", why: text.why };
    const crowded = roomFlaw(name.text);
    if (crowded !== undefined) return { ok: false, keys, cause: "unknown", why: `${name.text} ${crowded}` };
    entries.push({ key: name.text, value: text.text, file, line });
  }
  return { ok: true, set: entries, without: without.map((one) => ({ ...one, key: nameOf(one.key) })) };
}
