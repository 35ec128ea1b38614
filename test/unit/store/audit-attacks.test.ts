import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { covered } from "../../../src/store/audit-schema.js";
import { verifyAudit } from "../../../src/store/index.js";
import { MadeRecord } from "./audit-made.js";
import { row, scratch } from "./scratch.js";

const notAsWritten = (id: number) => `Row ${id} is not as it was written, or not in its place.`;

test("a record as it was written verifies, and contains every head it ever had", async () => {
  const made = await MadeRecord.of(5);
  const early = made.write([row("six")]);
  const last = made.write([{ ...row("half a character \ud800, a NUL \0"), at: 0.1 + 0.2 }]);
  expect(await made.verify()).toMatchObject({ ok: true, rows: 7, removed: 0, heads: [last], notes: [] });
  expect(await made.verify(early)).toMatchObject({ ok: true, notes: ["The record contains the head that was given."] });
  expect(await made.verify(last)).toMatchObject({ ok: true });
});

test("every column of the table is covered by the chain", async () => {
  const made = await MadeRecord.of(1);
  const names = made.table(({ connection }) => connection.prepare("SELECT name FROM pragma_table_info('audit')").all());
  expect(new Set(names.map((found) => (found as { name: string }).name))).toEqual(new Set([...covered, "chain"]));
});

test.each([
  ["key", "'x'"],
  ["written_at", "written_at + 1"],
  ["late", "1"],
  ["marks", "1"],
  ["at", "at + 0.001"],
  ["act", "'mute'"],
  ["outcome", "'refused'"],
  ["supervisor", "'3002'"],
  ["supervision", "''"],
  ["agent", "'2002'"],
  ["call", "'c'"],
  ["leg", "'l'"],
  ["phone", "'p'"],
  ["customer", "NULL"],
  ["mode", "'join'"],
  ["visibility", "'visible'"],
  ["mic", "'muted'"],
  ["refusal", "'r'"],
  ["ending", "'left'"],
  ["detail", "detail || ' '"],
  ["chain", "'A' || substr(chain, 2)"],
])("a changed %s is found, at its row", async (column, value) => {
  const made = await MadeRecord.of(5);
  made.attack(`UPDATE audit SET ${column} = ${value} WHERE id = 3`);
  expect((await made.verify()).fault).toEqual({ id: 3, sentence: notAsWritten(3) });
});

test("a row in the name of another writer is found", async () => {
  const made = await MadeRecord.of(5);
  made.attack("UPDATE audit SET writer = 'other' WHERE id = 3");
  expect(await made.verify()).toMatchObject({ ok: false, rows: 2, fault: { id: 3 } });
});

test("a row with another number in its chain is found", async () => {
  const made = await MadeRecord.of(5);
  made.attack("UPDATE audit SET seq = 4 WHERE id = 3");
  expect((await made.verify()).fault?.id).toBe(3);
});

test("a row with another id is found", async () => {
  const made = await MadeRecord.of(5);
  made.attack("UPDATE audit SET id = 6 WHERE id = 5");
  expect((await made.verify()).fault).toEqual({ id: 6, sentence: notAsWritten(6) });
});

test("a row taken from the middle is missed, and said how many", async () => {
  const made = await MadeRecord.of(6);
  made.attack("DELETE FROM audit WHERE id IN (3, 4)");
  expect(await made.verify()).toMatchObject({
    ok: false,
    rows: 2,
    fault: { id: 5, sentence: "2 rows are missing before row 5." },
  });
});

test("a row taken from the middle, with those behind it renumbered, is found", async () => {
  const made = await MadeRecord.of(6);
  made.attack("DELETE FROM audit WHERE id = 3; UPDATE audit SET id = id - 1, seq = seq - 1 WHERE id > 3");
  expect((await made.verify()).fault).toEqual({ id: 3, sentence: notAsWritten(3) });
});

test("two rows that changed places are found", async () => {
  const made = await MadeRecord.of(5);
  made.attack(`UPDATE audit SET id = -2 WHERE id = 2; UPDATE audit SET id = 2, seq = 2 WHERE id = 4;
    UPDATE audit SET id = 4, seq = 4 WHERE id = -2`);
  expect((await made.verify()).fault).toEqual({ id: 2, sentence: notAsWritten(2) });
});

test("a row put in is found", async () => {
  const made = await MadeRecord.of(3);
  made.attack(`INSERT INTO audit (key, written_at, late, at, act, outcome, supervisor, writer, seq, chain)
    SELECT 'new', written_at, 0, at, act, outcome, '3009', writer, 4, chain FROM audit WHERE id = 3`);
  expect((await made.verify()).fault).toEqual({ id: 4, sentence: notAsWritten(4) });
});

test("a newest row that is merely deleted is missed", async () => {
  const made = await MadeRecord.of(5);
  made.attack("DELETE FROM audit WHERE id > 3");
  expect((await made.verify()).fault?.sentence).toBe(
    "Rows are missing at the end: the newest is 3, and ids up to 5 were given out.",
  );
});

test("a tail that is cut off with care is found by a head from the log, and by nothing else", async () => {
  const made = await MadeRecord.of(5);
  const head = made.write([row("six")]);
  made.attack("DELETE FROM audit WHERE id > 3; UPDATE sqlite_sequence SET seq = 3");
  expect(await made.verify()).toMatchObject({ ok: true, rows: 3 });
  expect(await made.verify(head)).toMatchObject({
    ok: false,
    fault: { sentence: expect.stringMatching(/^The record does not reach the head that was given/) },
  });
});

test("a tail that is cut off, with the record written on since, is found by a head from the log", async () => {
  const made = await MadeRecord.of(5);
  const head = made.write([row("six")]);
  made.attack("DELETE FROM audit WHERE id > 3; UPDATE sqlite_sequence SET seq = 3");
  made.write([row("a"), row("b"), row("c"), row("d")]);
  expect(await made.verify()).toMatchObject({ ok: true });
  expect((await made.verify(head)).fault?.sentence).toMatch(/^The record does not contain the head that was given/);
});

test("a tail that is cut off under the running gateway leaves a gap", async () => {
  const made = await MadeRecord.of(3);
  made.table((table) => {
    made.attack("DELETE FROM audit WHERE id > 1; UPDATE sqlite_sequence SET seq = 1");
    table.write([{ n: 1, key: "on", row: row("on"), dueAt: 0 }], () => false);
  });
  expect((await made.verify()).fault?.sentence).toBe("2 rows are missing before row 2.");
});

test("an old copy of the whole database is found by a head from the log", async () => {
  const made = await MadeRecord.of(5);
  const copy = join(scratch(), "..", "copy.db");
  made.copyTo(copy);
  const head = made.write([row("six")]);
  made.attack("PRAGMA wal_checkpoint(TRUNCATE)");
  copyFileSync(copy, made.file);
  expect(await made.verify()).toMatchObject({ ok: true, rows: 5 });
  expect((await made.verify(head)).fault?.sentence).toMatch(/an older copy put in its place/);
});

test("a beginning that is deleted without a checkpoint is missed", async () => {
  const made = await MadeRecord.of(5);
  made.attack("DELETE FROM audit WHERE id < 3");
  expect((await made.verify()).fault).toEqual({
    id: 3,
    sentence: "2 rows are missing before row 3, and no checkpoint says that retention took them.",
  });
});

test("a record that another key has chained is found", async () => {
  const made = await MadeRecord.of(3);
  const other = await MadeRecord.of(3);
  rmSync(made.file);
  other.copyTo(made.file);
  expect((await made.verify()).fault).toEqual({ id: 1, sentence: notAsWritten(1) });
});

test("a chain that is removed as a whole is missed by the one that began after it", async () => {
  const made = await MadeRecord.of(3);
  made.write([row("four")], "branch");
  expect(await made.verify()).toMatchObject({ ok: true, rows: 5 });
  made.attack("DELETE FROM audit WHERE writer = 'main'");
  expect((await made.verify()).ok).toBe(false);
});

test("two writers of one record keep a chain each", async () => {
  const made = await MadeRecord.of(2);
  made.write([row("b")], "branch");
  made.write([row("c")], "main");
  const head = made.write([row("d")], "branch");
  expect(await made.verify(head)).toMatchObject({
    ok: true,
    rows: 6,
    heads: [expect.stringMatching(/^main:3:/), head],
  });
  made.attack("DELETE FROM audit WHERE id = 5");
  expect((await made.verify()).fault).toEqual({ id: 6, sentence: "One row is missing before row 6." });
});

test("a column, a trigger or a view that earshot did not make is found", async () => {
  const made = await MadeRecord.of(1);
  made.attack("ALTER TABLE audit ADD COLUMN more TEXT");
  expect((await made.verify()).fault?.sentence).toBe("The table has a column that earshot did not make: more.");
  made.attack("ALTER TABLE audit DROP COLUMN more; CREATE VIEW shown AS SELECT 1");
  expect((await made.verify()).fault?.sentence).toBe("The database has a view that earshot did not make.");
});

test("killed in the middle of writing: the record verifies, and goes on", async () => {
  const made = await MadeRecord.of(0);
  const path = fileURLToPath(new URL("audit-writer.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", path, made.folder], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = createInterface(child.stdout)[Symbol.asyncIterator]();
  while (Number((await said.next()).value) < 40);
  child.kill("SIGKILL");
  await once(child, "exit");
  const check = await made.verify();
  expect(check.fault).toBeUndefined();
  expect(check.rows).toBeGreaterThanOrEqual(40);
  const head = made.write([row("on")]);
  expect(await made.verify(head)).toMatchObject({ ok: true, rows: check.rows + 1, heads: [head] });
});

test("a head that is none is told", async () => {
  expect((await (await MadeRecord.of(1)).verify("main:1")).fault?.sentence).toMatch(/^The head that was given is none/);
});

test("a folder without a record is told, and none is made", async () => {
  const made = await MadeRecord.of(0);
  rmSync(made.file);
  expect((await verifyAudit(made.folder, made.keys)).fault?.sentence).toBe(`There is no record in ${made.folder}.`);
});
