import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Answer, WrittenFile } from "./reports.js";

/**
 * Writes files into a folder, made where there is none, those with passwords for this user alone. Never over a file
 * that is there: then nothing is written, and the sentence names it.
 */
export async function writeFiles(folder: string, files: readonly WrittenFile[]): Promise<Answer<readonly string[]>> {
  const made: string[] = [];
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const { name, text, secret } of files) {
      const path = join(folder, name);
      await writeFile(path, text, { mode: secret ? 0o600 : 0o644, flag: "wx" });
      made.push(path);
    }
    return { ok: true, value: made };
  } catch (error) {
    const { code = "", path = folder } = error as NodeJS.ErrnoException;
    if (code === "") throw error;
    const why = code === "EEXIST" ? "is there already; give a new folder" : `cannot be written (${code})`;
    const left = made.length === 0 ? "" : ` Written before that: ${made.join(", ")}.`;
    return { ok: false, sentence: `${path} ${why}.${left}` };
  }
}
