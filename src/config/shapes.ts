import * as z from "zod";
import { choiceWords, type Parsed } from "../model/index.js";
import { shown } from "./paths.js";

export { choiceWords, matching, shaped } from "../model/index.js";

/*
 * Messages are what goes behind the key's name: "is missing: ...", "must be ...". The message of an unknown key is the
 * list of the keys that are right there, one a line.
 */

/** What zod tells of a problem, as far as sentences are made of it. */
export interface Raw {
  readonly code?: string | undefined;
  readonly input?: unknown;
}

/** A map with these keys and no others; `meaning` is said where it is missing. */
export function map<Shape extends z.core.$ZodLooseShape>(shape: Shape, meaning: string) {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue: Raw) => {
      if (issue.code === "unrecognized_keys") return names.join("\n");
      return issue.input === undefined
        ? `is missing: ${meaning}`
        : `must be a map with keys such as ${shown(names[0] ?? "")}`;
    },
  });
}

/** A list; empty where none is written. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: "must be a list" }).default([]);
}

/** A text as it is written. */
export function text(meaning: string) {
  return z.string({ error: (issue: Raw) => (issue.input === undefined ? `is missing: ${meaning}` : "must be text") });
}

/** A text that is parsed to a value. */
export function value<T>(meaning: string, parse: (text: string) => Parsed<T>) {
  return text(meaning).transform((written, context): T => {
    const parsed = parse(written);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: "custom", message: parsed.wrong });
    return z.NEVER;
  });
}

/** One of a few words; the sentence names them all and the nearest. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words, missing: string) {
  return z.enum(words, { error: (issue: Raw) => choiceWords(words, issue.input, missing) });
}
