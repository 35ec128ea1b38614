import { join } from "node:path";
import { Kysely, SqliteDialect, sql, type Transaction } from "kysely";
import type { Log, Mac, Person, Phone, Store, Token } from "../model/index.js";
import { ApiTokenTable } from "./api-tokens.js";
import { connect, migrate, patiently } from "./database.js";
import { prepareFile, prepareFolder } from "./folder.js";
import { PeopleTable } from "./people.js";
import { PhoneStateTable } from "./phone-states.js";
import { PhoneTable } from "./phones.js";
import { PinStore } from "./pins.js";
import { RetainedTable } from "./retained.js";
import type { Secrets } from "./secrets.js";
import { steps, type Tables } from "./tables.js";

/** Phones, their tokens, people, PINs, retained topics and the epoch, in `earshot.db` of the data folder. */
export class EmbeddedStore implements Store {
  readonly #folder: string;
  readonly #secrets: Secrets;
  #db: Kysely<Tables> | undefined;

  readonly phones: PhoneTable;
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
    this.phones = new PhoneTable(() => this.#open(), secrets);
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
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#db = db;
    await this.phones.start();
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

  syncPhones(phones: readonly Phone[]): Promise<readonly Mac[]> {
    return this.phones.sync(phones);
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
    return this.phones.macOf(token);
  }

  tokenOf(mac: Mac): Promise<Token | undefined> {
    return this.phones.tokenOf(mac);
  }

  renewToken(mac: Mac): Promise<Token | undefined> {
    return this.phones.renew(mac);
  }

  /** Closes the database. No token is known from then on. */
  async stop(): Promise<void> {
    this.phones.stop();
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
