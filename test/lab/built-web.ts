import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const built = join(root, "dist", "web", "index.html");
/** What the build of the page is made from. */
const sources = [join(root, "src", "web"), join(root, "src", "model")];

/**
 * The desk's page is served from `dist/`, as people get it, so it must be of this tree.
 * @throws Error that says in words that it is not there, or older than a source of it.
 */
export async function webIsBuilt(): Promise<void> {
  const made = await stat(built).catch(() => undefined);
  if (made === undefined) throw new Error("The desk's page is not built: npm run build makes dist/web.");
  const files = await Promise.all(sources.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })));
  for (const file of files.flat().filter((one) => one.isFile() && /\.(tsx?|css|html|svg)$/.test(one.name))) {
    const path = join(file.parentPath, file.name);
    const { mtimeMs } = await stat(path);
    if (mtimeMs > made.mtimeMs)
      throw new Error(`The desk's page in dist/web is older than ${path.slice(root.length + 1)}: npm run build.`);
  }
}
