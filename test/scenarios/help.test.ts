import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Phone } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { PushPhone } from "../lab/phones/push-phone.ts";
import { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

const max = people.find(({ name }) => name === "Max Muster");
let kims: PushPhone;
let maxs: PushPhone;
let pbx: SimulatorPbx;
let bench: GatewayBench;
let call: CallHandle;
let anas: YealinkPhone;

beforeEach(async () => {
  [kims, maxs] = [new PushPhone(), new PushPhone()];
  await Promise.all([kims.start(), maxs.start()]);
  const common = { vendor: "yealink", model: "T46U", answer: "auto" } as const;
  const phones: Phone[] = [
    { ...common, mac: phoneOf.ana, owner: ana.id },
    { ...common, mac: phoneOf.kim, owner: kim.id, push: kims.push },
    { ...common, mac: phoneOf.max, owner: max?.id ?? kim.id, push: maxs.push },
  ];
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, config: { phones } });
  await bench.start();
  for (const name of ["Rita", "Holger"]) pbx.incoming({ to: ana.id, number: "1", name }).hangUp();
  pbx.incoming({ to: people[4]?.id ?? ana.id, number: "2", name: "Other" }).answer();
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
  anas = await bench.phone(phoneOf.ana);
});

afterEach(async () => {
  await bench.stop();
  await Promise.all([kims.stop(), maxs.stop()]);
  expect([...kims.complaints, ...maxs.complaints]).toEqual([]);
});

const opened = (phone: PushPhone): string[] =>
  phone.taken.flatMap(({ acts }) => acts.flatMap((one) => (one.act === "open" ? [one.url] : [])));
const rows = async (): Promise<string[]> =>
  (await bench.gateway.audit({ limit: 1_000 }))
    .filter(({ act }) => act.endsWith("-hand"))
    .map(({ act, outcome, supervisor, agent }) => `${act} ${outcome} ${supervisor} ${agent}`);

describe("help wanted", () => {
  it("an agent's key raises a hand: the team's supervisors are pushed the call, and Listen is its first key", async () => {
    const light = await bench.busyLight();
    await anas.press("Help");
    expect(anas.text()).toMatch(/You have asked for help/);
    await light.until(() => light.heard.some(({ topic, payload }) => topic.endsWith("/help") && payload === "ON"));
    await kims.until(() => opened(kims).length === 1, "the call");
    await maxs.until(() => opened(maxs).length === 1, "the call");
    const page = new YealinkPhone();
    await page.open(await bench.launcher(phoneOf.kim));
    await page.get(opened(kims)[0] ?? "");
    expect(page.text()).toMatch(/^Ana Ruiz asks for help\./);
    expect(page.keys()[0]).toBe("Listen");
    await page.press("Listen");
    await page.press("Visible");
    await until(page, /Nobody hears you/);
    await page.stop();
  });

  it("marks the agent's call on the board, first, until the hand is lowered", async () => {
    const root = await bench.phone(phoneOf.kim);
    await anas.press("Help");
    await root.press("Update");
    expect(root.rows()[0]).toMatch(/^! > 0:\d\d Ana Ruiz: Jane/);
    await anas.press("No help");
    expect(anas.keys()).toContain("Help");
    await root.press("Update");
    expect(root.rows().join()).not.toContain("!");
    expect(await rows()).toEqual(["raise-hand done 2001 2001", "lower-hand done 2001 2001"]);
  });

  it("goes with the call, and is on record", async () => {
    const light = await bench.busyLight();
    await light.say("earshot/agents/2001/help/set", "ON");
    await light.until(() => light.heard.some(({ topic, payload }) => topic.endsWith("/help") && payload === "ON"));
    await anas.press("Update");
    expect(anas.text()).toMatch(/You have asked for help/);
    call.hangUp();
    await light.until(() => light.heard.findLast(({ topic }) => topic.endsWith("/help"))?.payload === "OFF");
    await anas.press("Update");
    expect(anas.keys()).toEqual(["Update", "Exit"]);
    const recorded = ["raise-hand done 2001 2001", "lower-hand done 2001 2001"];
    await expect.poll(rows, { timeout: 10_000 }).toEqual(recorded);
  });

  it("a supervisor who is with somebody is not disturbed, and the agent's list has every act", async () => {
    const kim_ = await bench.phone(phoneOf.kim);
    await kim_.press("Listen");
    await kim_.press("Hidden");
    await until(kim_, /Nobody hears you/);
    const before = opened(kims).filter((url) => url.includes("/call/")).length;
    await anas.ok();
    expect(anas.rows()).toEqual(["Private", "Help", "Transfer", "Participants"]);
    anas.select(1);
    await anas.ok();
    await maxs.until(() => opened(maxs).length === 1, "the call");
    expect(opened(kims).filter((url) => url.includes("/call/")).length).toBe(before);
  });

  it("an old press of Help does nothing once the call is over", async () => {
    const help = anas.keyUrl("Help") ?? "";
    call.hangUp();
    await anas.press("Update");
    expect(anas.keys()).toEqual(["Update", "Exit"]);
    await anas.get(help);
    expect(anas.text()).not.toMatch(/asked for help/);
    expect(await rows()).toEqual([]);
  });
});
