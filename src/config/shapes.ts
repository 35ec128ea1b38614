import * as z from "zod";
import { choiceWords, type Parsed, shaped } from "../model/index.js";
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

/** A whole number from `least` to `most`, in no more digits than that; `meaning` says so. */
export function whole(meaning: string, least: number, most: number) {
  const digits = new RegExp(`^\\d{1,${String(most).length}}$`);
  return shaped(meaning, (written) => {
    const number = digits.test(written) ? Number(written) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  });
}

/** A secret is written, or kept in a file, or in the environment; which one is read is settled by `secrets.ts`. */
export const passwordKeys = {
  password: text("a password").optional(),
  passwordFile: text("a file").optional(),
  passwordEnv: text("an environment variable").optional(),
};
export const secretKeys = {
  secret: text("a secret").optional(),
  secretFile: text("a file").optional(),
  secretEnv: text("an environment variable").optional(),
};
