import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import type { AuditCheck, AuditRow } from "../../../src/model/index.js";
import { headText } from "../../../src/store/audit-chain.js";
import { AuditTable } from "../../../src/store/audit-table.js";
import { type AuditKeys, loadSecrets, verifyAudit } from "../../../src/store/index.js";
import { row, scratch } from "./scratch.js";

/** A record on disk, written as the writing thread does, and what an attacker with the file can do to it. */
export class MadeRecord {
  readonly folder: string;
  readonly keys: AuditKeys;

  private constructor(folder: string, keys: AuditKeys) {
    this.folder = folder;
    this.keys = keys;
  }

  static async of(rows: number): Promise<MadeRecord> {
    const folder = scratch();
    const made = new MadeRecord(folder, (await loadSecrets(folder)).audit);
    made.write(Array.from({ length: rows }, (_, n) => row(String(n + 1))));
    return made;
  }

  get file(): string {
    return join(this.folder, "audit.db");
  }

  /** Writes more rows, each with a customer; gives the head after them. */
  write(rows: readonly AuditRow[], writer = "main"): string {
    return this.table((table) => {
      const from = table.head().seq;
      const given = rows.map((one, at) => {
        return { n: at + 1, key: `${writer}:${from + at}`, row: { customer: "123", ...one }, dueAt: 0 };
      });
      table.write(given, () => false);
      return headText(table.head());
    }, writer);
  }

  table<T>(work: (table: AuditTable) => T, writer = "main"): T {
    const table = AuditTable.open(this.file, { writer, keys: this.keys });
    try {
      return work(table);
    } finally {
      table.close();
    }
  }

  /** What somebody does who has the file and not the key. */
  attack(sql: string): void {
    const database = new Database(this.file, { timeout: 5_000 });
    database.exec(sql);
    database.close();
  }

  copyTo(file: string): void {
    this.attack("PRAGMA wal_checkpoint(TRUNCATE)");
    for (const left of ["-wal", "-shm"]) rmSync(`${file}${left}`, { force: true });
    copyFileSync(this.file, file);
  }

  verify(head?: string): Promise<AuditCheck> {
    return verifyAudit(this.folder, this.keys, head);
  }
}
