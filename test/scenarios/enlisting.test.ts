import { join } from "node:path";
import Database from "libsql";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { AuditEntry, EnlistedLine } from "../../src/model/index.ts";
import { AuditLog } from "../../src/store/audit-log.ts";
import { GatewayBench } from "./bench.ts";

const who = "os:root";
let bench: GatewayBench | undefined;
afterEach(async () => {
  await bench?.stop();
  bench = undefined;
});

async function start(): Promise<GatewayBench> {
  bench = new GatewayBench({ config: { teams: [{ name: "support" }, { name: "sales" }] } });
  await bench.start();
  return bench;
}

/** Each fifth of these makes one of these mistakes. */
const mistakes: readonly ((line: number) => EnlistedLine["wish"])[] = [
  () => ({ extension: "20 01", name: "Nobody", role: "agent" }),
  () => ({ extension: "5999", name: "Nobody", role: "chief" }),
  () => ({ extension: "5999", name: "a\nb", role: "agent" }),
  () => ({ extension: "5999", name: "Nobody", role: "agent", teams: ["suport"] }),
  () => ({ extension: "5999", name: "Nobody", role: "agent", language: "xx" }),
  () => ({ extension: "5999", id: "no body", name: "Nobody", role: "agent" }),
  () => ({ extension: "3001", name: "Kim Other", role: "agent" }),
  (line) => ({ extension: String(10_000 + line - 1), name: "Somebody again", role: "agent" }),
];

function thousand(planted: ReadonlySet<number>): readonly EnlistedLine[] {
  let mistake = 0;
  return Array.from({ length: 1_000 }, (_, at): EnlistedLine => {
    const line = at + 2;
    const wish = planted.has(line)
      ? mistakes[mistake++ % mistakes.length]?.(line)
      : { extension: String(10_000 + line), name: `Agent ${line}`, role: "agent", teams: ["support"] };
    return { line, wish: wish ?? {} };
  });
}

describe("a list of people is one order", () => {
  it("a thousand lines with forty mistakes: each is told by its line, and nobody is added", async () => {
    const { gateway } = await start();
    const before = gateway.people().list();
    const planted = new Set(Array.from({ length: 40 }, (_, at) => 20 + at * 24));
    const enlisted = await gateway.people().enlist(who, thousand(planted), false);
    if (enlisted.ok) throw new Error("it was taken");
    expect(enlisted.problems.map(({ line }) => line)).toEqual([...planted]);
    expect(new Set(enlisted.problems.map(({ sentence }) => sentence.slice(0, 12))).size).toBeGreaterThanOrEqual(
      mistakes.length,
    );
    expect(gateway.people().list()).toEqual(before);
    expect(await gateway.audit({ limit: 10_000 })).not.toContainEqual(expect.objectContaining({ act: "person-added" }));
  });

  it("a thousand right ones are there at once, each with its row, and a second time nothing is left to do", async () => {
    const { gateway } = await start();
    const lines = thousand(new Set());
    expect(await gateway.people().enlist(who, lines, true)).toEqual({ ok: true, added: 1_000, changed: 0, same: 0 });
    expect(gateway.people().find("10002")).toBeUndefined();
    expect(await gateway.people().enlist(who, lines, false)).toEqual({ ok: true, added: 1_000, changed: 0, same: 0 });
    expect(gateway.people().find("11001")?.name).toBe("Agent 1001");
    const rows = await gateway.audit({ limit: 10_000, act: "person-added" });
    expect(rows).toHaveLength(1_000);
    expect(rows.every(({ supervisor, outcome }) => supervisor === who && outcome === "allowed")).toBe(true);
    expect(await gateway.people().enlist(who, lines, false)).toEqual({ ok: true, added: 0, changed: 0, same: 1_000 });
  });

  it("twenty thousand, the most there can be, are there, each with its row", async () => {
    const { gateway } = await start();
    const lines = Array.from({ length: 20_000 }, (_, at) => {
      return { line: at + 2, wish: { extension: String(100_000 + at), name: `Agent ${at}`, role: "agent" } };
    });
    const before = gateway.people().list().length;
    expect(await gateway.people().enlist(who, lines, false)).toEqual({ ok: true, added: 20_000, changed: 0, same: 0 });
    expect(gateway.people().list()).toHaveLength(20_000 + before);
    let count = 0;
    for await (const rows of gateway.exportAudit({ who: "root", act: "person-added" })) count += rows.length;
    expect(count).toBe(20_000);
  });

  it("changes who is there, takes what another line gives free, and has the file's own people as they are", async () => {
    const { gateway } = await start();
    await gateway.people().add(who, { id: "nora", extension: "2050", name: "Nora New", role: "agent" });
    const kim = gateway.people().find("3001");
    if (!kim) throw new Error("there is no Kim");
    const lines: EnlistedLine[] = [
      { line: 2, wish: { id: "nora", extension: "2051", name: "Nora New", role: "agent" } },
      { line: 3, wish: { extension: "2050", name: "Otto Old", role: "agent" } },
      { line: 4, wish: { extension: "3001", name: kim.name, role: kim.role } },
    ];
    expect(await gateway.people().enlist(who, lines, false)).toEqual({ ok: true, added: 1, changed: 1, same: 1 });
    expect(gateway.people().find("2050")?.name).toBe("Otto Old");
    expect(gateway.people().find("nora")?.extension).toBe("2051");
  });
});

it("R19 where earshot stops while a list waits for its rows, the record says of each that nothing came of it", async () => {
  const { gateway, data } = await start();
  const lock = new Database(join(await data, "audit.db"), { timeout: 5_000 });
  lock.exec("BEGIN EXCLUSIVE");
  onTestFinished(() => void lock.close());
  const given = vi.spyOn(AuditLog.prototype, "append");
  onTestFinished(() => given.mockRestore());
  const enlisted = gateway.people().enlist(who, thousand(new Set()), false);
  await expect.poll(() => given.mock.calls.length, { timeout: 10_000 }).toBeGreaterThan(0);
  const stopped = gateway.stop();
  lock.exec("COMMIT");
  expect(await enlisted).toMatchObject({ ok: false, problems: [{ line: 0 }] });
  await stopped;
  const after = new GatewayBench({ config: { data: await data } });
  onTestFinished(() => after.stop());
  await after.start();
  const rows = await after.gateway.audit({ limit: 10_000, act: "person-added" });
  const of = (outcome: AuditEntry["outcome"]) =>
    rows.filter((row) => row.outcome === outcome).map(({ agent }) => agent);
  expect(of("allowed").length).toBeGreaterThan(0);
  expect(of("failed")).toEqual(of("allowed"));
  expect(after.gateway.people().find("10002")).toBeUndefined();
});
