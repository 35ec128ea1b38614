import { setImmediate as othersFirst, setTimeout as wait } from "node:timers/promises";
import Database from "libsql";

export type Connection = InstanceType<typeof Database>;

const busyCode = 5;
/** So many rows in one statement. */
const rowsAtOnce = 100;

/** A list in pieces for a statement each; before each piece whoever else waits has a turn. */
export async function* pieces<T>(list: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < list.length; from += rowsAtOnce) {
    await othersFirst();
    yield list.slice(from, from + rowsAtOnce);
  }
}

/** Whether another program holds the database at this moment, so that trying again is right. */
export function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, rawCode } = error as Error & { code?: unknown; rawCode?: unknown };
  if (typeof rawCode === "number" && (rawCode & 0xff) === busyCode) return true;
  return typeof code === "string" && code.startsWith("SQLITE_BUSY");
}

/**
 * Opens a database file so that what is committed is on disk: WAL, synchronous FULL. It never waits for a lock: it
 * throws, see `isBusy`, and whoever called may try again.
 */
export function connect(file: string): Connection {
  const connection = new Database(file, { timeout: 0 });
  try {
    connection.exec("PRAGMA journal_mode = WAL");
    connection.exec("PRAGMA synchronous = FULL");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Leads the tables from one version to the next. */
export type Step = string | ((connection: Connection) => void);

/**
 * Brings the tables up to date: `steps[n]` leads from version n to n + 1. All of it or nothing, and no lock is taken
 * where nothing is to do. Throws when a newer earshot wrote the file.
 */
export function migrate(connection: Connection, steps: readonly Step[]): void {
  if (versionOf(connection, steps.length) === steps.length) return;
  connection
    .transaction(() => {
      for (const step of steps.slice(versionOf(connection, steps.length))) {
        if (typeof step === "string") connection.exec(step);
        else step(connection);
      }
      connection.exec(`PRAGMA user_version = ${steps.length}`);
    })
    .immediate();
}

/** The version of the tables; 0 where there are none yet. Throws when it is beyond `known`. */
export function versionOf(connection: Connection, known: number): number {
  const [row] = connection.prepare("PRAGMA user_version").all() as { user_version: number }[];
  const version = row?.user_version ?? 0;
  if (version > known)
    throw new Error(`the database has version ${version}, and this earshot knows ${known}: it is older`);
  return version;
}

/**
 * Runs `work` again and again while another program holds the database, without holding up this one.
 * Throws what `work` throws, the lock's error after `withinMs`.
 */
export async function patiently<T>(work: () => T | Promise<T>, withinMs = 10_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || Date.now() > until) throw error;
      await wait(25);
    }
  }
}
