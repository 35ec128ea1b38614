/** Letters that are one to Unicode and one with a mark, or two, to whoever looks for them. */
const plainLetters: Readonly<Record<string, string>> = {
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ħ: "h", ı: "i", ŀ: "l", ŧ: "t" },
};
const ascii = /^[\x20-\x7e]*$/;

/** The text without case and accents, to compare and to look for: `Zoë Åß` is `zoe ass`. */
export function folded(text: string): string {
  const small = text.toLowerCase();
  if (ascii.test(small)) return small;
  return small
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^\p{ASCII}]/gu, (letter) => plainLetters[letter] ?? letter);
}
