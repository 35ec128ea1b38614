import { accessSync, constants } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A new folder for an earshot's data, in memory where the system has such a place: a press waits 300 ms for its row and
 * no longer, and a busy disk is not what these tests ask about.
 */
export function dataFolder(name: string): Promise<string> {
  return mkdtemp(join(writable("/dev/shm") ? "/dev/shm" : tmpdir(), `earshot-${name}-`));
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
