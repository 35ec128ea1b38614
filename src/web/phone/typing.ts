export type KeypadKey = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "*" | "#";
type Mode = "abc" | "ABC" | "123";

/** What is being typed, and how the keypad types it. */
export interface Typing {
  /** Which field of the document, counted from 0. */
  readonly field: number;
  readonly text: string;
  readonly mode: Mode;
  /** The field takes digits, star and pound alone. */
  readonly digits: boolean;
  /** A key that is pressed again soon changes the letter that it has typed. */
  readonly last?: { readonly key: KeypadKey; readonly at: number };
}

const letters: Readonly<Record<KeypadKey, string>> = {
  ...{ "1": ".,-'@1", "2": "abc2", "3": "def3", "4": "ghi4", "5": "jkl5", "6": "mno6" },
  ...{ "7": "pqrs7", "8": "tuv8", "9": "wxyz9", "0": " 0", "*": "*", "#": "#" },
};
const again = 1_000;
const modes: readonly Mode[] = ["abc", "ABC", "123"];

/** A key of the keypad: its digit, or in a mode of letters the first one, the next one when it comes again soon. */
export function tapped(typing: Typing, key: KeypadKey, at: number): Typing {
  const { text, mode, last } = typing;
  if (mode === "123") return { ...typing, text: text + key, last: { key, at } };
  const cycle = mode === "ABC" ? letters[key].toUpperCase() : letters[key];
  const turns = last?.key === key && at - last.at < again;
  const place = turns ? (cycle.indexOf(text.slice(-1)) + 1) % cycle.length : 0;
  return { ...typing, text: (turns ? text.slice(0, -1) : text) + cycle.charAt(place), last: { key, at } };
}

/** All of the field's text, typed at a keyboard; what the field does not take is left out. */
export function written({ last: _, ...typing }: Typing, text: string): Typing {
  return { ...typing, text: typing.digits ? text.replace(/[^0-9*#]/g, "") : text };
}

/** The last character goes. */
export function erased(typing: Typing): Typing {
  return written(typing, [...typing.text].slice(0, -1).join(""));
}

/** The next mode of a field that takes letters. */
export function otherMode({ last: _, ...typing }: Typing): Typing {
  if (typing.digits) return typing;
  return { ...typing, mode: modes[(modes.indexOf(typing.mode) + 1) % modes.length] ?? "abc" };
}
