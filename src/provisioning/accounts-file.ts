import { readFile, stat } from "node:fs/promises";
import type { SipAccount } from "../model/index.js";
import { readAccountsCsv } from "./accounts-csv.js";

/** What the file says, or why it says nothing, in words for the person who asked. */
type Listed =
  | { readonly ok: true; readonly value: ReadonlyMap<string, SipAccount> }
  | { readonly ok: false; readonly sentence: string };

/** The SIP accounts that a site lists, by extension; read anew only where the file has been written since. */
export class AccountsFile {
  readonly #path: string | undefined;
  #last: { readonly mark: string; readonly listed: Listed } | undefined;

  /** Without a path there are none. */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  async read(): Promise<Listed> {
    if (this.#path === undefined) return { ok: true, value: new Map() };
    const mark = await markOf(this.#path);
    if (this.#last?.mark === mark) return this.#last.listed;
    const listed = await readAccounts(this.#path);
    // What was read may be newer than its mark, and is read once more then.
    this.#last = { mark, listed };
    return listed;
  }
}

async function readAccounts(path: string): Promise<Listed> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => ({ code: error.code ?? "" }));
  if (typeof text !== "string") return { ok: false, sentence: `${path} cannot be read (${text.code}).` };
  const read = readAccountsCsv(text, path);
  return read.ok ? { ok: true, value: read.accounts } : { ok: false, sentence: read.problems.join("\n") };
}

/** Differs whenever the file has been written, or whatever of it can be read. */
async function markOf(path: string): Promise<string> {
  try {
    const { dev, ino, mtimeNs, ctimeNs, size } = await stat(path, { bigint: true });
    return [dev, ino, mtimeNs, ctimeNs, size].join(".");
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
