import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import type { WriterData } from "../../../src/store/audit-protocol.js";
import { readAudit } from "../../../src/store/index.js";
import { spawnWriter } from "../../../src/store/spawn-thread.js";
import { keptLog, recordOf, row, scratch, until } from "./scratch.js";

const isTrouble = (line: string): boolean => line.startsWith("error");

test("the writing thread dies again and again: every row is there once, in order, and the log says so", async () => {
  const folder = scratch();
  const kept = keptLog();
  let writer: Worker | undefined;
  const spawn = (data: WriterData): Worker => {
    writer = spawnWriter(data);
    return writer;
  };
  const audit = await recordOf(folder, kept.log, { spawn });
  await audit.start();
  onTestFinished(() => audit.stop());
  const answers: Promise<"written" | "late">[] = [];
  for (let n = 0; n < 300; n += 1) {
    answers.push(audit.append(row(String(n)), 60_000));
    if (n % 100 === 50) {
      await answers[n - 10];
      await writer?.terminate();
    }
  }
  expect(new Set(await Promise.all(answers))).toEqual(new Set(["written"]));
  const entries = await readAudit(folder, {});
  expect(entries.map(({ detail }) => detail)).toEqual(answers.map((_, n) => String(n)));
  expect(await audit.verify()).toMatchObject({ ok: true, rows: 300 });
  expect(kept.lines.filter(isTrouble)).toEqual(
    Array(3).fill("error The thread that writes the record ended; it is started again. {}"),
  );
});

test("the thread dies between the disk and its word of it: the row is there once, and acknowledged by the next", async () => {
  const folder = scratch();
  let threads = 0;
  const spawn = (data: WriterData): Worker => {
    const writer = spawnWriter(data);
    threads += 1;
    if (threads > 1) return writer;
    const { emit } = writer;
    writer.emit = (event: string | symbol, ...rest: unknown[]): boolean => {
      const [message] = rest as [{ type?: string } | undefined];
      if (event !== "message" || message?.type !== "written") return Reflect.apply(emit, writer, [event, ...rest]);
      void writer.terminate();
      return true;
    };
    return writer;
  };
  const audit = await recordOf(folder, keptLog().log, { spawn });
  await audit.start();
  onTestFinished(() => audit.stop());
  expect(await audit.append(row("once"), 60_000)).toBe("written");
  expect(await audit.append(row("then"), 60_000)).toBe("written");
  expect(threads).toBe(2);
  expect((await audit.rows({})).map(({ id, detail }) => [id, detail])).toEqual([
    [1, "once"],
    [2, "then"],
  ]);
});

test("a row given while there is no thread waits for the next one, and is late", async () => {
  const folder = scratch();
  let writer: Worker | undefined;
  const spawn = (data: WriterData): Worker => {
    writer = spawnWriter(data);
    return writer;
  };
  const audit = await recordOf(folder, keptLog().log, { spawn });
  await audit.start();
  onTestFinished(() => audit.stop());
  await writer?.terminate();
  await expect(audit.rows({})).rejects.toThrow("the record cannot be read at this moment");
  expect(await audit.append(row("late"), 20)).toBe("late");
  await until(async () => (await readAudit(folder, {})).length === 1);
  expect((await readAudit(folder, {}))[0]).toMatchObject({ detail: "late", late: true });
});

test("a damaged record: said once, nothing acknowledged, written as soon as it is whole again", async () => {
  const folder = scratch();
  const kept = keptLog();
  const first = await recordOf(folder, kept.log);
  await first.start();
  await first.append(row("one"), 5000);
  await first.stop();
  const file = join(folder, "audit.db");
  renameSync(file, `${file}.whole`);
  writeFileSync(file, "no database at all ".repeat(500));

  const audit = await recordOf(folder, kept.log);
  await audit.start();
  onTestFinished(() => audit.stop());
  expect(await audit.append(row("two"), 50)).toBe("late");
  await until(() => audit.behind());
  await expect(audit.rows({})).rejects.toThrow("file is not a database");
  expect(kept.lines.filter(isTrouble)).toEqual([
    'error The record cannot be written; it is tried again until it can. {"why":"file is not a database"}',
  ]);

  rmSync(file);
  renameSync(`${file}.whole`, file);
  await until(() => !audit.behind());
  expect((await audit.rows({})).map(({ detail, late }) => [detail, late])).toEqual([
    ["one", false],
    ["two", true],
  ]);
  await until(() => kept.lines.includes("info The record is written again. {}"));
});

test("an error that is no lock: nothing is acknowledged until it is over", async () => {
  const folder = scratch();
  const audit = await recordOf(folder, keptLog().log);
  await audit.start();
  onTestFinished(() => audit.stop());
  await audit.append(row("one"), 5000);
  // Refuses rows by an error that does not go away by waiting for a lock, as a full disk would.
  const other = new Database(join(folder, "audit.db"), { timeout: 5_000 });
  other.exec("CREATE TRIGGER fault BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END");
  expect(await audit.append(row("two"), 50)).toBe("late");
  other.exec("DROP TRIGGER fault");
  other.close();
  await until(async () => (await audit.rows({})).length === 2);
});

test("no thread at all is an error of start", async () => {
  const spawn = (data: WriterData): Worker => spawnWriter(data, new URL("file:///nonexistent/worker.js"));
  const audit = await recordOf(scratch(), keptLog().log, { spawn });
  await expect(audit.start()).rejects.toThrow("the thread that writes the record cannot start");
});
