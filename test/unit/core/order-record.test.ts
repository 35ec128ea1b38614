import { describe, expect, it } from "vitest";
import { OrderRecord } from "../../../src/control/order-record.ts";
import type { Audit, AuditRow } from "../../../src/model/index.ts";
import { VirtualClock } from "../virtual-clock.ts";

/** A record on a disk that takes so many rows a second; from the `deadAfter`th on none is durable. */
function slowRecord(clock: VirtualClock, rowsPerSecond: number, deadAfter = Number.POSITIVE_INFINITY) {
  const rows: AuditRow[] = [];
  let [free, waiting, most] = [clock.now(), 0, 0];
  const audit: Pick<Audit, "append" | "behind" | "after"> = {
    append: (row, withinMs) =>
      new Promise((resolve) => {
        waiting += 1;
        most = Math.max(most, waiting);
        free = Math.max(free, clock.now()) + 1_000 / rowsPerSecond;
        const ms = free - clock.now();
        const dead = rows.length >= deadAfter && row.outcome === "allowed";
        rows.push(row);
        clock.after(dead ? withinMs : Math.min(ms, withinMs), () => {
          waiting -= 1;
          resolve(dead || ms > withinMs ? "late" : "written");
        });
      }),
    behind: () => false,
    after: () => undefined,
  };
  return { audit: audit as Audit, rows, most: () => most };
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const list = Array.from({ length: 5_000 }, (_, at) => ({
  ...{ act: "person-added", supervisor: "os:root", agent: String(at) },
})) as readonly Omit<AuditRow, "at" | "outcome">[];

async function allowed(rowsPerSecond: number, deadAfter?: number) {
  const clock = new VirtualClock();
  const record = slowRecord(clock, rowsPerSecond, deadAfter);
  let answer: boolean | undefined;
  const asked = new OrderRecord({ audit: record.audit, clock, log }).allowedAll(list).then((one) => {
    answer = one;
  });
  const began = clock.now();
  while (answer === undefined && clock.now() - began < 600_000) await clock.advance(500);
  await asked;
  return { ...record, answer };
}

describe("the rows of a list", () => {
  it("have the more time the more they are: thousands are durable on a disk that takes a hundred a second", async () => {
    const { answer, rows } = await allowed(100);
    expect([answer, rows.length]).toEqual([true, 5_000]);
    expect(rows.map(({ agent }) => agent)).toEqual(list.map(({ agent }) => agent));
  });

  it("R19 never stand in thousands before the row of a press, which has 300 ms", async () => {
    const { most } = await allowed(10_000);
    expect(most()).toBeLessThanOrEqual(200);
  });

  it("R19 that cannot all be durable allow nothing: no more are given, and those that are have each a row that says so", async () => {
    const { answer, rows } = await allowed(10_000, 1_150);
    expect(answer).toBe(false);
    const of = (outcome: AuditRow["outcome"]) =>
      rows.filter((row) => row.outcome === outcome).map(({ agent }) => agent);
    expect(of("allowed")).toHaveLength(1_200);
    expect(of("failed")).toEqual(of("allowed").slice(0, 1_150));
  });
});
