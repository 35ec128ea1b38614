import { type Format, flawOfEntry } from "./format.js";

/** Must be the very first line, or the phone takes nothing of the file (Auto Provisioning Guide). */
const firstLine = "#!version:1.0.0.1";

/** Yealink's `.cfg`: a line for each key. It has no escapes, so what would need one is refused. */
export const yealinkCfg: Format = {
  keys: (entries) => {
    for (const entry of entries) {
      const { key, value } = entry;
      const why = flawOfEntry(entry) ?? (value === "%NULL%" ? "is the word that resets a key" : edged(value));
      if (why !== undefined) return { ok: false, key, why };
    }
    const lines = entries.map(({ key, value }) => `${key} = ${value}`);
    return { ok: true, text: [firstLine, "# Written by earshot, and again at every change.", ...lines, ""].join("\n") };
  },
};

function edged(value: string): string | undefined {
  return value === value.trim() ? undefined : "begins or ends with a space, which the phone would not keep";
}
