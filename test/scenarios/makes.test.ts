import { setTimeout as rhythm } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Phone } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { strictPhoneOf, strictPhones } from "../contract/phones/strict-phones.ts";
import type { DeskPhone } from "../lab/phones/desk-phone.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf } from "./bench.ts";

const makes = Object.entries(strictPhones).flatMap(([vendor, { walked }]) =>
  walked.map((model) => [vendor, model] as const),
);

/** All that a page says, on one line: a narrow screen breaks it anywhere. */
const saidBy = (phone: DeskPhone): string => `${phone.title()} ${phone.text()}`.replace(/\s+/g, " ");

/** Follows the page until it says that. @throws where it never does. */
async function until(phone: DeskPhone, what: RegExp): Promise<void> {
  const end = performance.now() + 20_000;
  while (!what.test(saidBy(phone))) {
    if (performance.now() > end) throw new Error(`the phone never said ${what}:\n${phone.screen}`);
    if (!(await phone.refresh())) throw new Error(`this page does not move on by itself:\n${phone.screen}`);
    await rhythm(20);
  }
}

/** What a supervisor and an agent do at their phones, by what every make can do alone: each on one gateway. */
describe.each(makes)("a supervision on a %s %s", (vendor, model) => {
  const phones: readonly Phone[] = [
    { mac: phoneOf.ana, vendor, model, owner: ana.id, answer: "auto" },
    { mac: phoneOf.kim, vendor, model, owner: kim.id, answer: "auto" },
  ];
  const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const bench = new GatewayBench({ pbx, config: { phones } });
  const open: DeskPhone[] = [];
  let call: CallHandle;
  let kims: DeskPhone;

  beforeAll(async () => {
    await bench.start();
    // It acknowledges what Ana is told.
    await bench.busyLight();
    call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
    call.answer();
  });
  afterAll(() => bench.stop());
  afterEach(() => Promise.all(open.splice(0).map((phone) => phone.stop())));

  async function at(mac: (typeof phoneOf)[keyof typeof phoneOf], page = ""): Promise<DeskPhone> {
    const phone = strictPhoneOf(vendor).phone(model);
    open.push(phone);
    await phone.open(`${await bench.launcher(mac)}${page}`);
    return phone;
  }

  /** From the board to the page of Ana's call, by its row. */
  async function choose(): Promise<void> {
    kims = await at(phoneOf.kim, "board/0");
    kims.select(kims.rows().findIndex((each) => each.includes("Ana")));
    await kims.ok();
  }

  async function listen(how: "Visible" | "Hidden"): Promise<void> {
    await choose();
    await kims.press("Listen");
    expect(saidBy(kims)).toMatch(/Hidden: nobody is told/);
    await kims.press(how);
    await until(kims, /Nobody hears you/);
  }

  /** Who hears Kim: `agent`, `customer`, both or nobody. */
  function voice(): string {
    const { agentLeg, otherLeg } = call;
    return pbx
      .hearing()
      .filter(({ speaker }) => speaker !== agentLeg && speaker !== otherLeg)
      .map(({ listener }) => (listener === agentLeg ? "agent" : "customer"))
      .sort()
      .join(" ");
  }

  async function says(label: string, what: RegExp, heardBy: string): Promise<void> {
    await kims.press(label);
    await until(kims, what);
    expect(voice()).toBe(heardBy);
  }

  it("R3 R4 R8 R9 R10 board, Listen, Coach, unmute, Join, mute, Leave: each is heard by whom it says", async () => {
    await listen("Visible");
    await until(kims, /Ana Ruiz can see you/);
    expect(voice()).toBe("");
    await says("Coach", /Coaching Ana Ruiz/, "");
    await says("Unmute", /Ana Ruiz hears you/, "agent");
    await says("Join", /Everybody on the call hears you/, "agent customer");
    await says("Mute", /Nobody hears you/, "");
    await kims.press("Leave");
    expect(saidBy(kims)).toMatch(/You have left the call of Ana Ruiz/);
    expect(voice()).toBe("");
  });

  it("R5 R11 an agent's page has who visibly supervises, and nothing of a hidden one", async () => {
    await listen("Hidden");
    const anas = await at(phoneOf.ana);
    expect(saidBy(anas)).not.toContain("Kim");
    await kims.press("Leave");
    await listen("Visible");
    await until(kims, /Ana Ruiz can see you/);
    await until(anas, /Kim Osei/);
    await kims.press("Leave");
  });

  it("R17 a refusal is a page", async () => {
    await choose();
    call.hangUp();
    await kims.press("Listen");
    expect(saidBy(kims)).toMatch(/This call is over/);
  });
});
