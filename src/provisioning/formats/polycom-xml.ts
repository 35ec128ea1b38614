import { create } from "xmlbuilder2";
import { type Entry, type Format, flawIn, literal } from "./format.js";

/** A Polycom's file of parameters: attributes, whose elements' names mean nothing to the phone. */
export const polycomXml: Format = {
  keys: (entries) => {
    const flaw = flawIn(entries, true);
    if (flaw) return flaw;
    const root = create({ version: "1.0", encoding: "UTF-8" }).ele("PHONE_CONFIG");
    for (const [name, some] of byFamily(entries)) {
      const element = root.ele(name);
      for (const { key, value } of some) element.att(key, literal(value));
    }
    return { ok: true, text: `${withLines(root.end({ prettyPrint: true, width: 1 }))}\n` };
  },
};

/** A line end inside a value would be read as a space (XML 3.3.3), and the library leaves it; as a reference it stays. */
function withLines(text: string): string {
  return text.replace(/"[^"]*"/g, (value) => value.replaceAll("\n", "&#xA;"));
}

/** The master file, which names the files of parameters (polycom.md 8.2). */
export const polycomMaster: Format = {
  keys: () => ({ ok: false, key: "CONFIG_FILES", why: "is all that a master file holds" }),
  list: (names) => {
    const entry = { key: "CONFIG_FILES", value: names.join(", ") };
    const flaw = flawIn([entry]);
    if (flaw) return flaw;
    const root = create({ version: "1.0", encoding: "UTF-8" }).ele("APPLICATION");
    root.att("APP_FILE_PATH", "sip.ld").att(entry.key, literal(entry.value));
    return { ok: true, text: `${root.end({ prettyPrint: true })}\n` };
  },
};

/** One element for all that begins alike, as Polycom's own files have it. */
function byFamily(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = entry.key.split(".")[0] ?? "";
    found.set(name, [...(found.get(name) ?? []), entry]);
  }
  return found;
}
