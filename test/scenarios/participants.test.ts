import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Party } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, dita } from "../unit/core/world.ts";
import { GatewayBench, listen, people, phoneOf, until } from "./bench.ts";

const everybody = [...people, dita];
const toDita: Party = { kind: "internal", person: dita.id };

let pbx: SimulatorPbx;
let bench: GatewayBench;
let call: CallHandle;
let phone: YealinkPhone;

beforeEach(async () => {
  pbx = new SimulatorPbx({ people: everybody, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, config: { people: everybody } });
  await bench.start();
  await bench.busyLight();
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
  phone = await bench.phone(phoneOf.kim);
});

afterEach(() => bench.stop());

/** By OK, the list of what can be done, and its row. */
async function toParticipants(on: YealinkPhone): Promise<void> {
  await on.ok();
  on.select(on.rows().indexOf("Participants"));
  await on.ok();
  expect(on.title()).toBe("Participants");
}

const withAna = "Our people:\n- Ana Ruiz 2001, Agent\nOutside:\n- Jane Doe +44155501";

describe("R12 participants", () => {
  it.each(["Listen", "Coach", "Join"])("are reached from the session in %s, and lead back to it", async (mode) => {
    await listen(phone, "Visible");
    await until(phone, /can see you/);
    if (mode !== "Listen") await phone.press(mode);
    const title = phone.title();
    await toParticipants(phone);
    expect(phone.text()).toBe(withAna);
    await phone.press("Back");
    expect(phone.title()).toBe(title);
  });

  it("the call can be left from there by the key in its usual place", async () => {
    await listen(phone, "Hidden");
    const place = phone.keyPlace("Leave");
    await toParticipants(phone);
    expect(phone.keyPlace("Leave")).toBe(place);
    await phone.press("Leave");
    expect(phone.text()).toBe("You have left the call of Ana Ruiz.");
  });

  it("are right after a transfer, as the page moves on by itself", async () => {
    await listen(phone, "Hidden");
    await toParticipants(phone);
    call.transfer(toDita);
    await until(phone, /Dita Novak 2003, Agent \(rings\)/);
    expect(phone.text()).not.toContain("Ana Ruiz");
    call.answer();
    await until(phone, /Dita Novak 2003, Agent\n/);
  });

  it("are right after a conference", async () => {
    await listen(phone, "Hidden");
    await toParticipants(phone);
    call.add({ kind: "external", number: "+4930123", name: "<b>Max</b>" });
    await until(phone, /Outside:\n- Jane Doe \+44155501\n- <b>Max<\/b> \+4930123/);
  });

  it("R16 supervisors see each other there, hidden or not; the agent sees the visible one alone, and none of the hidden", async () => {
    const agents = await bench.phone(phoneOf.ana);
    const ownPage = `${await bench.launcher(phoneOf.ana)}participants`;
    await agents.get(ownPage);
    const before = agents.screen;
    const max = await bench.phone(phoneOf.max);
    await listen(max, "Hidden");
    await agents.get(ownPage);
    expect(agents.screen).toBe(before);
    await listen(phone, "Visible");
    await until(phone, /can see you/);
    await toParticipants(phone);
    expect(phone.text()).toMatch(/Supervisors:\n- Max Muster, Team Manager: listens \(hidden\)\nOutside/);
    await toParticipants(max);
    expect(max.text()).toMatch(/Supervisors:\n- Kim Osei, Team Manager: listens\nOutside/);
    await agents.get(ownPage);
    expect(agents.text()).toMatch(/Supervisors:\n- Kim Osei, Team Manager: listens\nOutside/);
  });
});
