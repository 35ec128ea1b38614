import { nearest } from "./nearest.js";

/** A text that became a value, or the words that go behind the name of what it is for: "must be ...". */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly wrong: string };

/** Text from elsewhere as it may stand in a sentence: in backticks, without control characters, not endless. */
export function shown(text: string): string {
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029`]/g, "?");
  return `\`${clean.length > 60 ? `${clean.slice(0, 57)}...` : clean}\``;
}

/** `a`, `a or b`, `a, b or c`, each in backticks. */
export function listed(words: readonly string[], joint: "or" | "and" = "or"): string {
  const quoted = words.map(shown);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${joint} ${last}`;
}

/** What is wrong with a value that must be one of a few words. */
export function choiceWords(words: readonly string[], given: unknown, missing: string): string {
  if (given === undefined) return missing;
  if (typeof given !== "string") return `must be ${listed(words)}`;
  const near = nearest(given, words);
  return `must be ${listed(words)}, not ${shown(given)}${near === undefined ? "" : `; did you mean ${shown(near)}?`}`;
}

/** Parses by a function that knows nothing but right and wrong; `form` is what it must be. */
export function shaped<T>(form: string, parse: (text: string) => T | undefined): (text: string) => Parsed<T> {
  return (written) => {
    const parsed = parse(written);
    if (parsed !== undefined) return { ok: true, value: parsed };
    return { ok: false, wrong: `must be ${form}, not ${shown(written)}` };
  };
}

/** The text itself where it has this shape. */
export function matching(shape: RegExp): (text: string) => string | undefined {
  return (written) => (shape.test(written) ? written : undefined);
}
