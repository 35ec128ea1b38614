import { median, quantile } from "./statistics.ts";

/** One line of the table; every cell is final text. */
export interface Row {
  readonly what: string;
  readonly floor: string;
  readonly earshot: string;
  readonly ratio: string;
  readonly aim: string;
}

/** Median and p99 of both sides, and the ratio of the medians. */
export function compared(
  what: string,
  unit: string,
  floor: readonly number[],
  earshot: readonly number[],
  aim = "",
): Row {
  const both = (values: readonly number[]) => `${figure(median(values))} / ${figure(quantile(values, 0.99))} ${unit}`;
  return { what, floor: both(floor), earshot: both(earshot), ratio: ratio(median(earshot), median(floor)), aim };
}

export function ratio(earshot: number, floor: number): string {
  return figure(earshot / floor);
}

/** Three digits that count, and thousands set apart. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "not measured";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toPrecision(3);
}

/** For what cannot be measured here. */
export function notRun(what: string, why: string): Row {
  return { what, floor: "", earshot: `not run (${why})`, ratio: "", aim: "" };
}

/** The table as it stands in the README; `on` says what it was taken on. */
export function markdown(rows: readonly Row[], on: string): string {
  const lines = rows.map(
    ({ what, floor, earshot, ratio: of, aim }) => `| ${[what, floor, earshot, of, aim].join(" | ")} |`,
  );
  return [on, "", "| | floor | earshot | earshot / floor | aim |", "|---|---|---|---|---|", ...lines].join("\n");
}

const between = /(<!-- bench -->\n).*?(<!-- \/bench -->)/s;

/** The text with this table between its marker comments. @throws Error where there are none. */
export function withTable(text: string, table: string): string {
  if (!between.test(text)) throw new Error("the README has no marker comments for the table");
  return text.replace(between, (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
}
