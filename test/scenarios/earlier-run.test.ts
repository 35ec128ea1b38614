import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf } from "./bench.ts";

let data: string;
let pbx: SimulatorPbx;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "earshot-runs-"));
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
});

afterEach(() => rm(data, { recursive: true, force: true }));

/** One run of a gateway: the folder and the PBX, with its call, are there before it and after it. */
async function inOneRun<T>(what: (phone: YealinkPhone, bench: GatewayBench) => Promise<T>): Promise<T> {
  const bench = new GatewayBench({ pbx, config: { data } });
  try {
    await bench.start();
    return await what(await bench.phone(phoneOf.kim), bench);
  } finally {
    await bench.stop();
  }
}

it("a press of an earlier run begins nothing and shows what is true now, though its signature is still ours", async () => {
  pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
  const earlier = await inOneRun(async (phone) => {
    await phone.press("Listen");
    return new URL(phone.keyUrl("Hidden") ?? "").pathname;
  });
  await inOneRun(async (phone, bench) => {
    await phone.get(new URL(earlier, await bench.launcher(phoneOf.kim)).href);
    expect(phone.title()).toBe("Live calls (1)");
    expect(pbx.hearing().length).toBe(2);
    await phone.press("Listen");
    const now = new URL(phone.keyUrl("Hidden") ?? "").pathname;
    // Of the two only the step, and with it the signature, is another.
    expect(now.replace(/\/\d+\..*$/, "")).toBe(earlier.replace(/\/\d+\..*$/, ""));
    await phone.press("Hidden");
    expect(phone.text()).toMatch(/Nobody hears you/);
  });
});
