import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Team, TeamTone } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

let pbx: SimulatorPbx;
let bench: GatewayBench;
let call: CallHandle;
let phone: YealinkPhone;

afterEach(() => bench.stop());

/** Ana talks to a customer, and her team has these tones, one at each beginning. */
async function start(tone?: Omit<TeamTone, "everyMs">): Promise<void> {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const support: Team = { name: "support", ...(tone && { tone: { ...tone, everyMs: 0 } }) };
  bench = new GatewayBench({ pbx, config: { teams: [support, { name: "sales" }] } });
  await bench.start();
  await bench.busyLight();
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
  call.answer();
  phone = await bench.phone(phoneOf.kim);
}

async function listen(how: "Visible" | "Hidden"): Promise<void> {
  await phone.press("Listen");
  await phone.press(how);
  await until(phone, how === "Visible" ? /can see you/ : /is not told/);
}

/** Who has heard a tone so far, once for each. */
const notified = (): string[] => pbx.notified.map((leg) => (leg === call.agentLeg ? "agent" : "customer")).sort();

describe("the notification tone", () => {
  it("is heard by whom the team has chosen, when a visible supervisor begins to hear", async () => {
    await start({ agent: true, customer: true });
    await listen("Visible");
    await expect.poll(notified).toEqual(["agent", "customer"]);
    await phone.press("Coach");
    await until(phone, /Coaching Ana Ruiz/);
    await phone.press("Leave");
    await until(phone, /You have left the call/);
    expect(notified()).toEqual(["agent", "customer"]);
  });

  it("R5 is heard by nobody while the supervisor is hidden, and begins when they become visible", async () => {
    await start({ agent: true, customer: false });
    await listen("Hidden");
    expect(pbx.hearing().length).toBeGreaterThan(2);
    expect(notified()).toEqual([]);
    await phone.press("Visible");
    await until(phone, /can see you/);
    await expect.poll(notified).toEqual(["agent"]);
    await phone.press("Hide");
    await until(phone, /is not told/);
    await phone.press("Leave");
    await until(phone, /You have left the call/);
    expect(notified()).toEqual(["agent"]);
  });

  it("R20 is not heard while the call is private, and comes again once it is heard again", async () => {
    await start({ agent: true, customer: false });
    await listen("Visible");
    await expect.poll(notified).toEqual(["agent"]);
    call.private(true);
    await until(phone, /private/);
    expect(notified()).toEqual(["agent"]);
    call.private(false);
    await until(phone, /can see you/);
    await expect.poll(notified).toEqual(["agent", "agent"]);
  });

  it("is off where the team has none", async () => {
    await start();
    await listen("Visible");
    await phone.press("Leave");
    await until(phone, /You have left the call/);
    expect(notified()).toEqual([]);
  });
});
