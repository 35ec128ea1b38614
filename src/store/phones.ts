import { randomBytes } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import {
  answerStyles,
  lampWays,
  type Mac,
  type Phone,
  type PhonePush,
  parseMac,
  parsePersonId,
  parseToken,
  type Token,
} from "../model/index.js";
import { patiently, pieces } from "./database.js";
import type { Secrets } from "./secrets.js";
import type { Tables } from "./tables.js";

type Row = Tables["phone"];

/** Whoever asks waits for it. */
const writtenWithinMs = 2_000;

/** What is to be so of phones that do not stand in `earshot.yaml`. */
export interface PhoneOrder {
  /** Their keys are dead at once, also where it cannot be written. */
  readonly drop: readonly Mac[];
  /** One that is there keeps its key, unless it is dropped too; any other gets one. */
  readonly put: readonly Phone[];
}

/** Every phone with its key, and what those of the database are. */
export class PhoneTable {
  readonly #db: () => Kysely<Tables>;
  readonly #secrets: Secrets;
  /** By the token's lookup name: finding it takes as long for a wrong token as for a right one. */
  #macs: ReadonlyMap<string, Mac> = new Map();
  /** Of keys that were taken away in this run, whether that could be written or not. */
  readonly #dead = new Set<string>();

  constructor(db: () => Kysely<Tables>, secrets: Secrets) {
    this.#db = db;
    this.#secrets = secrets;
  }

  /** The database must be open. */
  async start(): Promise<void> {
    this.#macs = await patiently(() => this.#living(this.#db()));
  }

  /** No token is known from then on. */
  stop(): void {
    this.#macs = new Map();
  }

  /** @returns those of the database that gave way to one of the file. */
  async sync(phones: readonly Phone[]): Promise<readonly Mac[]> {
    const gaveWay: Mac[] = [];
    this.#macs = await this.#together(async (tx) => {
      gaveWay.length = 0;
      const known = new Map((await tx.selectFrom("phone").selectAll().execute()).map((row) => [row.mac, row]));
      const stay = new Set<string>(phones.map(({ mac }) => mac));
      const gone = [...known.values()].filter(({ mac, source }) => source === "file" && !stay.has(mac));
      await drop(
        tx,
        gone.map(({ mac }) => mac),
      );
      for (const { mac, vendor, model, owner } of phones) {
        if (known.get(mac)?.source === "database") gaveWay.push(mac);
        await this.#write(tx, mac, known.has(mac), { vendor, model, owner, source: "file", ...nothingMore });
      }
    }, 10_000);
    return gaveWay;
  }

  /** Those of the database, with the push that is wanted. */
  async all(): Promise<readonly Phone[]> {
    const rows = await patiently(() =>
      this.#db().selectFrom("phone").selectAll().where("source", "=", "database").orderBy("created").execute(),
    );
    return rows.flatMap((row) => this.#phoneOf(row) ?? []);
  }

  /** All of it or nothing. Rejects where that cannot be written. */
  async order({ drop: dropped, put }: PhoneOrder): Promise<void> {
    this.kill(dropped);
    const write = async (tx: Transaction<Tables>): Promise<readonly Key[]> => {
      await drop(tx, dropped);
      const keys: Key[] = [];
      for await (const some of pieces(put)) keys.push(...(await this.#putSome(tx, some)));
      return keys;
    };
    const keys = await patiently(() => this.#db().transaction().execute(write), writtenWithinMs);
    this.#macs = new Map([...this.#macs, ...keys.filter(([hash]) => !this.#dead.has(hash))]);
  }

  /** No page is served by their keys any more, whatever is written. */
  kill(dead: readonly Mac[]): void {
    const macs = new Set(dead);
    for (const [hash, mac] of this.#macs) if (macs.has(mac)) this.#dead.add(hash);
    if (dead.length > 0) this.#macs = new Map([...this.#macs].filter(([hash]) => !this.#dead.has(hash)));
  }

  macOf(token: Token): Mac | undefined {
    return this.#macs.get(this.#secrets.lookup(token));
  }

  async tokenOf(mac: Mac): Promise<Token | undefined> {
    const row = await this.#db().selectFrom("phone").select("sealed_token").where("mac", "=", mac).executeTakeFirst();
    return row === undefined ? undefined : this.#secrets.unseal(row.sealed_token, mac);
  }

  async renew(mac: Mac): Promise<Token | undefined> {
    this.kill([mac]);
    const token = newToken();
    let there = false;
    this.#macs = await this.#together(async (tx) => {
      const columns = this.#tokenColumns(token, mac);
      const { numUpdatedRows } = await tx
        .updateTable("phone")
        .set(columns)
        .where("mac", "=", mac)
        .executeTakeFirstOrThrow();
      there = numUpdatedRows > 0n;
    }, writtenWithinMs);
    return there ? token : undefined;
  }

  #together(work: (tx: Transaction<Tables>) => Promise<void>, withinMs: number): Promise<ReadonlyMap<string, Mac>> {
    return patiently(
      () =>
        this.#db()
          .transaction()
          .execute(async (tx) => {
            await work(tx);
            return this.#living(tx);
          }),
      withinMs,
    );
  }

  async #living(db: Kysely<Tables>): Promise<ReadonlyMap<string, Mac>> {
    const rows = await db.selectFrom("phone").select(["mac", "token_hash"]).execute();
    return new Map(rows.flatMap((row) => (this.#dead.has(row.token_hash) ? [] : [[row.token_hash, row.mac as Mac]])));
  }

  async #write(tx: Transaction<Tables>, mac: Mac, known: boolean, about: About): Promise<void> {
    if (known) {
      await tx.updateTable("phone").set(about).where("mac", "=", mac).execute();
      return;
    }
    const created = Date.now();
    await tx
      .insertInto("phone")
      .values({ mac, ...about, ...this.#tokenColumns(newToken(), mac), created })
      .execute();
  }

  /** @returns the key of each: the one that it had, or a new one. */
  async #putSome(tx: Transaction<Tables>, phones: readonly Phone[]): Promise<readonly Key[]> {
    const created = Date.now();
    const rows = phones.map((phone) => {
      const { mac } = phone;
      return { mac, ...this.#columns(phone), ...this.#tokenColumns(newToken(), mac), created };
    });
    const written = await tx
      .insertInto("phone")
      .values(rows)
      .onConflict((conflict) =>
        conflict.column("mac").doUpdateSet(({ ref }) => ({
          ...{ vendor: ref("excluded.vendor"), model: ref("excluded.model"), owner: ref("excluded.owner") },
          ...{ source: ref("excluded.source"), answer: ref("excluded.answer"), address: ref("excluded.address") },
          ...{ lamp: ref("excluded.lamp"), lamp_key: ref("excluded.lamp_key"), push: ref("excluded.push") },
          push_origin: ref("excluded.push_origin"),
          push_username: ref("excluded.push_username"),
          sealed_push_password: ref("excluded.sealed_push_password"),
          push_priority: ref("excluded.push_priority"),
        })),
      )
      .returning(["mac", "token_hash"])
      .execute();
    return written.map(({ mac, token_hash }) => [token_hash, mac as Mac]);
  }

  #tokenColumns(token: Token, mac: Mac): Pick<Row, "token_hash" | "sealed_token"> {
    return { token_hash: this.#secrets.lookup(token), sealed_token: this.#secrets.seal(token, mac) };
  }

  #columns({ mac, vendor, model, owner, answer, address, lamp, lampKey, push }: Phone): About {
    const http = push?.by === "http" ? push : undefined;
    return {
      ...{ vendor, model, owner, source: "database", answer, address: address ?? null, lamp: lamp ?? null },
      lamp_key: lampKey ?? null,
      push: push?.by ?? null,
      push_origin: http?.origin ?? null,
      push_username: http?.username ?? null,
      sealed_push_password: http ? this.#secrets.sealPushPassword(http.password, mac) : null,
      push_priority: http?.priority ?? null,
    };
  }

  #phoneOf(row: Row): Phone | undefined {
    const [mac, owner] = [parseMac(row.mac), parsePersonId(row.owner)];
    const answer = answerStyles.find((one) => one === row.answer);
    const lamp = lampWays.find((one) => one === row.lamp);
    if (!mac || !owner || !answer) return undefined;
    const push = this.#pushOf(row, mac);
    return {
      ...{ mac, vendor: row.vendor, model: row.model, owner, answer },
      ...(row.address !== null && { address: row.address }),
      ...(lamp && { lamp }),
      ...(row.lamp_key !== null && { lampKey: row.lamp_key }),
      ...(push && { push }),
    };
  }

  #pushOf(row: Row, mac: Mac): PhonePush | undefined {
    if (row.push === "notify" || row.push === "message") return { by: row.push };
    const { push_origin: origin, push_username: username, sealed_push_password: sealed, push_priority: priority } = row;
    if (row.push !== "http" || origin === null || username === null || sealed === null) return undefined;
    const password = this.#secrets.unsealPushPassword(sealed, mac);
    return { by: "http", origin, username, password, ...(priority !== null && { priority }) };
  }
}

/** The lookup name of a token, and whose it is. */
type Key = readonly [string, Mac];
type About = Omit<Row, "mac" | "token_hash" | "sealed_token" | "created">;

/** The file says all of it anew at each start. */
const nothingMore = {
  ...{ answer: null, address: null, lamp: null, lamp_key: null, push: null, push_origin: null },
  ...{ push_username: null, sealed_push_password: null, push_priority: null },
} as const;

async function drop(tx: Transaction<Tables>, macs: readonly string[]): Promise<void> {
  for await (const some of pieces(macs)) await tx.deleteFrom("phone").where("mac", "in", some).execute();
}

/** 128 random bits in 22 URL-safe characters. */
function newToken(): Token {
  const token = parseToken(randomBytes(16).toString("base64url"));
  if (token === undefined) throw new Error("a new token does not have the shape of one");
  return token;
}
