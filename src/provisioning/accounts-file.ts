import { readFile, stat } from "node:fs/promises";
import type { SipAccount } from "../model/index.js";
import { readAccountsCsv } from "./accounts-csv.js";

/** What the file says, or why it says nothing, in words for the person who asked. */
type Listed =
  | { readonly ok: true; readonly value: ReadonlyMap<string, SipAccount> }
  | { readonly ok: false; readonly sentence: string };

/** A file says in steps of up to some milliseconds when it was written; what is younger may be written again unseen. */
const youngMs = 1_000;

/** The SIP accounts that a site lists, by extension; read anew only where the file has been written since. */
export class AccountsFile {
  readonly #path: string | undefined;
  readonly #now: () => number;
  #last: { readonly mark: string; readonly listed: Listed } | undefined;

  /** Without a path there are none. */
  constructor(path: string | undefined, now: () => number = Date.now) {
    this.#path = path;
    this.#now = now;
  }

  async read(): Promise<Listed> {
    if (this.#path === undefined) return { ok: true, value: new Map() };
    const { mark, at } = await markOf(this.#path);
    if (this.#last?.mark === mark) return this.#last.listed;
    const old = this.#now() - at >= youngMs;
    const listed = await readAccounts(this.#path);
    // What was read may be newer than its mark, and is read once more then.
    this.#last = old ? { mark, listed } : undefined;
    return listed;
  }
}

async function readAccounts(path: string): Promise<Listed> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => ({ code: error.code ?? "" }));
  if (typeof text !== "string") return { ok: false, sentence: `${path} cannot be read (${text.code}).` };
  const read = readAccountsCsv(text, path);
  return read.ok ? { ok: true, value: read.accounts } : { ok: false, sentence: read.problems.join("\n") };
}

/** Differs whenever the file has been written, or whatever of it can be read; `at` is when it was. */
async function markOf(path: string): Promise<{ readonly mark: string; readonly at: number }> {
  try {
    const { dev, ino, mtimeNs, ctimeNs, ctimeMs, size } = await stat(path, { bigint: true });
    return { mark: [dev, ino, mtimeNs, ctimeNs, size].join("."), at: Number(ctimeMs) };
  } catch (error) {
    return { mark: String((error as NodeJS.ErrnoException).code), at: 0 };
  }
}
