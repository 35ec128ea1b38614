import { randomBytes } from "node:crypto";
import { mkdir, rename, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Starting takes far less: a lock this old was left by a process that died. */
const abandonedMs = 10_000;
const askAgainMs = 20;

/**
 * Runs `act` while no other process does so for the same data folder. Of two gateways that start at once over a socket
 * left behind, one would otherwise take away what the other has just made. Throws what `act` throws.
 */
export async function alone<T>(dataDir: string, act: () => Promise<T>): Promise<T> {
  const lock = join(dataDir, "control.lock");
  while (!(await take(lock))) {
    if (await isAbandoned(lock)) await discard(lock);
    else await pause(askAgainMs);
  }
  try {
    return await act();
  } finally {
    await rmdir(lock).catch(() => undefined);
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => undefined);
  // A clock that was set back must not make a lock last for ever.
  return found !== undefined && Math.abs(Date.now() - found.mtimeMs) > abandonedMs;
}

/** Of several who find it abandoned, one renames it. */
async function discard(lock: string): Promise<void> {
  const aside = `${lock}.${randomBytes(4).toString("hex")}`;
  await rename(lock, aside).catch(() => undefined);
  await rmdir(aside).catch(() => undefined);
}
