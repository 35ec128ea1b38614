import { mkdtemp, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/** Systems take at most 104 to 108 bytes, some of them for their own end mark. */
const longestPath = 100;

/** Where the control socket of a data folder is. */
export interface ControlPlace {
  readonly socket: string;
  /** Says where the socket is, when the data folder's own path is too long for one. */
  readonly pointer?: string;
}

/** Where the socket of a running gateway would be; undefined when nothing in the data folder says so. */
export async function findPlace(dataDir: string): Promise<ControlPlace | undefined> {
  const { socket, pointer } = usual(dataDir);
  if (fits(socket)) return { socket };
  try {
    const pointed = (await readFile(pointer, "utf8")).trim();
    return fits(pointed) && isAbsolute(pointed) && basename(pointed) === "control.sock"
      ? { socket: pointed, pointer }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Where a new socket is to be: in the data folder, or, when its path is too long, in a folder of its own under the
 * system's temporary one, which a file in the data folder points to. Undefined when even that is too long.
 */
export async function makePlace(dataDir: string): Promise<ControlPlace | undefined> {
  const { socket, pointer } = usual(dataDir);
  if (fits(socket)) return { socket };
  const short = join(await mkdtemp(join(tmpdir(), "earshot-")), "control.sock");
  if (!fits(short)) {
    await rmdir(dirname(short));
    return undefined;
  }
  await writeFile(`${pointer}.new`, `${short}\n`, { mode: 0o600 });
  await rename(`${pointer}.new`, pointer);
  return { socket: short, pointer };
}

/** Takes away what `makePlace` made; the socket itself is gone with its server. */
export async function clearPlace({ socket, pointer }: ControlPlace): Promise<void> {
  if (pointer === undefined) return;
  await rm(pointer, { force: true });
  await rmdir(dirname(socket)).catch(() => undefined);
}

function usual(dataDir: string): { readonly socket: string; readonly pointer: string } {
  const folder = resolve(dataDir);
  return { socket: join(folder, "control.sock"), pointer: join(folder, "control.path") };
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= longestPath;
}
