import type { LineProblem, PhoneLineWish, PhoneListed, PhoneWish } from "../model/index.js";
import { csvLine } from "./csv.js";
import { type ListRow, readList } from "./csv-list.js";

/** Every column, by what it says of a phone. */
const columns = {
  mac: "mac",
  vendor: "vendor",
  model: "model",
  extension: "extension",
  answer: "answer",
  lamp: "lamp",
  lamp_key: "lampKey",
  address: "address",
  push: "push",
  push_address: "pushAddress",
  push_username: "pushUsername",
  push_password: "pushPassword",
  push_priority: "pushPriority",
} as const satisfies Readonly<Record<string, keyof PhoneListed & keyof PhoneWish>>;
type Column = keyof typeof columns;
const names = Object.keys(columns) as readonly Column[];
const needed = ["mac", "vendor", "model", "extension"] as const;

/** The lines of a list of phones that can be read, and what is wrong with the others. */
export interface ReadPhones {
  readonly lines: readonly PhoneLineWish[];
  readonly problems: readonly LineProblem[];
}

/** Phones as CSV (RFC 4180), one a line; those of nobody are left out. `readPhones` reads it back. */
export function phonesCsv(phones: readonly PhoneListed[]): string {
  const rows = phones
    .filter(({ extension }) => extension !== "")
    .map((phone) => names.map((column) => String(phone[columns[column]] ?? "")));
  return [names, ...rows].map(csvLine).join("");
}

/** Reads phones from CSV: see `readList`. */
export function readPhones(bytes: Buffer): ReadPhones {
  const { rows, problems } = readList(bytes, names, needed);
  return { lines: rows.map((row) => ({ line: row.line, wish: wishOf(row) })), problems };
}

function wishOf(row: ListRow<Column>): PhoneWish {
  const said = names.flatMap((column) => {
    // Spaces are a part of a password.
    const text = column === "push_password" ? row.exact(column) : row.cell(column);
    return text === undefined ? [] : [[columns[column], text]];
  });
  return Object.fromEntries(said);
}
