import { cut, label, plain } from "../plain.js";

/**
 * A phone puts a value of its own, such as a setting, in the place of `$(name)` and `$[name]`, wherever one stands; with a
 * space behind the dollar it does not (docs.snom.io, callbacks, common errors). So no caller's name is ever asked for.
 */
function inert(text: string): string {
  return text.replace(/\$(?=[([])/g, "$ ");
}

/** A text as one line that may stand in a document, whatever it says. */
export function words(text: string): string {
  return inert(plain(text));
}

/** A label, title or row; never empty. */
export function name(text: string, columns: number): string {
  return label(words(text), columns);
}

/** Of one line; what one hostile name may take of the page. */
const lineCharacters = 256;

/** The line in rows of at most that many characters, between words where it can be; a row for an empty one. */
export function wrapped(line: string, columns: number): readonly string[] {
  const rows: string[] = [];
  for (const word of cut(words(line), lineCharacters)
    .split(" ")
    .filter(Boolean)
    .flatMap((one) => parts(one, columns))) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows.length > 0 ? rows : [""];
}

/** A word that is longer than a row, in pieces that are not. */
function parts(word: string, columns: number): readonly string[] {
  if (word.length <= columns) return [word];
  const pieces: string[] = [""];
  for (const letter of word) {
    const last = pieces.length - 1;
    if ((pieces[last] ?? "").length + letter.length > columns) pieces.push(letter);
    else pieces[last] += letter;
  }
  return pieces;
}
