import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

let pbx: SimulatorPbx;
let bench: GatewayBench;

beforeEach(async () => {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, answer: "ring" });
  await bench.start();
});
afterEach(() => bench.stop());

it("R5 a page that comes by itself never puts Visible where Leave was: Leave is the last softkey from the ringing on", async () => {
  pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
  const phone = await bench.phone(phoneOf.kim);
  await phone.press("Listen");
  await phone.press("Hidden");
  await until(phone, /Pick up to hear/);
  expect(phone.keyPlace("Leave")).toBe(4);
  pbx.handsets.act(kim.id, "answer");
  await until(phone, /is not told/);
  expect(phone.keyPlace("Leave")).toBe(4);
  pbx.handsets.act(kim.id, "hold");
  await until(phone, /holds the line/);
  expect(phone.keyPlace("Leave")).toBe(4);
  pbx.goAway("the cable");
  await until(phone, /does not answer/);
  expect(phone.keyPlace("Leave")).toBe(4);
});
