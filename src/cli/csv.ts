import type { AuditEntry } from "../model/index.js";
import { plain } from "./table.js";

const columns = [
  ["id", ({ id }) => String(id)],
  ["at", ({ at }) => utc(at)],
  ["writtenAt", ({ writtenAt }) => utc(writtenAt)],
  ["late", ({ late }) => String(late)],
  ...(
    [
      ...["act", "outcome", "supervisor", "supervision", "agent", "call", "leg", "phone", "customer", "mode"],
      ...["visibility", "mic", "refusal", "ending", "detail"],
    ] as const
  ).map((field) => [field, (entry: AuditEntry) => entry[field] ?? ""] as const),
] as const satisfies readonly (readonly [string, (entry: AuditEntry) => string])[];

/** The heading of the record as CSV (RFC 4180). */
export function csvHeading(): string {
  return csvLine(columns.map(([name]) => name));
}

/** Rows of the record as CSV, times in UTC. */
export function csvLines(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => csvLine(columns.map(([, of]) => of(entry)))).join("");
}

/** One line of CSV (RFC 4180), harmless where a spreadsheet opens it. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

/**
 * A spreadsheet takes a cell that begins like this for a formula, and a caller chooses their own name: an apostrophe
 * before it makes it text. The full-width signs count where a spreadsheet runs in Japanese or Chinese.
 */
function cell(text: string): string {
  const harmless = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
  const shown = plain(harmless);
  return /[",]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

function utc(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
}
