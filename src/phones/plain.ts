import { cut } from "../pages/index.js";

export { cut };

const lineBreaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;
/** What XML 1.0 forbids, and what turns the reading direction of the text beside it. */
const unfit =
  /[\p{Cc}\p{Surrogate}\p{Noncharacter_Code_Point}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;

/**
 * The text as one line that may stand in a document: control characters, lone surrogates, non-characters and
 * direction overrides are gone, line breaks and tabs are spaces. The one place where phones' texts are cleaned.
 */
export function plain(text: string): string {
  return text.replace(lineBreaks, " ").replace(unfit, "");
}

/** The text cut behind a word, so that words stay whole; a first word that is too long is cut itself. */
export function cutAtWord(text: string, columns: number): string {
  return text.length <= columns ? text : cut(text, columns).replace(/\s\S*…$/, " …");
}

/** A cleaned, trimmed and cut label, title or row. Never empty: a dash stands for nothing. */
export function label(text: string, columns: number): string {
  return cut(plain(text).trim(), columns) || "–";
}

/** ASCII without what a template escapes: most texts are. */
const asItStands = /^[\x20\x21\x23-\x25\x28-\x3b\x3d\x3f-\x7e]*$/;
const escapedSize: Readonly<Record<string, number>> = { "&": 5, "<": 4, ">": 4, '"': 6, "'": 6 };

/** Bytes of the text in a UTF-8 document, escapes included: never less than what a template makes of it. */
export function documentBytes(text: string): number {
  if (asItStands.test(text)) return text.length;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += escapedSize[character] ?? (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
  }
  return bytes;
}
