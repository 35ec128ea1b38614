import type { Kysely } from "kysely";
import {
  type Person,
  type PersonId,
  parseExtension,
  parseLanguage,
  parseName,
  parsePersonId,
  roles,
} from "../model/index.js";
import { patiently, pieces } from "./database.js";
import type { Tables } from "./tables.js";

/** Whoever asks waits for it. */
const writtenWithinMs = 2_000;

/** People who do not stand in `earshot.yaml`. */
export class PeopleTable {
  readonly #db: () => Kysely<Tables>;

  constructor(db: () => Kysely<Tables>) {
    this.#db = db;
  }

  /** Everybody who can be read. */
  async all(): Promise<readonly Person[]> {
    const rows = await patiently(() => this.#db().selectFrom("person").selectAll().execute());
    return rows.flatMap((row) => personOf(row) ?? []);
  }

  /** Rejects where that cannot be written. */
  async put(person: Person): Promise<void> {
    await patiently(() => write(this.#db(), [person]), writtenWithinMs);
  }

  /** All of them or none. Rejects where that cannot be written. */
  async putAll(people: readonly Person[]): Promise<void> {
    const all = (db: Kysely<Tables>): Promise<void> =>
      db.transaction().execute(async (transaction) => {
        for await (const some of pieces(people)) await write(transaction, some);
      });
    await patiently(() => all(this.#db()), writtenWithinMs);
  }

  /** Rejects where that cannot be written. */
  async drop(id: PersonId): Promise<void> {
    await patiently(() => this.#db().deleteFrom("person").where("id", "=", id).execute(), writtenWithinMs);
  }
}

async function write(db: Kysely<Tables>, people: readonly Person[]): Promise<void> {
  const rows = people.map(({ id, extension, name, role, teams, hidden, supervision, language }) => ({
    ...{ id, extension, name, role, teams: JSON.stringify(teams) },
    ...{ hidden: hidden ?? null, supervision: supervision ?? null, language: language ?? null },
  }));
  await db
    .insertInto("person")
    .values(rows)
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet(({ ref }) => ({
        ...{ extension: ref("excluded.extension"), name: ref("excluded.name"), role: ref("excluded.role") },
        ...{ teams: ref("excluded.teams"), hidden: ref("excluded.hidden"), language: ref("excluded.language") },
        supervision: ref("excluded.supervision"),
      })),
    )
    .execute();
}

function personOf(row: Tables["person"]): Person | undefined {
  const id = parsePersonId(row.id);
  const extension = parseExtension(row.extension);
  const name = parseName(row.name);
  const role = roles.find((one) => one === row.role);
  const teams = textsOf(row.teams);
  const language = parseLanguage(row.language ?? "");
  if (!id || !extension || !name || !role || !teams) return undefined;
  return {
    ...{ id, extension, name, role, teams },
    ...(language && { language }),
    ...(row.hidden === "forbidden" && { hidden: row.hidden }),
    ...(row.supervision === "forbidden" && { supervision: row.supervision }),
  };
}

function textsOf(json: string): readonly string[] | undefined {
  const parsed: unknown = JSON.parse(json);
  return Array.isArray(parsed) && parsed.every((one) => typeof one === "string") ? parsed : undefined;
}
