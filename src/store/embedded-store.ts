import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Kysely, SqliteDialect, sql, type Transaction } from "kysely";
import { type Log, type Mac, type Person, type Phone, parseToken, type Store, type Token } from "../model/index.js";
import { ApiTokenTable } from "./api-tokens.js";
import { connect, migrate, patiently } from "./database.js";
import { prepareFile, prepareFolder } from "./folder.js";
import { PeopleTable } from "./people.js";
import { PhoneStateTable } from "./phone-states.js";
import { PinStore } from "./pins.js";
import { RetainedTable } from "./retained.js";
import type { Secrets } from "./secrets.js";
import { steps, type Tables } from "./tables.js";

/** Phones, their tokens, people, PINs, retained topics and the epoch, in `earshot.db` of the data folder. */
export class EmbeddedStore implements Store {
  readonly #folder: string;
  readonly #secrets: Secrets;
  #db: Kysely<Tables> | undefined;
  /** By the token's lookup name: finding it takes as long for a wrong token as for a right one. */
  #macs: ReadonlyMap<string, Mac> = new Map();

  readonly pins: PinStore;
  readonly people: PeopleTable;
  readonly apiTokens: ApiTokenTable;
  readonly retained: RetainedTable;
  readonly phoneStates: PhoneStateTable;

  constructor(folder: string, secrets: Secrets, now: () => number = Date.now) {
    this.#folder = folder;
    this.#secrets = secrets;
    this.apiTokens = new ApiTokenTable(() => this.#open(), secrets);
    this.retained = new RetainedTable(() => this.#open());
    this.phoneStates = new PhoneStateTable(() => this.#open());
    this.people = new PeopleTable(() => this.#open());
    this.pins = new PinStore(() => this.#open(), secrets, now);
  }

  /** Opens the database and brings it up to date. Throws when it is locked for 10 s, or belongs to another key. */
  async start(): Promise<void> {
    await prepareFolder(this.#folder);
    const file = join(this.#folder, "earshot.db");
    await prepareFile(file);
    const connection = await patiently(() => connect(file));
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) });
    try {
      await patiently(() => migrate(connection, steps));
      await patiently(() => db.transaction().execute((tx) => this.#checkKey(tx, file)));
      this.#macs = await patiently(() => readMacs(db));
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#db = db;
    await this.pins.start();
    await this.apiTokens.start();
  }

  async nextEpoch(): Promise<number> {
    const row = await patiently(() =>
      this.#open()
        .insertInto("meta")
        .values({ name: "epoch", value: "1" })
        .onConflict((conflict) =>
          conflict.column("name").doUpdateSet({ value: sql`CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT)` }),
        )
        .returning("value")
        .executeTakeFirstOrThrow(),
    );
    return Number(row.value);
  }

  async syncPhones(phones: readonly Phone[]): Promise<void> {
    this.#macs = await patiently(() =>
      this.#open()
        .transaction()
        .execute(async (tx) => {
          const known = new Set((await tx.selectFrom("phone").select("mac").execute()).map(({ mac }) => mac));
          const stay = phones.map(({ mac }) => mac);
          await tx.deleteFrom("phone").where("source", "=", "file").where("mac", "not in", stay).execute();
          for (const phone of phones) await this.#syncPhone(tx, phone, known.has(phone.mac));
          return readMacs(tx);
        }),
    );
  }

  /** Those of the file, and those of the database whom the file has not taken the place of. Nobody else keeps a PIN. */
  async everybody(ofFile: readonly Person[], log: Log): Promise<readonly Person[]> {
    const ofDatabase = await this.people.all();
    await this.pins.forgetOthers([...ofFile, ...ofDatabase].map(({ id }) => id));
    const taken = new Set(ofFile.flatMap(({ id, extension }): string[] => [`id ${id}`, `extension ${extension}`]));
    const others = ofDatabase.filter(({ id, extension, name }) => {
      const free = !taken.has(`id ${id}`) && !taken.has(`extension ${extension}`);
      if (!free)
        log.warn({ id, extension, name }, "An entry of the database gives way to one of the configuration file.");
      return free;
    });
    return [...ofFile, ...others];
  }

  phoneByToken(token: Token): Mac | undefined {
    return this.#macs.get(this.#secrets.lookup(token));
  }

  async tokenOf(mac: Mac): Promise<Token | undefined> {
    const row = await this.#open().selectFrom("phone").select("sealed_token").where("mac", "=", mac).executeTakeFirst();
    return row === undefined ? undefined : this.#secrets.unseal(row.sealed_token, mac);
  }

  async renewToken(mac: Mac): Promise<Token | undefined> {
    const token = newToken();
    const renewed = await patiently(() =>
      this.#open()
        .transaction()
        .execute(async (tx) => {
          const { numUpdatedRows } = await tx
            .updateTable("phone")
            .set(this.#tokenColumns(token, mac))
            .where("mac", "=", mac)
            .executeTakeFirstOrThrow();
          if (numUpdatedRows === 0n) return undefined;
          return readMacs(tx);
        }),
    );
    if (renewed === undefined) return undefined;
    this.#macs = renewed;
    return token;
  }

  /** Closes the database. No token is known from then on. */
  async stop(): Promise<void> {
    this.#macs = new Map();
    await this.retained.settled();
    await this.phoneStates.settled();
    const db = this.#db;
    this.#db = undefined;
    await db?.destroy();
  }

  #open(): Kysely<Tables> {
    if (this.#db === undefined) throw new Error("the store is not open");
    return this.#db;
  }

  #tokenColumns(token: Token, mac: Mac): Pick<Tables["phone"], "token_hash" | "sealed_token"> {
    return { token_hash: this.#secrets.lookup(token), sealed_token: this.#secrets.seal(token, mac) };
  }

  async #syncPhone(tx: Transaction<Tables>, phone: Phone, known: boolean): Promise<void> {
    const { mac, vendor, model, owner } = phone;
    const about = { vendor, model, owner, source: "file" };
    if (known) {
      await tx.updateTable("phone").set(about).where("mac", "=", mac).execute();
      return;
    }
    await tx
      .insertInto("phone")
      .values({ mac, ...about, ...this.#tokenColumns(newToken(), mac), created: Date.now() })
      .execute();
  }

  /** A lost key must not silently give every phone a dead URL. */
  async #checkKey(tx: Transaction<Tables>, file: string): Promise<void> {
    const { fingerprint } = this.#secrets;
    const row = await tx.selectFrom("meta").select("value").where("name", "=", "key").executeTakeFirst();
    if (row?.value === fingerprint) return;
    const phone = await tx.selectFrom("phone").select("mac").limit(1).executeTakeFirst();
    if (row !== undefined && phone !== undefined)
      throw new Error(
        `${file} belongs to another secret.key: restore that one, or remove the database, which gives every phone a new URL`,
      );
    await tx
      .insertInto("meta")
      .values({ name: "key", value: fingerprint })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: fingerprint }))
      .execute();
  }
}

async function readMacs(db: Kysely<Tables>): Promise<ReadonlyMap<string, Mac>> {
  const rows = await db.selectFrom("phone").select(["mac", "token_hash"]).execute();
  return new Map(rows.map((row) => [row.token_hash, row.mac as Mac]));
}

/** 128 random bits in 22 URL-safe characters. */
function newToken(): Token {
  const token = parseToken(randomBytes(16).toString("base64url"));
  if (token === undefined) throw new Error("a new token does not have the shape of one");
  return token;
}
