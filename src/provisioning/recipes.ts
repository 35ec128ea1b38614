import { readMakes } from "./data.js";
import type { Answer } from "./provisioner.js";

/** How an existing provisioner is brought to give earshot's file too, for one make and one kind of provisioner. */
export async function recipe(vendor: string, kind: string): Promise<Answer<string>> {
  const read = await readMakes();
  if (!read.ok) return { ok: false, sentence: read.problems.join("\n") };
  const make = read.makes.get(vendor);
  if (!make) return { ok: false, sentence: `There is no make ${vendor}; those there are: ${names(read.makes)}.` };
  const text = make.recipes.get(kind);
  if (text !== undefined) return { ok: true, value: text };
  return { ok: false, sentence: `There is no recipe ${kind}; those there are: ${names(make.recipes)}.` };
}

function names(map: ReadonlyMap<string, unknown>): string {
  return [...map.keys()].join(", ");
}
