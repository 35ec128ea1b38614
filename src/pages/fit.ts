const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The text when it has at most `columns` characters as a reader counts them, else its beginning and an ellipsis. */
export function cut(text: string, columns: number): string {
  if (text.length <= columns) return text;
  const parts: string[] = [];
  for (const { segment } of graphemes.segment(text.slice(0, columns * 8))) {
    parts.push(segment);
    if (parts.length > columns) return `${parts.slice(0, Math.max(columns - 1, 0)).join("")}\u2026`;
  }
  return parts.join("");
}

/** `3:05` or `1:02:03` for a time span in milliseconds; negative spans count as none. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
