import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Kysely } from "kysely";
import type { PersonId, PinEntry, PinStanding, Pins, Secret } from "../model/index.js";
import { patiently } from "./database.js";
import type { Secrets } from "./secrets.js";
import type { Tables } from "./tables.js";

/** So many wrong ones, one after the other, lock a person out. */
const wrongOnes = 5;
const lockedMs = 15 * 60_000;
/** A press has a second in all. */
const writtenWithinMs = 300;
const hashBytes = 32;

type Row = Tables["pin"];

/** 16 MiB and some 40 ms for each try: a press has a second in all. */
const derive = promisify<Buffer, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);
const cost = { N: 2 ** 14, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/**
 * PINs as scrypt hashes of what `secret.key` has made of them first: ten thousand PINs are tried in a moment by whoever
 * has the database, but not without the key.
 */
export class PinStore implements Pins {
  readonly #db: () => Kysely<Tables>;
  readonly #secrets: Pick<Secrets, "pepper">;
  readonly #now: () => number;
  readonly #rows = new Map<string, Row>();
  /** One order after another for each person: what was read must still be so when it is written. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(db: () => Kysely<Tables>, secrets: Pick<Secrets, "pepper">, now: () => number) {
    this.#db = db;
    this.#secrets = secrets;
    this.#now = now;
  }

  /** Reads them all; the database must be open. */
  async start(): Promise<void> {
    const rows = await patiently(() => this.#db().selectFrom("pin").selectAll().execute());
    for (const row of rows) this.#rows.set(row.person, row);
  }

  standing(person: PersonId): PinStanding {
    const row = this.#rows.get(person);
    if (!row) return { kind: "none" };
    if (this.#isLocked(row)) return { kind: "locked" };
    return row.entered_at === null ? { kind: "set" } : { kind: "set", enteredAt: row.entered_at };
  }

  enter(person: PersonId, pin: Secret): Promise<PinEntry> {
    return this.#alone(person, () => this.#enter(person, pin));
  }

  set(person: PersonId, pin: Secret): Promise<void> {
    return this.#alone(person, () => this.#set(person, pin));
  }

  unlock(person: PersonId): Promise<void> {
    return this.#alone(person, async () => {
      const row = this.#rows.get(person);
      if (row) await this.#put({ ...row, wrong: 0, locked_until: 0 });
    });
  }

  forget(person: PersonId): Promise<void> {
    return this.#forget(person);
  }

  /** Forgets whatever is of nobody among these. Rejects where that cannot be written. */
  async forgetOthers(people: Iterable<PersonId>): Promise<void> {
    const known = new Set<string>(people);
    const others = [...this.#rows.keys()].filter((person) => !known.has(person));
    await Promise.all(others.map((person) => this.#forget(person)));
  }

  async #enter(person: PersonId, pin: Secret): Promise<PinEntry> {
    const row = this.#rows.get(person);
    if (!row) return { kind: "none" };
    if (this.#isLocked(row)) return { kind: "locked" };
    // Counted before it is looked at: who is cut off in between has not got a try for nothing.
    const wrong = row.wrong + 1;
    const last = wrong >= wrongOnes;
    await this.#put({ ...row, wrong: last ? 0 : wrong, locked_until: last ? this.#now() + lockedMs : 0 });
    const hash = await this.#hash(person, pin, Buffer.from(row.salt, "base64url"));
    if (timingSafeEqual(hash, Buffer.from(row.hash, "base64url"))) {
      await this.#put({ ...row, wrong: 0, locked_until: 0, entered_at: this.#now() });
      return { kind: "right" };
    }
    return last ? { kind: "locked" } : { kind: "wrong", left: wrongOnes - wrong };
  }

  async #set(person: PersonId, pin: Secret): Promise<void> {
    const salt = randomBytes(16);
    const hash = (await this.#hash(person, pin, salt)).toString("base64url");
    const fresh = { wrong: 0, locked_until: 0, entered_at: null };
    await this.#put({ person, salt: salt.toString("base64url"), hash, ...fresh });
  }

  #alone<T>(person: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(person) ?? Promise.resolve()).then(work);
    const turn = done
      .catch(() => undefined)
      .finally(() => {
        if (this.#turns.get(person) === turn) this.#turns.delete(person);
      });
    this.#turns.set(person, turn);
    return done;
  }

  #forget(person: string): Promise<void> {
    return this.#alone(person, async () => {
      this.#rows.delete(person);
      await patiently(() => this.#db().deleteFrom("pin").where("person", "=", person).execute(), writtenWithinMs);
    });
  }

  #isLocked(row: Row): boolean {
    return this.#now() < row.locked_until;
  }

  #hash(person: PersonId, pin: Secret, salt: Buffer): Promise<Buffer> {
    return derive(this.#secrets.pepper(person, pin.reveal()), salt, hashBytes, cost);
  }

  async #put(row: Row): Promise<void> {
    const { person: _, ...rest } = row;
    await patiently(
      () =>
        this.#db()
          .insertInto("pin")
          .values(row)
          .onConflict((conflict) => conflict.column("person").doUpdateSet(rest))
          .execute(),
      writtenWithinMs,
    );
    this.#rows.set(row.person, row);
  }
}
