import type { Answer, WrittenFile } from "./reports.js";
import { table } from "./table.js";
import { writeFiles } from "./written.js";

/** Writes files into a new folder; gives what is said of it, to people or to programs, which shows nothing of what is in them. */
export async function writtenAndTold(
  folder: string,
  files: readonly WrittenFile[],
  machine: boolean,
): Promise<Answer<string>> {
  const paths = await writeFiles(folder, files);
  if (!paths.ok) return paths;
  const told = files.map(({ name, secret }, at) => ({ name, secret, path: paths.value[at] ?? "" }));
  const rows = told.map(({ path, secret }) => [path, secret ? "holds passwords" : ""]);
  const text = machine ? JSON.stringify({ files: told }, undefined, 2) : table(["File", ""], rows);
  return { ok: true, value: `${text}\n` };
}
