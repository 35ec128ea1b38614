import { CsvError, parse } from "csv-parse/sync";
import { type EnlistedLine, type LineProblem, nearest, type PersonListed, type PersonWish } from "../model/index.js";
import { csvLine } from "./csv.js";

const columns = ["extension", "name", "role", "teams", "id", "language", "hidden", "supervision"] as const;
type Column = (typeof columns)[number];
const needed = ["extension", "name", "role"] as const;
const between = "|";

/** The lines of a list of people that can be read, and what is wrong with the others. */
export interface ReadPeople {
  readonly lines: readonly EnlistedLine[];
  readonly problems: readonly LineProblem[];
}

/** People as CSV (RFC 4180), one a line; teams are joined by `|`. `readPeople` reads it back. */
export function peopleCsv(people: readonly PersonListed[]): string {
  const rows = people.map((person) =>
    columns.map((column) => (column === "teams" ? person.teams.join(between) : (person[column] ?? ""))),
  );
  return [columns, ...rows].map(csvLine).join("");
}

/**
 * Reads people from CSV with a heading, in any order of its columns, separated by commas or, as spreadsheets in some
 * languages write it, by semicolons. An empty cell says nothing; an apostrophe before a formula is taken away again.
 */
export function readPeople(bytes: Buffer): ReadPeople {
  const text = decoded(bytes);
  if (text === undefined) return refused(1, "The file is not in UTF-8; save it as CSV UTF-8.");
  const [first = ""] = text.split(/\r?\n/, 1);
  const delimiter = first.includes(";") && !first.includes(",") ? ";" : ",";
  const records = recordsOf(text, delimiter);
  if ("problem" in records) return { lines: [], problems: [records.problem] };
  const [heading, ...rows] = records.records;
  if (!heading) return refused(1, `The file is empty; its first line names the columns: ${columns.join(", ")}.`);
  const named = heading.cells.map((cell) => cell.trim().toLowerCase());
  const wrong = headingProblems(named);
  if (wrong.length > 0) return { lines: [], problems: wrong.map((sentence) => ({ line: heading.line, sentence })) };
  const problems: LineProblem[] = [];
  const lines = rows.flatMap(({ line, cells }) => {
    const wish = wishOf(named, cells);
    if (typeof wish !== "string") return [{ line, wish }];
    problems.push({ line, sentence: wish });
    return [];
  });
  return { lines, problems };
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

function headingProblems(named: readonly string[]): readonly string[] {
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

function wishOf(named: readonly string[], cells: readonly string[]): PersonWish | string {
  if (cells.length !== named.length) return `This line has ${cells.length} cells, and the heading ${named.length}.`;
  const cell = (column: Column): string | undefined => {
    const at = named.indexOf(column);
    const text = (at < 0 ? "" : (cells[at] ?? "")).replace(/^'(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/, "").trim();
    return text === "" ? undefined : text;
  };
  const [id, extension, name, role] = (["id", "extension", "name", "role"] as const).map(cell);
  const empty = needed.find((column) => cell(column) === undefined);
  if (empty !== undefined) return `The ${empty} is missing.`;
  const [language, hidden, supervision] = (["language", "hidden", "supervision"] as const).map(cell);
  const teams = cell("teams");
  for (const [column, choice] of [
    ["hidden", hidden],
    ["supervision", supervision],
  ] as const) {
    if (choice !== undefined && !isChoice(choice)) return `${column} is allowed or forbidden.`;
  }
  return {
    ...(id !== undefined && { id }),
    ...(extension !== undefined && { extension }),
    ...(name !== undefined && { name }),
    ...(role !== undefined && { role }),
    ...(teams !== undefined && {
      teams: teams
        .split(between)
        .map((team) => team.trim())
        .filter(Boolean),
    }),
    ...(language !== undefined && { language }),
    ...(hidden !== undefined && isChoice(hidden) && { hidden }),
    ...(supervision !== undefined && isChoice(supervision) && { supervision }),
  };
}

function isChoice(text: string): text is "allowed" | "forbidden" {
  return text === "allowed" || text === "forbidden";
}

/** Without the mark that some programs write before UTF-8. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refused(line: number, sentence: string): ReadPeople {
  return { lines: [], problems: [{ line, sentence }] };
}
