import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import type { AuditEntry, AuditRow } from "../../../src/model/index.js";
import { connect } from "../../../src/store/database.js";
import { type AuditLog, readAudit } from "../../../src/store/index.js";
import { keptLog, recordOf, row, scratch, until } from "./scratch.js";

async function open(folder: string): Promise<AuditLog> {
  const audit = await recordOf(folder);
  await audit.start();
  onTestFinished(() => audit.stop());
  return audit;
}

/** Runs one of the programs beside this file. */
function program(name: string, argument: string): ChildProcess {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", path, argument], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function lines(child: ChildProcess): AsyncIterator<string> {
  if (child.stdout === null) return expect.fail();
  return createInterface(child.stdout)[Symbol.asyncIterator]();
}

const details = (entries: readonly AuditEntry[]): (string | undefined)[] => entries.map((entry) => entry.detail);

test("a row is on disk, whole, when it is acknowledged", async () => {
  const folder = scratch();
  const audit = await open(folder);
  const full: AuditRow = {
    at: 1_700_000_000_123,
    act: "coach",
    outcome: "refused",
    supervisor: "3001",
    supervision: "s".repeat(16),
    agent: "2001",
    call: "call-1",
    customer: "+43 1 <b>&\"'\u0007",
    mode: "coach",
    visibility: "visible",
    mic: "open",
    refusal: "pbx-failed",
    ending: "left",
    detail: "free words",
  };
  const before = Date.now();
  expect(await audit.append(full, 5000)).toBe("written");
  expect(await audit.append(row("bare"), 5000)).toBe("written");
  const [first, second, ...more] = await readAudit(folder, {});
  expect(more).toEqual([]);
  expect(first).toEqual({ ...full, id: 1, writtenAt: expect.any(Number), late: false });
  expect(first?.writtenAt).toBeGreaterThanOrEqual(before);
  expect(second).toEqual({ ...row("bare"), id: 2, writtenAt: expect.any(Number), late: false });
  expect(audit.behind()).toBe(false);
  for (const file of ["audit.db", "audit.db-wal"]) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
});

test("what a caller hides behind a NUL shows", async () => {
  const folder = scratch();
  const audit = await open(folder);
  await audit.append({ ...row("x"), customer: "123\u0000456" }, 5000);
  expect((await readAudit(folder, {}))[0]?.customer).toBe("123\u2400456");
});

test("rows keep the order in which they were given, however they were given", async () => {
  const audit = await open(scratch());
  const given = Array.from({ length: 1500 }, (_, n) => String(n));
  const written = given.map((detail, n) => {
    if (n % 2 === 0) return audit.append(row(detail), 10_000);
    audit.after(row(detail));
    return undefined;
  });
  await Promise.all(written);
  await until(async () => (await audit.rows({ newest: true, limit: 1 }))[0]?.detail === "1499");
  const first = await audit.rows({});
  const second = await audit.rows({ afterId: first.at(-1)?.id ?? 0 });
  expect(details([...first, ...second])).toEqual(given);
  const ids = [...first, ...second].map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted((one, other) => one - other));
});

test("the record can be asked for a part of it", async () => {
  const audit = await open(scratch());
  await audit.append({ ...row("a"), at: 10, agent: "2001", call: "c1" }, 5000);
  await audit.append({ ...row("b"), at: 20, agent: "2002", supervision: "s1" }, 5000);
  await audit.append({ ...row("c"), at: 30, supervisor: "3002" }, 5000);
  expect(details(await audit.rows({ since: 20 }))).toEqual(["b", "c"]);
  expect(details(await audit.rows({ until: 20 }))).toEqual(["a", "b"]);
  expect(details(await audit.rows({ agent: "2001" }))).toEqual(["a"]);
  expect(details(await audit.rows({ call: "c1" }))).toEqual(["a"]);
  expect(details(await audit.rows({ supervision: "s1" }))).toEqual(["b"]);
  expect(details(await audit.rows({ supervisor: "3002" }))).toEqual(["c"]);
  expect(details(await audit.rows({ afterId: 1, limit: 1 }))).toEqual(["b"]);
});

test("frozen by another program: late in time, behind, nothing blocked; afterwards all is there, in order, marked", async () => {
  const folder = scratch();
  const audit = await open(folder);
  expect(await audit.append(row("before"), 5000)).toBe("written");
  const holder = program("lock-holder.ts", join(folder, "audit.db"));
  const said = lines(holder);
  expect((await said.next()).value).toBe("held");

  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const began = performance.now();
  const answer = audit.append(row("first"), 300);
  audit.after(row("second"));
  expect(audit.behind()).toBe(false);
  expect(await answer).toBe("late");
  const took = performance.now() - began;
  expect(took).toBeGreaterThanOrEqual(295);
  expect(took).toBeLessThan(3_000);
  await until(() => audit.behind());
  const more = Array.from({ length: 20 }, (_, n) => audit.append(row(`more ${n}`), 30));
  expect(await Promise.all(more)).toEqual(more.map(() => "late"));
  expect(details(await audit.rows({})), "the record can still be read").toEqual(["before"]);
  delay.disable();
  expect(delay.max / 1e6, "longest stop of this thread, in ms").toBeLessThan(2_000);

  holder.stdin?.write("\n");
  expect((await said.next()).value).toBe("free");
  await until(() => !audit.behind());
  expect(await audit.append(row("after"), 5000)).toBe("written");
  const entries = await readAudit(folder, {});
  const late = ["first", "second", ...more.map((_, n) => `more ${n}`)];
  expect(details(entries)).toEqual(["before", ...late, "after"]);
  expect(entries.filter((entry) => entry.late).map((entry) => entry.detail)).toEqual(late);
});

test("a row whose caller was told late is marked late, even when the disk had been in time", async () => {
  const folder = scratch();
  const audit = await open(folder);
  await audit.append(row("warm"), 5000);
  const answer = new Promise<"written" | "late">((resolve) => {
    // After this phase of the event loop timers come first: the writer's word of success waits behind the deadline.
    setImmediate(() => {
      resolve(audit.append(row("slow news"), 100));
      const stuck = performance.now() + 250;
      while (performance.now() < stuck);
    });
  });
  expect(await answer).toBe("late");
  await audit.stop();
  expect((await readAudit(folder, {})).map(({ detail, late }) => [detail, late])).toEqual([
    ["warm", false],
    ["slow news", true],
  ]);
});

test("killed the moment a row is acknowledged: that row is there", async () => {
  const folder = scratch();
  const child = program("audit-writer.ts", folder);
  const said = lines(child);
  let last = 0;
  while (last < 25) last = Number((await said.next()).value);
  child.kill("SIGKILL");
  await once(child, "exit");
  for (let more = await said.next(); more.done !== true; more = await said.next()) last = Number(more.value);
  const entries = await readAudit(folder, {});
  expect(entries.length).toBeGreaterThanOrEqual(last);
  expect(details(entries)).toEqual(entries.map((_, n) => String(n + 1)));
});

test("the record survives a restart, and ids go on", async () => {
  const folder = scratch();
  const first = await open(folder);
  await first.append(row("one"), 5000);
  await first.stop();
  const second = await open(folder);
  await second.append(row("two"), 5000);
  expect((await second.rows({})).map(({ id, detail }) => [id, detail])).toEqual([
    [1, "one"],
    [2, "two"],
  ]);
});

test("stop writes what waits", async () => {
  const folder = scratch();
  const audit = await open(folder);
  for (let n = 0; n < 50; n += 1) audit.after(row(String(n)));
  await audit.stop();
  expect(await readAudit(folder, {})).toHaveLength(50);
});

test("a folder without a record reads as empty", async () => {
  expect(await readAudit(scratch(), {})).toEqual([]);
});

test("stop gives up on a record that stays locked, and says how many rows are lost", async () => {
  const folder = scratch();
  const kept = keptLog();
  const audit = await recordOf(folder, kept.log, { drainMs: 50 });
  await audit.start();
  await audit.append(row("before"), 5000);
  const other = new Database(join(folder, "audit.db"), { timeout: 5_000 });
  other.exec("BEGIN EXCLUSIVE");
  audit.after(row("lost"));
  await audit.stop();
  other.exec("COMMIT");
  other.close();
  expect(kept.lines.filter((line) => line.startsWith("error"))).toEqual([
    'error Rows of the record could not be written before the end. {"rows":1}',
  ]);
});

test("what is committed has been forced to the disk", async () => {
  const folder = scratch();
  await open(folder);
  const connection = connect(join(folder, "audit.db"));
  onTestFinished(() => void connection.close());
  expect(connection.prepare("PRAGMA synchronous").all()).toEqual([{ synchronous: 2 }]);
  expect(connection.prepare("PRAGMA journal_mode").all()).toEqual([{ journal_mode: "wal" }]);
});

test("who follows the record has its newest rows, then each new one once it is durable, in order and once", async () => {
  const audit = await open(scratch());
  await Promise.all(["a", "b", "c"].map((detail) => audit.append(row(detail), 10_000)));
  const told: (string | undefined)[] = [];
  const end = audit.follow(2, (rows) => told.push(...details(rows)));
  await until(() => told.length === 2);
  audit.after(row("d"));
  await audit.append(row("e"), 10_000);
  audit.after(row("f"));
  await until(() => told.length === 5);
  expect(told).toEqual(["b", "c", "d", "e", "f"]);
  end();
  await audit.append(row("g"), 10_000);
  await audit.rows({});
  expect(told).toHaveLength(5);
});

test("who follows an empty record has its first row", async () => {
  const audit = await open(scratch());
  const told: (string | undefined)[][] = [];
  audit.follow(50, (rows) => told.push(details(rows)));
  await until(() => told.length === 1);
  await audit.append(row("first"), 10_000);
  await until(() => told.length === 2);
  expect(told).toEqual([[], ["first"]]);
});
