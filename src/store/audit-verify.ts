import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AuditCheck } from "../model/index.js";
import { chainValue, type End, type Head, headText, notBegun, parseHead, placeOf, type Value } from "./audit-chain.js";
import { reading } from "./audit-read.js";
import { goneThrough } from "./audit-retention.js";
import { auditFile, columnList, covered, tables } from "./audit-schema.js";
import { type Begun, type Checkpoint, checkpointsOf, readBegun, statements } from "./audit-statements.js";
import { type Connection, patiently, versionOf } from "./database.js";
import { type AuditKeys, publicKeyText } from "./secrets.js";

const rowsAtOnce = 2000;

/** Something is not as it was written; the message is a sentence, `id` the row. */
class Fault extends Error {
  readonly id: number | undefined;

  constructor(sentence: string, id?: number) {
    super(sentence);
    this.id = id;
  }
}

/**
 * Walks the record of a data folder and looks whether every row is there, in its place, as it was written; with `head`,
 * whether it still contains that one. Writes nothing. Throws when the file stays locked for 10 s, or cannot be read.
 */
export async function verifyAudit(folder: string, keys: AuditKeys, head?: string): Promise<AuditCheck> {
  const file = join(folder, auditFile);
  const publicKey = publicKeyText(keys.sign);
  const none = { rows: 0, removed: 0, heads: [], notes: [], publicKey };
  if (!existsSync(file)) return { ok: false, ...none, fault: { sentence: `There is no record in ${folder}.` } };
  return patiently(() =>
    reading(file, (connection) => {
      const version = versionOf(connection, tables.length);
      if (version < tables.length) {
        return { ok: false, ...none, fault: { sentence: "The record has no chain: an older earshot wrote it." } };
      }
      // One moment of the record, however long the walk takes and whatever is written meanwhile.
      connection.exec("BEGIN");
      return new Walk(connection, keys).check(head);
    }),
  );
}

class Walk {
  readonly #connection: Connection;
  readonly #keys: AuditKeys;
  readonly #checkpoints: ReadonlyMap<string, Checkpoint>;
  readonly #begun: readonly Begun[];
  readonly #ends = new Map<string, End>();
  /** Through this id retention took rows away; what is left of them is about to go. */
  readonly #gone: number;
  #rows = 0;
  #lastId: number;

  constructor(connection: Connection, keys: AuditKeys) {
    this.#connection = connection;
    this.#keys = keys;
    this.#checkpoints = checkpointsOf(connection, keys.sign);
    this.#begun = statements(connection, "audit-begun").flatMap(({ detail }) => readBegun(detail) ?? []);
    this.#gone = goneThrough(this.#checkpoints.values());
    this.#lastId = this.#gone;
    for (const { writer, throughSeq, chain } of this.#checkpoints.values()) {
      this.#ends.set(writer, { seq: throughSeq, chain });
    }
  }

  check(head: string | undefined): AuditCheck {
    const removed = [...this.#checkpoints.values()].reduce((sum, { throughSeq }) => sum + throughSeq, 0);
    const notes = this.#begun.flatMap(({ takenOver }) => (takenOver ? [takenOverNote(takenOver)] : []));
    const found = (fault?: AuditCheck["fault"]): AuditCheck => {
      const heads = [...this.#ends].map(([writer, end]) => headText({ writer, ...end }));
      const publicKey = publicKeyText(this.#keys.sign);
      return { ok: !fault, rows: this.#rows, removed, heads, notes, publicKey, ...(fault && { fault }) };
    };
    try {
      this.#checkTable();
      this.#walk();
      this.#checkEnd();
      for (const { others = [] } of this.#begun) for (const other of others) this.#checkContains(other);
      const note = head === undefined ? undefined : this.#checkHead(head);
      if (note !== undefined) notes.push(note);
      return found();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return found({ ...(error.id === undefined ? {} : { id: error.id }), sentence: error.message });
    }
  }

  /** A column that no chain covers, or a view in the place of the table, could tell readers something else. */
  #checkTable(): void {
    const names = this.#connection.prepare("SELECT name FROM pragma_table_xinfo('audit')").all() as { name: string }[];
    const known = new Set<string>([...covered, "chain"]);
    const strange = names.find(({ name }) => !known.has(name));
    if (strange) throw new Fault(`The table has a column that earshot did not make: ${strange.name}.`);
    const about =
      "SELECT type FROM sqlite_master WHERE (name = 'audit' AND type <> 'table') OR type IN ('trigger', 'view')";
    const [other] = this.#connection.prepare(about).all() as { type: string }[];
    if (other) throw new Fault(`The database has a ${other.type} that earshot did not make.`);
    const [whole] = this.#connection.prepare("PRAGMA integrity_check(1)").all() as { integrity_check: string }[];
    if (whole?.integrity_check !== "ok") throw new Fault(`The file is damaged: ${whole?.integrity_check}.`);
  }

  #walk(): void {
    const page = this.#connection.prepare(
      `SELECT ${columnList} FROM audit WHERE id > ? ORDER BY id LIMIT ${rowsAtOnce}`,
    );
    const after = page.raw();
    for (let rows = after.all(this.#gone); rows.length > 0; rows = after.all(this.#lastId)) {
      for (const row of rows as Value[][]) this.#checkRow(row);
    }
  }

  #checkRow(row: readonly Value[]): void {
    const { id, writer, seq, chain, values } = placeOf(row);
    const before = this.#ends.get(writer) ?? notBegun;
    const missing = seq - before.seq - 1;
    if (missing > 0) throw new Fault(this.#missingSentence(id, missing, before.seq === 0), id);
    if (chainValue(this.#keys.chain, before.chain, values) !== chain) {
      throw new Fault(`Row ${id} is not as it was written, or not in its place.`, id);
    }
    if (id !== this.#lastId + 1 && !this.#begun.some(({ takenOver }) => takenOver && id <= takenOver.throughId + 1)) {
      throw new Fault(this.#missingSentence(id, id - this.#lastId - 1, this.#lastId === 0), id);
    }
    this.#ends.set(writer, { seq, chain });
    this.#lastId = id;
    this.#rows += 1;
  }

  #missingSentence(id: number, missing: number, atBeginning: boolean): string {
    const many = missing === 1 ? "One row is" : `${missing} rows are`;
    return atBeginning
      ? `${many} missing before row ${id}, and no checkpoint says that retention took them.`
      : `${many} missing before row ${id}.`;
  }

  /** The file remembers the last id it gave out: who only deletes the newest rows is found by it. */
  #checkEnd(): void {
    const [row] = this.#connection.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").all() as End[];
    const given = row?.seq ?? 0;
    if (given === this.#lastId) return;
    throw new Fault(
      given > this.#lastId
        ? `Rows are missing at the end: the newest is ${this.#lastId}, and ids up to ${given} were given out.`
        : `The counter of ids stands at ${given}, before the newest row ${this.#lastId}.`,
    );
  }

  /** What another chain says of this one when it began. */
  #checkContains(other: Head): void {
    if (this.#chainAt(other) === "other") {
      throw new Fault(
        `The chain of ${other.writer} is cut or replaced: another one says that it had ${other.seq} rows.`,
      );
    }
  }

  /** A note where all is well; a fault where the record does not contain the head. */
  #checkHead(text: string): string | undefined {
    const head = parseHead(text);
    if (!head) throw new Fault("The head that was given is none: take it from the log as it stands there.");
    const at = this.#chainAt(head);
    if (at === "gone") return "The head lies in what retention took away: the signed checkpoint stands for it.";
    if (at === "there") return "The record contains the head that was given.";
    const { seq } = this.#ends.get(head.writer) ?? notBegun;
    throw new Fault(
      seq < head.seq
        ? `The record does not reach the head that was given: it was cut, or an older copy put in its place. The chain of ${head.writer} has ${seq} rows and had ${head.seq}.`
        : "The record does not contain the head that was given: it was replaced by another.",
    );
  }

  #chainAt({ writer, seq, chain }: Head): "there" | "gone" | "other" {
    const { throughSeq = 0, chain: kept } = this.#checkpoints.get(writer) ?? {};
    if (seq < throughSeq) return "gone";
    if (seq === throughSeq) return kept === chain ? "there" : "other";
    const at = this.#connection.prepare("SELECT chain FROM audit WHERE writer = ? AND seq = ?").all(writer, seq);
    return at.some((row) => (row as End).chain === chain) ? "there" : "other";
  }
}

function takenOverNote({ rows, fromId, throughId }: NonNullable<Begun["takenOver"]>): string {
  return `${rows} rows (ids ${fromId} to ${throughId}) were written by an older earshot without a chain: what was done to them before they were taken over, nobody can tell.`;
}
