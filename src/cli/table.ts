/** Rows under a heading, in aligned columns. A column that is empty in every row is left out. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => heading.map((_, column) => plain(row[column] ?? "")));
  const used = heading.flatMap((_, column) => (clean.some((row) => row[column] !== "") ? [column] : []));
  const lines = [heading, ...clean].map((row) => used.map((column) => row[column] ?? ""));
  const widths = used.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ""))));
  const last = widths.length - 1;
  const aligned = (line: readonly string[]): string =>
    line.map((cell, column) => (column === last ? cell : pad(cell, widths[column] ?? 0))).join("  ");
  return lines.map((line) => aligned(line).trimEnd()).join("\n");
}

/** Names and values, one pair a line, the values aligned. */
export function pairs(facts: Readonly<Record<string, string>>): string {
  const names = Math.max(...Object.keys(facts).map(width));
  return Object.entries(facts)
    .map(([name, value]) => `${pad(name, names)}  ${plain(value)}`)
    .join("\n");
}

/** Text with spaces behind it up to a width. */
export function pad(text: string, to: number): string {
  return text + " ".repeat(Math.max(0, to - width(text)));
}

/** Text from outside without anything that a terminal would obey. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "?");
}

function width(text: string): number {
  return [...text].length;
}
