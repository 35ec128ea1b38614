import { documentBytes } from "./plain.js";

const ellipsisBytes = 4;

/** What a list has room for. */
export interface RowRoom {
  readonly bytes: number;
  readonly rows: number;
}

/**
 * The rows that fit. What goes first is the last row that stands for a call: a row that does not leads to the other pages
 * of the list, and from there to the calls that did not fit. `sizeOf` counts markup too.
 */
export function fittingRows<Row>(
  rows: readonly Row[],
  { bytes, rows: most }: RowRoom,
  isCall: (at: number) => boolean,
  sizeOf: (row: Row) => number,
): readonly Row[] {
  const kept = rows.map((row, at) => ({ row, size: sizeOf(row), call: isCall(at) }));
  let size = kept.reduce((sum, entry) => sum + entry.size, 0);
  while (kept.length > 0 && (kept.length > most || size > bytes)) {
    const lastCall = kept.findLastIndex((entry) => entry.call);
    const [gone] = kept.splice(lastCall === -1 ? kept.length - 1 : lastCall, 1);
    size -= gone?.size ?? 0;
  }
  return kept.map((entry) => entry.row);
}

/**
 * The lines that fit, first ones first; where some did not, the last line is an ellipsis. `lineMarkup` is what a line costs
 * beside its text.
 */
export function fittingLines(
  lines: readonly string[],
  { bytes, lines: most, lineMarkup }: { readonly bytes: number; readonly lines: number; readonly lineMarkup: number },
): readonly string[] {
  const kept: string[] = [];
  let left = bytes - ellipsisBytes - lineMarkup;
  for (const [at, line] of lines.entries()) {
    const size = documentBytes(line) + lineMarkup;
    const last = at === lines.length - 1;
    if (size > left || kept.length >= (last ? most : most - 1)) return [...kept, "…"];
    left -= size;
    kept.push(line);
  }
  return kept;
}
