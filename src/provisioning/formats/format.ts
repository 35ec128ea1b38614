/** One key and its value, as they go into a file. */
export interface Entry {
  readonly key: string;
  readonly value: string;
}

/** A file's text, or the key whose value cannot stand in such a file, in words behind its name. */
export type Text =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly key: string; readonly why: string };

/** One form of configuration file. Pure: the same entries give the same text. */
export interface Format {
  /** The keys of one phone, in the order given. */
  keys(entries: readonly Entry[]): Text;
  /** A file that names others, for makes that have one. */
  list?(names: readonly string[]): Text;
}

/** Line ends of every kind, halves of characters, and what else no configuration file may hold. */
const control = /[\p{Cc}\p{Cs}\u2028\u2029]/u;
const form = /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*$/;

/** A certificate as text, which is of several lines. */
const certificate = /^-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/=]{1,76}\n){1,200}-----END CERTIFICATE-----$/;

/**
 * Why an entry can stand in no file, whatever its form; undefined where it can. A form that keeps the line ends of a
 * value says so, and then a certificate may have them.
 */
export function flawOfEntry({ key, value }: Entry, keepsLines = false): string | undefined {
  if (!form.test(key)) return "is no name of a key";
  if (keepsLines && certificate.test(value)) return undefined;
  if (control.test(value)) return "holds a line end or another control character";
  return value.trim() === "" ? "is blank" : undefined;
}

/** The first entry that can stand in no file, if there is one. */
export function flawIn(
  entries: readonly Entry[],
  keepsLines = false,
): Exclude<Text, { readonly ok: true }> | undefined {
  for (const entry of entries) {
    const why = flawOfEntry(entry, keepsLines);
    if (why !== undefined) return { ok: false, key: entry.key, why };
  }
  return undefined;
}

/** For xmlbuilder2, which takes what looks like an entity for one; with its ampersand escaped a text stays what it says. */
export function literal(text: string): string {
  return text.replaceAll("&", "&amp;");
}
