import type { AuditRow } from "../model/index.js";
import { chainValue, type End, type Head, notBegun, type Value } from "./audit-chain.js";
import type { GivenRow } from "./audit-protocol.js";
import { column, columnList, covered, fields, tables } from "./audit-schema.js";
import { type Begun, checkpointsOf } from "./audit-statements.js";
import { type Connection, connect, migrate } from "./database.js";
import type { AuditKeys } from "./secrets.js";

/** Whose chain rows go to, and what they are chained with. */
export interface Chain {
  /** The gateway's name: a chain goes on over restarts, and several gateways can write one record. */
  readonly writer: string;
  readonly keys: AuditKeys;
}

// Not INSERT OR IGNORE: that would use up an id, and a hole in the ids should mean that a row was taken away.
const insertOnce = `INSERT INTO audit (${columnList})
  SELECT ${[...covered, "chain"].map(() => "?").join(", ")} WHERE NOT EXISTS (SELECT 1 FROM audit WHERE key = ?)`;

/**
 * The record, open for writing. Each row carries the chain value over itself and the one before it of the same writer.
 * The end of the chain is read once, when the file is opened: what is cut off afterwards leaves a gap that shows.
 */
export class AuditTable {
  readonly connection: Connection;
  readonly #chain: Chain;
  readonly #insertOnce: ReturnType<Connection["prepare"]>;
  #end: End = notBegun;
  #nextId = 1;

  private constructor(connection: Connection, chain: Chain) {
    this.connection = connection;
    this.#chain = chain;
    this.#insertOnce = connection.prepare(insertOnce);
  }

  /** Opens the record. Throws when it is locked, damaged, or written by a newer earshot. */
  static open(file: string, chain: Chain): AuditTable {
    const connection = connect(file);
    try {
      // What retention takes away is not to be found in the free pages of the file.
      connection.exec("PRAGMA secure_delete = ON");
      const [first, second, third] = tables;
      const chained = (): void => {
        connection.exec(third);
        new AuditTable(connection, chain).#takeOver();
      };
      migrate(connection, [first, second, chained]);
      const table = new AuditTable(connection, chain);
      table.#begin();
      return table;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Where this writer's chain ends. */
  head(): Head {
    return { writer: this.#chain.writer, ...this.#end };
  }

  close(): void {
    this.connection.close();
  }

  /**
   * Writes rows as one transaction, in their order; those that are there already are left alone. When it returns they
   * are on disk. `late` says of each whether it is past its time. Gives the `n` of the late ones.
   */
  write(given: readonly GivenRow[], late: (row: GivenRow) => boolean): number[] {
    return this.durably(() => {
      const isLate: number[] = [];
      for (const one of given) {
        const mark = late(one);
        if (mark) isLate.push(one.n);
        if (!this.#add(one.row, one.key, mark) && mark) this.#mark(one.key);
      }
      return isLate;
    });
  }

  /** Says of rows that are in the record already that they are late, by rows of their own. */
  markLate(keys: readonly string[]): void {
    this.durably(() => {
      for (const key of keys) this.#mark(key);
    });
  }

  /** Runs `work` as one transaction; the chain ends where it did when it fails. */
  durably<T>(work: () => T): T {
    const before = this.#end;
    try {
      return this.connection
        .transaction(() => {
          this.#nextId = lastId(this.connection) + 1;
          return work();
        })
        .immediate();
    } catch (error) {
      this.#end = before;
      throw error;
    }
  }

  /** Adds what earshot itself has to say to the record; inside `durably`. */
  state(act: AuditRow["act"], key: string, detail: string, marks?: number): void {
    const supervisor = `gateway:${this.#chain.writer}`;
    this.#add({ at: Date.now(), act, outcome: "done", supervisor, detail }, key, false, marks);
  }

  /** False when a row of that key is there. */
  #add(row: AuditRow, key: string, late: boolean, marks?: number): boolean {
    const { writer, keys } = this.#chain;
    const seq = this.#end.seq + 1;
    const own = fields.map((field) => column(row[field]));
    const values = [this.#nextId, writer, seq, key, Date.now(), late ? 1 : 0, marks ?? null, ...own];
    const chain = chainValue(keys.chain, this.#end.chain, values);
    if (this.#insertOnce.run([...values, chain, key]).changes === 0) return false;
    this.#end = { seq, chain };
    this.#nextId += 1;
    return true;
  }

  #mark(key: string): void {
    const [row] = this.connection.prepare("SELECT id, late FROM audit WHERE key = ?").all(key);
    const { id, late } = (row ?? {}) as { id?: number; late?: number };
    if (id !== undefined && late === 0) this.state("audit-late", `late:${key}`, `row ${id}`, id);
  }

  /** Finds the end of this writer's chain. One that begins where others are says where those ended. */
  #begin(): void {
    const { writer } = this.#chain;
    const known = ends(this.connection, this.#chain.keys);
    const own = known.get(writer);
    if (own) this.#end = own;
    else if (known.size > 0) {
      const others = [...known].map(([name, { seq, chain }]) => ({ writer: name, seq, chain }));
      const begun: Begun = { others };
      this.durably(() => this.state("audit-begun", `begun:${writer}`, JSON.stringify(begun)));
    }
  }

  /** Chains the rows of an earlier earshot, and says so in the first row that is written with a chain. */
  #takeOver(): void {
    const { writer, keys } = this.#chain;
    const page = this.connection.prepare(`SELECT ${columnList} FROM audit WHERE id > ? ORDER BY id LIMIT 1000`).raw();
    const give = this.connection.prepare("UPDATE audit SET writer = ?, seq = ?, chain = ? WHERE id = ?");
    let through = 0;
    let fromId: number | undefined;
    for (let rows = page.all(through); rows.length > 0; rows = page.all(through)) {
      for (const row of rows as Value[][]) {
        const seq = this.#end.seq + 1;
        const [id, , , ...rest] = row.slice(0, -1);
        const chain = chainValue(keys.chain, this.#end.chain, [id ?? null, writer, seq, ...rest]);
        give.run(writer, seq, chain, id);
        this.#end = { seq, chain };
        through = Number(id);
        fromId ??= through;
      }
    }
    if (fromId === undefined) return;
    this.#nextId = lastId(this.connection) + 1;
    const begun: Begun = { takenOver: { rows: this.#end.seq, fromId, throughId: this.#nextId - 1 } };
    this.state("audit-begun", `begun:${writer}`, JSON.stringify(begun));
  }
}

/** Where the chain of each writer ends, also one of which only a checkpoint is left. */
function ends(connection: Connection, keys: AuditKeys): ReadonlyMap<string, End> {
  const found = new Map<string, End>();
  for (const { writer, throughSeq, chain } of checkpointsOf(connection, keys.sign).values()) {
    found.set(writer, { seq: throughSeq, chain });
  }
  const newest = `SELECT writer, seq, chain FROM audit WHERE (writer, seq) IN
    (SELECT writer, max(seq) FROM audit GROUP BY writer) ORDER BY id`;
  for (const row of connection.prepare(newest).all() as Head[]) {
    const known = found.get(row.writer);
    if (!known || row.seq > known.seq) found.set(row.writer, { seq: row.seq, chain: row.chain });
  }
  return found;
}

function lastId(connection: Connection): number {
  const newest = `SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0),
    coalesce((SELECT max(id) FROM audit), 0)) AS id`;
  const [row] = connection.prepare(newest).all() as { id: number }[];
  return row?.id ?? 0;
}
