import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BenchPool } from "./bench-pool.ts";
import { FLOWS, momentsOf } from "./kill-flows.ts";
import { KillRow } from "./kill-row.ts";
import { asteriskPart } from "./parts.ts";
import { standingOn } from "./standing.ts";

const part = await asteriskPart();

const rows = Object.entries(FLOWS);
const kills = rows
  .flatMap(([name, flow]) => momentsOf(flow).map(({ step, phase }) => [name, phase, step, flow] as const))
  // In every fourth row all keys are pressed after the restart.
  .map((kill, index) => [...kill, index % 4 === 0 && !kill[3].over] as const);

describe(`kill -9 on Asterisk ${part.ok ? part.version : `(${part.why})`}`, { timeout: 180_000 }, () => {
  const benches = new BenchPool(2);

  beforeAll(() => benches.start(), 400_000);
  afterAll(() => benches.stop());

  it.concurrent.each(kills)("%s, %s: %s", (_name, phase, step, flow, keys) =>
    benches.lend((bench) =>
      KillRow.run(bench, async (row) => {
        await row.begin(flow);
        const standing = await row.killed(flow, step, phase);
        await row.whole(keys ? await row.pressThrough(standing) : standing, flow);
      }),
    ),
  );

  it.concurrent.each(rows)("%s, when it was done: the row is there, and the restart finds it done", (_name, flow) =>
    benches.lend((bench) =>
      KillRow.run(bench, async (row) => {
        await row.begin(flow);
        await row.do(flow);
        // What passes on by itself, or is done at a phone, is done when the page says so.
        if (flow.by || typeof flow.does === "function") await row.arrives(flow);
        await bench.kill();
        if (flow.row !== undefined) expect(await row.lastRows()).toContain(flow.row);
        const standing = await row.killedNow();
        expect(standing).toEqual(flow.to);
        await row.whole(standing, flow);
      }),
    ),
  );

  it.concurrent.each(rows)("%s asks the PBX for exactly the steps it is killed at", (_name, flow) =>
    benches.lend((bench) =>
      KillRow.run(bench, async (row) => {
        await row.begin(flow);
        expect(await row.stepsOf(flow)).toEqual([...flow.steps].sort());
        const standing = standingOn(bench.page);
        expect(standing).toEqual(flow.to);
        await row.whole(flow.to, flow);
      }),
    ),
  );
});
