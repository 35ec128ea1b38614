import { access } from "node:fs/promises";
import { join } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import Database from "libsql";
import type { Person, Phone } from "../model/index.js";
import { patiently, versionOf } from "./database.js";
import { PeopleTable } from "./people.js";
import { PhoneTable } from "./phones.js";
import { knownSecrets } from "./secrets.js";
import { steps, type Tables } from "./tables.js";

interface Entries {
  readonly people: readonly Person[];
  readonly phones: readonly Phone[];
}

type Read = { readonly ok: true; readonly value: Entries } | { readonly ok: false; readonly sentence: string };

/**
 * The people and phones of the database of a data folder where no gateway runs, phones with the push that is wanted; none
 * where there is no database yet. Writes nothing. Throws where the file stays locked for 10 s, is no database, or was
 * written by a newer earshot.
 */
export async function readEntries(folder: string): Promise<Read> {
  const file = join(folder, "earshot.db");
  const trouble = await access(file).catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
  if (trouble === "ENOENT") return { ok: true, value: { people: [], phones: [] } };
  if (trouble) return no(`${file} cannot be looked at (${trouble}); use the user that earshot runs as.`);
  const secrets = await knownSecrets(folder);
  if (secrets === undefined) return no(`${file} cannot be read: there is no usable secret.key beside it.`);
  const connection = new Database(file, { timeout: 0 });
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) });
  try {
    connection.exec("PRAGMA query_only = ON");
    const version = await patiently(() => versionOf(connection, steps.length));
    if (version < steps.length) return no(`${file} was written by an older earshot: start this one once.`);
    const key = await patiently(() =>
      db.selectFrom("meta").select("value").where("name", "=", "key").executeTakeFirst(),
    );
    if (key && key.value !== secrets.fingerprint) return no(`${file} belongs to another secret.key: restore that one.`);
    const people = await new PeopleTable(() => db).all();
    return { ok: true, value: { people, phones: await new PhoneTable(() => db, secrets).all() } };
  } finally {
    await db.destroy();
  }
}

function no(sentence: string): Read {
  return { ok: false, sentence };
}
