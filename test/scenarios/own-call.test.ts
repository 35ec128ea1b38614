import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

let pbx: SimulatorPbx;
let bench: GatewayBench;

beforeEach(async () => {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx });
  await bench.start();
});

afterEach(() => bench.stop());

function callTo(to: typeof kim): CallHandle {
  const call = pbx.incoming({ to: to.id, number: "+44155502", name: "Joe Bloggs" });
  call.answer();
  return call;
}

async function kimsOwnCall(): Promise<{ call: CallHandle; phone: YealinkPhone }> {
  const call = callTo(kim);
  return { call, phone: await bench.phone(phoneOf.kim) };
}

describe("whoever may supervise has the agent's page of a call of their own", () => {
  it("R20 with Private, and after it the page that says so", async () => {
    const { phone } = await kimsOwnCall();
    expect(phone.keys()).toEqual(["Private", "Help", "Calls", "Exit"]);
    await phone.press("Private");
    expect(phone.text()).toMatch(/This call is private/);
    await phone.press("Reopen");
    expect(phone.keys()).toContain("Private");
  });

  it("R11 with who is with them", async () => {
    const { phone } = await kimsOwnCall();
    const roots = await bench.phone(phoneOf.root);
    await roots.press("Listen");
    await roots.press("Visible");
    await until(phone, /Root/);
  });

  it("R13 with a list of all that can be done: their call can go to somebody, and the board is on it", async () => {
    const { phone } = await kimsOwnCall();
    await phone.ok();
    expect(phone.rows()).toEqual(["Private", "Help", "Transfer", "Participants", "Calls"]);
  });

  it("and the board by a key, and again once the call is over", async () => {
    callTo(ana);
    const { call, phone } = await kimsOwnCall();
    await phone.press("Calls");
    expect(phone.rows().join("\n")).toMatch(/Ana Ruiz/);
    await phone.open(await bench.launcher(phoneOf.kim));
    call.hangUp();
    await until(phone, /Live calls/);
  });

  it("after a supervision that is over, and while they wait for another call, too", async () => {
    const anas = callTo(ana);
    const phone = await bench.phone(phoneOf.kim);
    await phone.press("Listen");
    await phone.press("Visible");
    await until(phone, /Nobody hears you/);
    anas.hangUp();
    await until(phone, /The call of Ana Ruiz is over/);
    await phone.press("Follow");
    const call = callTo(kim);
    await phone.open(await bench.launcher(phoneOf.kim));
    await phone.press("Private");
    expect(phone.text()).toMatch(/This call is private/);
    call.hangUp();
    await until(phone, /Waiting for Ana Ruiz/);
  });
});
