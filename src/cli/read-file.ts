import { readFile } from "node:fs/promises";
import type { Answer } from "./reports.js";

/** What a file holds, or why not; `-` is standard input. */
export async function fileAt(path: string, input: AsyncIterable<Buffer> = process.stdin): Promise<Answer<Buffer>> {
  try {
    if (path !== "-") return { ok: true, value: await readFile(path) };
    const chunks: Buffer[] = [];
    for await (const chunk of input) chunks.push(chunk);
    return { ok: true, value: Buffer.concat(chunks) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { ok: false, sentence: `${path} ${code === "ENOENT" ? "is not there" : `cannot be read (${code})`}.` };
  }
}
