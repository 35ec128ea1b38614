import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { ApiToken, ApiTokens, ApiUse } from "../model/index.js";
import { patiently } from "./database.js";
import type { Secrets } from "./secrets.js";
import type { Tables } from "./tables.js";

const writtenWithinMs = 2_000;
/** What a token begins with, so that whoever finds one knows what it is. */
const beginning = "earshot_";

/** The tokens of the HTTP API, each by its name. What is kept cannot be used as one. */
export class ApiTokenTable implements ApiTokens {
  readonly #db: () => Kysely<Tables>;
  readonly #secrets: Pick<Secrets, "apiLookup">;
  /** By lookup name: finding one takes as long for a wrong token as for a right one. */
  readonly #tokens = new Map<string, ApiToken>();

  constructor(db: () => Kysely<Tables>, secrets: Pick<Secrets, "apiLookup">) {
    this.#db = db;
    this.#secrets = secrets;
  }

  /** Reads them all; the database must be open. */
  async start(): Promise<void> {
    const rows = await patiently(() => this.#db().selectFrom("api_token").select(["name", "hash", "use"]).execute());
    for (const { hash, ...token } of rows) this.#tokens.set(hash, token);
  }

  find(token: string): ApiToken | undefined {
    return this.#tokens.get(this.#secrets.apiLookup(token));
  }

  useOf(name: string): ApiUse | undefined {
    return [...this.#tokens.values()].find((token) => token.name === name)?.use;
  }

  async make(name: string, use: ApiUse, at: number): Promise<string> {
    const token = `${beginning}${randomBytes(32).toString("base64url")}`;
    const row = { hash: this.#secrets.apiLookup(token), use, created: at };
    await patiently(
      () =>
        this.#db()
          .insertInto("api_token")
          .values({ name, ...row })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
          .execute(),
      writtenWithinMs,
    );
    this.#forget(name);
    this.#tokens.set(row.hash, { name, use });
    return token;
  }

  /** Dead at once; what could not be written comes back with the next start, and rejects. */
  async revoke(name: string): Promise<boolean> {
    const was = this.#forget(name);
    await patiently(() => this.#db().deleteFrom("api_token").where("name", "=", name).execute(), writtenWithinMs);
    return was;
  }

  #forget(name: string): boolean {
    const known = [...this.#tokens].filter(([, of]) => of.name === name);
    for (const [hash] of known) this.#tokens.delete(hash);
    return known.length > 0;
  }
}
