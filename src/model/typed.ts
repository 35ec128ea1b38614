declare const brand: unique symbol;

/** The most that is taken of what somebody typed on a phone, in characters: it also goes into addresses of pages. */
const mostTyped = 32;

/** Words or digits to look for: one line of 1 to 32 characters, none of them a control character. */
export type SearchText = string & { readonly [brand]: "SearchText" };

/** What was typed, cleaned, or undefined where nothing is left of it, or it is longer than anybody types. */
export function parseSearchText(text: string): SearchText | undefined {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return line !== "" && line.length <= mostTyped ? (line as SearchText) : undefined;
}

/** Digits that were typed in secret. Whatever writes it down without asking for it, as a log does, gets dots. */
export class Secret {
  readonly #digits: string;

  constructor(digits: string) {
    this.#digits = digits;
  }

  /** The digits themselves, for whoever compares them. */
  reveal(): string {
    return this.#digits;
  }

  toString(): string {
    return "••••";
  }

  toJSON(): string {
    return this.toString();
  }
}

/** A secret of 1 to 32 keys of a keypad (`0` to `9`, `*`, `#`), else undefined. */
export function parseSecret(text: string): Secret | undefined {
  return /^[0-9*#]{1,32}$/.test(text) ? new Secret(text) : undefined;
}
