import { CsvError, parse } from "csv-parse/sync";
import type { SipAccount } from "../model/index.js";

/** SIP accounts by extension, or what is wrong, by line. No sentence repeats a password. */
export type AccountsRead =
  | { readonly ok: true; readonly accounts: ReadonlyMap<string, SipAccount> }
  | { readonly ok: false; readonly problems: readonly string[] };

const columns = ["extension", "user", "password", "auth"] as const;
const needed = ["extension", "user", "password"] as const;

/** Reads a CSV (RFC 4180) with the heading `extension,user,password` and, where it differs from the user, `auth`. */
export function readAccountsCsv(text: string, file: string): AccountsRead {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n/);
  const [heading = "", ...rest] = lines;
  const names = cellsOf(heading)?.map((name) => name.trim().toLowerCase()) ?? [];
  const problems: string[] = [];
  const say = (line: number, why: string): void => void problems.push(`${file}:${line}: ${why}`);
  const missing = needed.filter((name) => !names.includes(name));
  const strange = names.find((name) => !columns.some((column) => column === name));
  if (missing.length > 0) say(1, `the heading has no ${missing.join(", no ")}; it is ${columns.join(",")}`);
  else if (strange !== undefined) say(1, `the heading has an unknown column; those there are: ${columns.join(", ")}`);
  if (problems.length > 0) return { ok: false, problems };

  const accounts = new Map<string, SipAccount>();
  const first = new Map<string, number>();
  for (const [index, line] of rest.entries()) {
    const at = index + 2;
    if (line === "") continue;
    const cells = cellsOf(line);
    if (!cells) say(at, "a quote is open at its end, or stands inside a cell that has none");
    else if (cells.length !== names.length) say(at, `has ${cells.length} cells and must have ${names.length}`);
    if (cells?.length !== names.length) continue;
    const cell = (name: (typeof columns)[number]): string => cells[names.indexOf(name)] ?? "";
    const extension = cell("extension").trim();
    const empty = needed.find((name) => cell(name).trim() === "");
    const earlier = first.get(extension);
    if (empty !== undefined) say(at, `has no ${empty}`);
    else if (cells.some((one) => /\p{Cc}/u.test(one))) say(at, "holds a control character");
    else if (earlier !== undefined) say(at, `has the extension of line ${earlier} once more`);
    else {
      first.set(extension, at);
      const user = cell("user").trim();
      accounts.set(extension, { user, auth: cell("auth").trim() || user, password: cell("password") });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, accounts };
}

/** The cells of one line; undefined where its quotes do not fit. */
function cellsOf(line: string): readonly string[] | undefined {
  try {
    return parse(line, { relax_column_count: true })[0] ?? [];
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}
