import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, ben } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf } from "./bench.ts";

/** A phone puts its cursor where the page says, and tells its row with a key alone. */
let bench: GatewayBench;
let calls: readonly CallHandle[];
let phone: YealinkPhone;

beforeEach(async () => {
  const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx });
  await bench.start();
  calls = [ana, ben].map(({ id }) => pbx.incoming({ to: id, number: "+44155501", name: "Jane Doe", queue: "support" }));
  for (const call of calls) call.answer();
  phone = await bench.phone(phoneOf.root);
  expect(phone.rows().length).toBe(3);
});
afterEach(() => bench.stop());

/** Whose call is highlighted. */
const here = (): string => /(Ana|Ben) \w+:/.exec(phone.rows()[phone.row] ?? "")?.[1] ?? "nobody";
const callOf = (agent: string): CallHandle | undefined => calls[agent === "Ana" ? 0 : 1];

async function rowsAre(count: number): Promise<void> {
  for (const end = performance.now() + 10_000; phone.rows().length !== count; await phone.refresh()) {
    if (performance.now() > end) throw new Error(`never ${count} rows:\n${phone.screen}`);
  }
}

describe("the highlighted row of a board", () => {
  it("stays through Update, and through each refresh after it", async () => {
    phone.select(1);
    const agent = here();
    await phone.press("Update");
    expect(phone.row).toBe(1);
    await phone.refresh();
    await phone.refresh();
    expect([phone.row, here()]).toEqual([1, agent]);
  });

  it("is that of the call that a supervisor comes back from", async () => {
    phone.select(1);
    await phone.ok();
    await phone.cancel();
    expect(phone.row).toBe(1);
    await phone.press("Listen");
    await phone.press("Back");
    expect(phone.row).toBe(1);
  });

  it("goes with its call, not with its place", async () => {
    phone.select(1);
    const agent = here();
    await phone.press("Update");
    callOf(agent === "Ana" ? "Ben" : "Ana")?.hangUp();
    await rowsAre(2);
    expect([phone.row, here()]).toEqual([0, agent]);
  });

  it("is the first again when its call is over", async () => {
    phone.select(1);
    const agent = here();
    await phone.press("Update");
    callOf(agent)?.hangUp();
    await rowsAre(2);
    expect([phone.row, here() === agent]).toEqual([0, false]);
  });
});
