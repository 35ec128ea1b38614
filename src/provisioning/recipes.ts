import { readMakes } from "./data.js";
import type { Answer } from "./provisioner.js";

/** What stands in a recipe where no phone is named. */
const anyAddress = "<the address of that phone's file: earshot provision list --show-urls>";

/**
 * How an existing provisioner is brought to give earshot's file too, for one make and one kind of provisioner. `of` gives what
 * is one phone's own, its address and its MAC address, where it is asked for.
 */
export async function recipe(
  vendor: string,
  kind: string,
  of?: { readonly mac: string; readonly address: string },
): Promise<Answer<string>> {
  const read = await readMakes();
  if (!read.ok) return { ok: false, sentence: read.problems.join("\n") };
  const make = read.makes.get(vendor);
  if (!make) return { ok: false, sentence: `There is no make ${vendor}; those there are: ${names(read.makes)}.` };
  const text = make.recipes.get(kind);
  if (text === undefined)
    return { ok: false, sentence: `There is no recipe ${kind}; those there are: ${names(make.recipes)}.` };
  const own = of ? text.replaceAll("<mac>", of.mac) : text;
  return { ok: true, value: own.replaceAll("{address}", of?.address ?? anyAddress) };
}

function names(map: ReadonlyMap<string, unknown>): string {
  return [...map.keys()].join(", ");
}
