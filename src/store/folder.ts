import { mkdir, open } from "node:fs/promises";

/** Makes the data folder, and what is missing above it, readable by this user alone. An existing one stays as it is. */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/**
 * Makes `file` exist with mode 0600 before a database library opens it: SQLite would create it by the umask, and gives
 * its journal files the mode of the database.
 */
export async function prepareFile(file: string): Promise<void> {
  const handle = await open(file, "a", 0o600);
  try {
    await handle.chmod(0o600);
  } finally {
    await handle.close();
  }
}
