import { access, mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Answer, WrittenFile } from "./reports.js";

/**
 * Writes files into a folder, made where there is none, those with passwords for this user alone; gives their paths.
 * Never over a file that is there: then nothing is written, and the sentence names it.
 */
export async function writeFiles(folder: string, files: readonly WrittenFile[]): Promise<Answer<readonly string[]>> {
  const paths = files.map(({ name }) => join(folder, name));
  try {
    for (const path of paths) if (await isThere(path)) return refused(path, "is there already; give a new folder");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [index, { text, secret }] of files.entries()) {
      await writeFile(paths[index] ?? "", text, { mode: secret ? 0o600 : 0o644, flag: "wx" });
    }
    return { ok: true, value: paths };
  } catch (error) {
    const { code, path = folder } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return refused(path, `cannot be written (${code})`);
  }
}

/** A file that is being written, bit by bit. */
export interface OpenFile {
  write(text: string): Promise<void>;
  close(): Promise<void>;
  /** Takes it away again. */
  discard(): Promise<void>;
}

/** Makes a new file for this user alone. Never over one that is there: then the sentence names it. */
export async function newFile(path: string): Promise<Answer<OpenFile>> {
  try {
    const handle = await open(path, "wx", 0o600);
    return {
      ok: true,
      value: {
        write: (text) => handle.writeFile(text),
        close: () => handle.close(),
        discard: async () => {
          await handle.close();
          await rm(path, { force: true });
        },
      },
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return refused(path, code === "EEXIST" ? "is there already; give a new file" : `cannot be written (${code})`);
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function refused(path: string, why: string): Answer<never> {
  return { ok: false, sentence: `${path} ${why}.` };
}
