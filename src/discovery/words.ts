const longest = 64;

/** What a device says of itself, fit to be shown: printable ASCII, cut; undefined where nothing is left. */
export function wordsOf(said: string | undefined): string | undefined {
  const words = said
    ?.replace(/[^\x20-\x7e]+/g, "?")
    .trim()
    .slice(0, longest);
  return words === "" ? undefined : words;
}
