import { nearest } from "../model/index.js";
import { factNames } from "./facts.js";
import { listedKey, nearestKey } from "./key-list.js";
import type { GroupKey, Layer, Make } from "./layers.js";

/** What a make's data gets wrong beyond its shape: keys in no list, and words in braces that stand for nothing. */
export function checkMake(make: Make, layers: readonly Layer[]): readonly string[] {
  const places = new Set(layers.flatMap((layer) => [...layer.places.keys()]));
  const names = [...factNames, ...places];
  return layers.flatMap(({ groups }) =>
    groups.flatMap(({ set, without }) => [
      ...set.flatMap((one) => [...keyFlaws(make, one), ...wordFlaws(make, names, one)]),
      ...without.flatMap((one) => wordFlaws(make, names, one)),
    ]),
  );
}

function keyFlaws({ keys }: Make, { key, file, line, value }: GroupKey): readonly string[] {
  if (value === "") return [`${file}:${line}: ${key} is blank; a key that is not meant is left out`];
  const form = key.replaceAll(/\{[^}]*\}/g, "0");
  if (listedKey(keys, form)) return [];
  const near = nearestKey(keys, form);
  return [`${file}:${line}: ${key} is in no key list${near === undefined ? "" : `; did you mean ${near}?`}`];
}

function wordFlaws({ words }: Make, names: readonly string[], { key, value, file, line }: GroupKey): readonly string[] {
  return [...`${key} ${value}`.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = ""]) => {
    const [name = "", word] = inside.split(".");
    const flaw = (right: readonly string[], asked: string): readonly string[] => {
      const near = nearest(asked, right);
      return [`${file}:${line}: {${inside}} is not known${near === undefined ? "" : `; did you mean ${near}?`}`];
    };
    if (!names.includes(name)) return flaw(names, name);
    if (word === undefined) return [];
    const known = [...(words.get(name)?.values() ?? [])].flatMap((row) => [...row.keys()]);
    return known.includes(word) ? [] : flaw(known, word);
  });
}
