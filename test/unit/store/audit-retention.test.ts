import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import type { AuditRow } from "../../../src/model/index.js";
import { deleteSome, stateRemoval } from "../../../src/store/audit-retention.js";
import { readAudit } from "../../../src/store/index.js";
import { MadeRecord } from "./audit-made.js";
import { keptLog, recordOf, row, scratch, until } from "./scratch.js";

const day = 86_400_000;

/** Rows that were asked and written so many days ago. */
function old(made: MadeRecord, days: number, rows: readonly AuditRow[]): string {
  const { now } = Date;
  const then = now() - days * day;
  Date.now = () => then;
  try {
    return made.write(rows.map((one) => ({ ...one, at: then })));
  } finally {
    Date.now = now;
  }
}

/** Retention, from the statement to the last deleted row; gives how many rows went. */
function retain(made: MadeRecord, keepDays: number): number {
  return made.table((table) => {
    const { rows, throughId } = stateRemoval(table, Date.now() - keepDays * day, made.keys);
    while (rows > 0 && deleteSome(table, throughId));
    return rows;
  });
}

async function made(): Promise<MadeRecord> {
  return MadeRecord.of(0);
}

test("old rows go as a whole prefix, and the record verifies by the checkpoint they leave", async () => {
  const record = await made();
  const gone = old(record, 40, [row("a"), row("b"), row("c")]);
  const kept = old(record, 10, [row("d"), row("e")]);
  expect(retain(record, 30)).toBe(3);
  const entries = await readAudit(record.folder, {});
  expect(entries.map(({ act, detail }) => (act === "listen" ? detail : act))).toEqual(["d", "e", "audit-checkpoint"]);
  expect(await record.verify(kept)).toMatchObject({ ok: true, rows: 3, removed: 3 });
  expect(await record.verify(gone)).toMatchObject({ ok: true });
  expect(retain(record, 30)).toBe(0);
  const next = record.write([row("f")]);
  expect(await record.verify(next)).toMatchObject({ ok: true, rows: 4, removed: 3 });
});

test("a checkpoint can be checked without the secret, by what README says", async () => {
  const record = await made();
  old(record, 40, [row("a"), row("b")]);
  retain(record, 30);
  const { publicKey } = await record.verify();
  const [entry] = await readAudit(record.folder, { act: "audit-checkpoint" });
  const said = JSON.parse(entry?.detail ?? "");
  expect(said).toMatchObject({ writer: "main", rows: 2, throughId: 2, throughSeq: 2 });
  const signed = [said.writer, said.rows, said.throughId, said.throughSeq, said.chain, said.at];
  const text = Buffer.from(`earshot audit checkpoint v1\n${JSON.stringify(signed)}`);
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
  expect(verify(null, text, key, Buffer.from(said.signature, "base64"))).toBe(true);
  expect(verify(null, Buffer.concat([text, Buffer.from(" ")]), key, Buffer.from(said.signature, "base64"))).toBe(false);
});

test("a younger row keeps every row behind it", async () => {
  const record = await made();
  old(record, 40, [row("a")]);
  old(record, 10, [row("young")]);
  old(record, 40, [row("b")]);
  expect(retain(record, 30)).toBe(1);
  expect((await readAudit(record.folder, { act: "listen" })).map(({ detail }) => detail)).toEqual(["young", "b"]);
});

test("the rows of a live supervision stay, and go once it has ended", async () => {
  const record = await made();
  const supervision = "s".repeat(16);
  old(record, 40, [row("before"), { ...row("begun"), supervision }, row("after")]);
  expect(retain(record, 30)).toBe(1);
  expect((await readAudit(record.folder, { live: true })).map(({ detail }) => detail)).toEqual(["begun"]);
  old(record, 35, [{ ...row("over"), supervision, act: "ended", outcome: "ended" }]);
  expect(retain(record, 30)).toBe(2);
  expect(await record.verify()).toMatchObject({ ok: true, removed: 3 });
});

test("a second checkpoint follows the first, and the first can go itself", async () => {
  const record = await made();
  old(record, 40, [row("a")]);
  old(record, 20, [row("b")]);
  retain(record, 30);
  expect(retain(record, 15)).toBe(1);
  expect(await record.verify()).toMatchObject({ ok: true, rows: 2, removed: 2 });
});

test("stopped between the checkpoint and the last deleted row: the record verifies, and the rest goes at the next start", async () => {
  const record = await made();
  old(record, 40, [row("a"), row("b"), row("c")]);
  record.write([row("d")]);
  record.table((table) => stateRemoval(table, Date.now() - 30 * day, record.keys));
  expect((await readAudit(record.folder, { act: "listen" })).length).toBe(4);
  expect(await record.verify()).toMatchObject({ ok: true, rows: 2, removed: 3 });
  const audit = await recordOf(record.folder);
  await audit.start();
  onTestFinished(() => audit.stop());
  await until(async () => (await audit.rows({ act: "listen" })).length === 1);
  expect(await record.verify()).toMatchObject({ ok: true, rows: 2, removed: 3 });
});

test("more taken away than a checkpoint says is missed", async () => {
  const record = await made();
  old(record, 40, [row("a"), row("b")]);
  record.write([row("c"), row("d")]);
  retain(record, 30);
  record.attack("DELETE FROM audit WHERE id <= 3");
  expect((await record.verify()).fault).toEqual({ id: 4, sentence: "One row is missing before row 4." });
});

test("a checkpoint that somebody made up takes nothing away", async () => {
  const record = await made();
  old(record, 40, [row("a"), row("b")]);
  record.write([row("c"), row("d")]);
  retain(record, 30);
  record.attack(`DELETE FROM audit WHERE id <= 3; UPDATE audit SET detail = replace(replace(detail,
    '"throughId":2', '"throughId":3'), '"throughSeq":2', '"throughSeq":3') WHERE act = 'audit-checkpoint'`);
  expect((await record.verify()).ok).toBe(false);
});

test("rows that somebody made look old are not taken away, and the log says so", async () => {
  const record = await made();
  record.write([row("a"), row("b"), row("c")].map((one) => ({ ...one, at: Date.now() })));
  record.attack("UPDATE audit SET at = 0, written_at = 0 WHERE id < 3");
  const kept = keptLog();
  const audit = await recordOf(record.folder, kept.log, { keepDays: 30 });
  await audit.start();
  onTestFinished(() => audit.stop());
  const told = (): string | undefined => kept.lines.find((line) => line.includes("Old rows of the record"));
  await until(() => told() !== undefined);
  expect(told()).toContain("row 1 is not as it was written");
  expect((await audit.rows({})).map(({ detail }) => detail)).toEqual(["a", "b", "c"]);
});

test("retention runs at the start, beside the rows of presses, and says what it took", async () => {
  const record = await made();
  old(record, 40, [row("a"), row("b")]);
  record.write([row("c")]);
  const kept = keptLog();
  const audit = await recordOf(record.folder, kept.log, { keepDays: 30 });
  await audit.start();
  onTestFinished(() => audit.stop());
  await until(() => kept.lines.includes('info Old rows of the record are taken away. {"rows":2}'));
  expect(await audit.append(row("d"), 5000)).toBe("written");
  expect((await audit.rows({ act: "listen" })).map(({ detail }) => detail)).toEqual(["c", "d"]);
  expect(await audit.verify()).toMatchObject({ ok: true, rows: 3, removed: 2 });
});

test("a record of an earlier earshot is chained at the start, and the first chained row says so", async () => {
  const record = await made();
  record.write([row("a"), row("b")]);
  // The tables as they were before there was a chain.
  record.attack(`DROP INDEX audit_chain; DROP INDEX audit_marks; DROP INDEX audit_checkpoints;
    DROP INDEX audit_beginnings; ALTER TABLE audit DROP COLUMN writer; ALTER TABLE audit DROP COLUMN seq;
    ALTER TABLE audit DROP COLUMN chain; ALTER TABLE audit DROP COLUMN marks; PRAGMA user_version = 2`);
  expect((await record.verify()).fault?.sentence).toBe("The record has no chain: an older earshot wrote it.");
  const head = record.write([row("c")]);
  const entries = await readAudit(record.folder, {});
  expect(entries.map(({ id, act, detail }) => [id, act, detail])).toEqual([
    [1, "listen", "a"],
    [2, "listen", "b"],
    [3, "audit-begun", '{"takenOver":{"rows":2,"fromId":1,"throughId":2}}'],
    [4, "listen", "c"],
  ]);
  expect(await record.verify(head)).toMatchObject({
    ok: true,
    rows: 4,
    notes: [
      expect.stringMatching(/^2 rows \(ids 1 to 2\) were written by an older earshot without a chain/),
      expect.anything(),
    ],
  });
  record.attack("UPDATE audit SET detail = 'x' WHERE id = 1");
  expect((await record.verify()).fault?.id).toBe(1);
});

test("a record put back to before its chain is taken over, says so, and does not contain the head of the log", async () => {
  const record = await made();
  const head = record.write([row("a"), row("b")]);
  record.attack(`DROP INDEX audit_chain; DROP INDEX audit_marks; DROP INDEX audit_checkpoints;
    DROP INDEX audit_beginnings; ALTER TABLE audit DROP COLUMN writer; ALTER TABLE audit DROP COLUMN seq;
    ALTER TABLE audit DROP COLUMN chain; ALTER TABLE audit DROP COLUMN marks; PRAGMA user_version = 2;
    UPDATE audit SET supervisor = '3009' WHERE id = 1`);
  record.write([row("c")]);
  expect((await record.verify()).notes).toHaveLength(1);
  expect((await record.verify(head)).ok).toBe(false);
});

test("what is taken away is not to be found in the file", async () => {
  const record = await made();
  old(record, 40, [{ ...row("a"), customer: "+49 30 1234567" }]);
  record.write([row("b")]);
  retain(record, 30);
  const database = new Database(record.file, { timeout: 5_000 });
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  expect(readFileSync(record.file).includes("+49 30 1234567")).toBe(false);
});

test("the head is logged again and again and at stop, and is what verify takes", async () => {
  const kept = keptLog();
  const folder = scratch();
  const audit = await recordOf(folder, kept.log, { headMs: 20 });
  await audit.start();
  await audit.append(row("a"), 5000);
  const heads = (): string[] => kept.lines.flatMap((line) => /"head":"([^"]+)"/.exec(line)?.[1] ?? []);
  await until(() => heads().length >= 2);
  await audit.append(row("b"), 5000);
  await audit.stop();
  const last = heads().at(-1) ?? "";
  expect(last).toMatch(/^main:2:/);
  expect(heads()[0]).toMatch(/^main:1:/);
  const again = await recordOf(folder);
  expect(await again.verify(last)).toMatchObject({ ok: true, heads: [last] });
});

test("a clock that has jumped a year ahead takes nothing away, and the log says so", async () => {
  const record = await made();
  old(record, 400, [row("a"), row("b")]);
  const kept = keptLog();
  const audit = await recordOf(record.folder, kept.log, { keepDays: 30 });
  await audit.start();
  onTestFinished(() => audit.stop());
  const told = (): string | undefined => kept.lines.find((line) => line.includes("Old rows of the record"));
  await until(() => told() !== undefined);
  expect(told()).toMatch(/by the clock it is \d{4}-\d\d-\d\d, and the newest row is of \d{4}-\d\d-\d\d/);
  expect((await audit.rows({})).map(({ detail }) => detail)).toEqual(["a", "b"]);
});

test("rows of the present by the same clock settle it", async () => {
  const record = await made();
  old(record, 400, [row("a"), row("b")]);
  record.write([row("c")]);
  expect(retain(record, 30)).toBe(2);
});
