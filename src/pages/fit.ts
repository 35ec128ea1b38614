const ascii = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
/** A family emoji has 11 units; a name stacked with hundreds of combining marks must not fill a document. */
const unitsPerColumn = 3;

/** At most `columns` characters as a reader counts them; what was longer ends in an ellipsis, which is counted. */
export function cut(text: string, columns: number): string {
  if (text.length <= columns) return text;
  if (columns < 1) return "";
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

/** `3:05` or `1:02:03` for a time span in milliseconds, in every language; negative spans count as none. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
