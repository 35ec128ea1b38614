const lineBreaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;
/** What XML 1.0 forbids, and what turns the reading direction of the text beside it. */
const unfit =
  /[\p{Cc}\p{Surrogate}\p{Noncharacter_Code_Point}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;
const ascii = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
/** A family emoji has 11 units; a name stacked with hundreds of combining marks must not fill a document. */
const unitsPerColumn = 3;

/**
 * The text as one line that may stand in a document: control characters, lone surrogates, non-characters and
 * direction overrides are gone, line breaks and tabs are spaces. The one place where phones' texts are cleaned.
 */
export function plain(text: string): string {
  return text.replace(lineBreaks, " ").replace(unfit, "");
}

/** At most `columns` characters as a reader counts them; what was longer ends in an ellipsis, which is counted. */
export function cut(text: string, columns: number): string {
  if (text.length <= columns) return text;
  if (ascii.test(text)) return `${text.slice(0, columns - 1).trimEnd()}…`;
  let kept = "";
  let count = 0;
  let shorter = "";
  for (const { segment } of graphemes.segment(text)) {
    count += 1;
    if (count === columns) shorter = kept;
    if (count > columns || kept.length + segment.length > columns * unitsPerColumn) {
      return `${(count > columns ? shorter : kept).trimEnd()}…`;
    }
    kept += segment;
  }
  return kept;
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
