import { CsvError, parse } from "csv-parse/sync";
import { type Enlisted, type LineProblem, nearest } from "../model/index.js";
import { plain } from "./table.js";

/** One line of a list, by the names of its columns. */
export interface ListRow<Column extends string> {
  /** Counted from 1, as an editor shows it. */
  readonly line: number;
  /** Undefined where the cell is empty, or the column is not there. */
  cell(column: Column): string | undefined;
  /** The same with the spaces around it. */
  exact(column: Column): string | undefined;
}

export interface ListRead<Column extends string> {
  readonly rows: readonly ListRow<Column>[];
  readonly problems: readonly LineProblem[];
}

/**
 * Reads a list from CSV with a heading, in any order of its columns, separated by commas or, as spreadsheets in some
 * languages write it, by semicolons. An empty cell says nothing; an apostrophe before a formula is taken away again.
 */
export function readList<const Column extends string>(
  bytes: Buffer,
  columns: readonly Column[],
  needed: readonly Column[],
): ListRead<Column> {
  const text = decoded(bytes);
  if (text === undefined) return refused(1, "The file is not in UTF-8; save it as CSV UTF-8.");
  const [first = ""] = text.split(/\r?\n/, 1);
  const delimiter = first.includes(";") && !first.includes(",") ? ";" : ",";
  const records = recordsOf(text, delimiter);
  if ("problem" in records) return { rows: [], problems: [records.problem] };
  const [heading, ...lines] = records.records;
  if (!heading) return refused(1, `The file is empty; its first line names the columns: ${columns.join(", ")}.`);
  const named = heading.cells.map((cell) => cell.trim().toLowerCase());
  const wrong = headingProblems(named, columns, needed);
  if (wrong.length > 0) return { rows: [], problems: wrong.map((sentence) => ({ line: heading.line, sentence })) };
  const problems: LineProblem[] = [];
  const rows = lines.flatMap((record) => {
    const row = rowOf(record, named);
    const sentence = lineProblem(record, named, needed, row);
    if (sentence !== undefined) problems.push({ line: record.line, sentence });
    return sentence === undefined ? [row] : [];
  });
  return { rows, problems };
}

/** What the gateway said of the lines that could be read, with what is wrong with the others. */
export function withProblems(enlisted: Enlisted, problems: readonly LineProblem[]): Enlisted {
  if (problems.length === 0) return enlisted;
  const all = enlisted.ok ? problems : [...enlisted.problems, ...problems];
  return { ok: false, problems: [...all].sort((a, b) => a.line - b.line) };
}

/** One problem a line, and that nothing came of the list. */
export function problemText(file: string, problems: readonly LineProblem[], nothing: string): string {
  const lines = problems.map(
    ({ line, sentence }) => `${plain(line > 0 ? `${file}:${line}: ${sentence}` : sentence)}\n`,
  );
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `${lines.join("")}${count}; ${nothing}.\n`;
}

/** How many lines of a list came to what. */
export function enlistedText({ added, changed, same }: Extract<Enlisted, { ok: true }>, dryRun: boolean): string {
  const would = dryRun ? " would be" : "";
  return `${added}${would} added, ${changed}${would} changed, ${same} as before.\n`;
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

function recordsOf(text: string, delimiter: string): { records: readonly CsvRecord[] } | { problem: LineProblem } {
  try {
    const records: CsvRecord[] = [];
    parse(text, {
      ...{ delimiter, relax_column_count: true, skip_empty_lines: true },
      on_record: (cells: readonly string[], { lines }) => {
        const inside = cells.join("").match(/\r\n|\r|\n/g)?.length ?? 0;
        records.push({ line: lines - inside, cells });
        return null;
      },
    });
    return { records };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error["lines"] === "number" ? error["lines"] : 1;
    return { problem: { line, sentence: "The quotes of this line do not match, so nothing behind it can be read." } };
  }
}

function headingProblems(
  named: readonly string[],
  columns: readonly string[],
  needed: readonly string[],
): readonly string[] {
  const strange = named.flatMap((name, at) => {
    if (named.indexOf(name) < at) return [`The column ${JSON.stringify(name.slice(0, 40))} is there twice.`];
    if (columns.some((column) => column === name)) return [];
    const near = nearest(name, columns);
    const hint = near === undefined ? `columns are ${columns.join(", ")}` : `did you mean ${near}?`;
    return [`There is no column ${JSON.stringify(name.slice(0, 40))}; ${hint}${near === undefined ? "." : ""}`];
  });
  const missing = needed.filter((column) => !named.includes(column));
  return [...strange, ...(strange.length > 0 ? [] : missing.map((column) => `The column ${column} is missing.`))];
}

function rowOf<Column extends string>({ line, cells }: CsvRecord, named: readonly string[]): ListRow<Column> {
  const exact = (column: Column): string | undefined => {
    const at = named.indexOf(column);
    const text = (at < 0 ? "" : (cells[at] ?? "")).replace(/^'(?='*[=+\-@\uff1d\uff0b\uff0d\uff20])/, "");
    return text === "" ? undefined : text;
  };
  return { line, exact, cell: (column) => exact(column)?.trim() || undefined };
}

function lineProblem<Column extends string>(
  { cells }: CsvRecord,
  named: readonly string[],
  needed: readonly Column[],
  row: ListRow<Column>,
): string | undefined {
  if (cells.length !== named.length) return `This line has ${cells.length} cells, and the heading ${named.length}.`;
  const empty = needed.find((column) => row.cell(column) === undefined);
  return empty === undefined ? undefined : `The ${empty} is missing.`;
}

/** Without the mark that some programs write before UTF-8. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refused<Column extends string>(line: number, sentence: string): ListRead<Column> {
  return { rows: [], problems: [{ line, sentence }] };
}
