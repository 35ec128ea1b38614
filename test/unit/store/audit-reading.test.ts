import { join } from "node:path";
import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import type { AuditEntry } from "../../../src/model/index.js";
import { type AuditLog, AuditReading } from "../../../src/store/index.js";
import { recordOf, row, scratch, until } from "./scratch.js";

async function open(folder: string): Promise<AuditLog> {
  const audit = await recordOf(folder);
  await audit.start();
  onTestFinished(() => audit.stop());
  return audit;
}

async function all(rows: AsyncIterable<readonly AuditEntry[]>): Promise<AuditEntry[]> {
  const taken: AuditEntry[] = [];
  for await (const some of rows) taken.push(...some);
  return taken;
}

test("who reads the record, and which part, is a row before they see it", async () => {
  const audit = await open(scratch());
  await audit.append(row("a"), 5000);
  const seen = await new AuditReading(audit).read("kim", { supervisor: "os:kim", limit: 5 });
  const read = { act: "audit-read", outcome: "allowed", supervisor: "os:kim" };
  expect(seen).toMatchObject([{ ...read, detail: '{"supervisor":"os:kim","limit":5}' }]);
});

test("an export is one row, and holds every row, also where there are many", async () => {
  const audit = await open(scratch());
  await Promise.all(Array.from({ length: 1200 }, (_, n) => audit.append(row(String(n)), 60_000)));
  const exported = await all(new AuditReading(audit).export("kim", { act: "listen" }));
  expect(exported.map(({ detail }) => detail)).toEqual(Array.from({ length: 1200 }, (_, n) => String(n)));
  expect(await audit.rows({ act: "audit-exported" })).toMatchObject([
    { supervisor: "os:kim", detail: '{"act":"listen"}' },
  ]);
});

test("verifying is a row, with what came of it", async () => {
  const folder = scratch();
  const audit = await open(folder);
  await audit.append(row("a"), 5000);
  const reading = new AuditReading(audit);
  expect(await reading.verify("kim")).toMatchObject({ ok: true, rows: 1 });
  const other = new Database(join(folder, "audit.db"), { timeout: 5_000 });
  other.exec("UPDATE audit SET detail = 'b' WHERE id = 1");
  other.close();
  expect((await reading.verify("kim")).ok).toBe(false);
  await until(async () => (await audit.rows({ act: "audit-verified" })).length === 2);
  expect(await audit.rows({ act: "audit-verified" })).toMatchObject([
    { outcome: "done", supervisor: "os:kim", detail: "1 rows are as they were written" },
    { outcome: "failed", detail: "Row 1 is not as it was written, or not in its place." },
  ]);
});

test("without its row nobody reads", async () => {
  const folder = scratch();
  const audit = await open(folder);
  await audit.append(row("a"), 5000);
  const other = new Database(join(folder, "audit.db"), { timeout: 5_000 });
  other.exec("BEGIN EXCLUSIVE");
  const reading = new AuditReading(audit);
  await expect(reading.read("kim", {})).rejects.toThrow("the record cannot be written at this moment");
  await expect(all(reading.export("kim", {}))).rejects.toThrow("the record cannot be written at this moment");
  other.exec("COMMIT");
  other.close();
});

test("what earshot itself reads is no row", async () => {
  const audit = await open(scratch());
  await audit.append(row("a"), 5000);
  await audit.rows({ live: true });
  expect(await audit.rows({})).toHaveLength(1);
});
