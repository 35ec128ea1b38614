/** A screen drawn for a report: the highlighted line, and the softkeys of which some are behind More. */
export function drawn(
  title: string,
  lines: readonly (readonly [highlighted: boolean, text: string])[],
  keys: readonly string[],
  keysAtOnce: number,
): string {
  const behind = keys.length > keysAtOnce;
  const atOnce = behind ? [...keys.slice(0, keysAtOnce - 1), "More"] : keys;
  const bar = atOnce.map((label) => `[${label}]`).join(" ");
  const more = behind
    ? keys
        .slice(keysAtOnce - 1)
        .map((label) => `[${label}]`)
        .join(" ")
    : "";
  const body = lines.map(([highlighted, text]) => `${highlighted ? ">" : " "} ${text}`);
  const width = Math.max(40, ...[title, bar, more, ...body].map((line) => line.length + 2));
  const boxed = (line: string): string => `| ${line.padEnd(width - 2)} |`;
  const rule = `+${"-".repeat(width)}+`;
  return [rule, boxed(title), rule, ...body.map(boxed), rule, boxed(bar), ...(behind ? [boxed(more)] : []), rule].join(
    "\n",
  );
}

/** What a phone shows whose font has Latin letters alone: a box for every other character. */
export function latin(text: string): string {
  return text.replace(/[^\n\u0020-\u024f\u1e00-\u1eff\u2010-\u2026\u20ac]/gu, "\u25a1");
}
