import type { EnlistedLine, LineProblem, PersonListed, PersonWish } from "../model/index.js";
import { csvLine } from "./csv.js";
import { type ListRow, readList } from "./csv-list.js";

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

/** Reads people from CSV: see `readList`. */
export function readPeople(bytes: Buffer): ReadPeople {
  const { rows, problems } = readList(bytes, columns, needed);
  const strange: LineProblem[] = [];
  const lines = rows.flatMap((row) => {
    const wish = wishOf(row);
    if (typeof wish !== "string") return [{ line: row.line, wish }];
    strange.push({ line: row.line, sentence: wish });
    return [];
  });
  return { lines, problems: [...problems, ...strange].sort((a, b) => a.line - b.line) };
}

function wishOf({ cell }: ListRow<Column>): PersonWish | string {
  const [id, extension, name, role] = (["id", "extension", "name", "role"] as const).map(cell);
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
