import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, ben, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

let pbx: SimulatorPbx;
let bench: GatewayBench;
let phone: YealinkPhone;

beforeEach(async () => {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx });
  await bench.start();
});

afterEach(() => bench.stop());

function calls(count: number): void {
  for (let place = 1; place <= count; place += 1) {
    const number = `+4915550${String(place).padStart(2, "0")}`;
    pbx.incoming({ to: ana.id, number, name: `Zoë ${place}`, queue: place % 2 ? "sales" : "billing" }).answer();
  }
}

/** Goes by the last row of the list, where the ways to find a call are. */
async function toFind(): Promise<void> {
  phone.select(phone.rows().length - 1);
  await phone.ok();
}

async function chooseRow(says: RegExp): Promise<void> {
  phone.select(phone.rows().findIndex((row) => says.test(row)));
  await phone.ok();
}

const callers = (): string[] => phone.rows().flatMap((row) => /Zoë (\d+)/.exec(row)?.[1] ?? []);

describe("R2 looking for a call", () => {
  it("by the keypad: a name spelled on the keys, a page of rows, the call, and Listen", async () => {
    calls(3);
    pbx.incoming({ to: ana.id, number: "1", name: "Max" }).answer();
    phone = await bench.phone(phoneOf.kim);
    await toFind();
    expect(phone.keys()).toEqual(["Digits", "Letters", "Calls"]);
    await phone.press("Digits");
    phone.type("9632");
    await phone.press("OK");
    expect(phone.title()).toBe("Found (1): 9632");
    expect(callers()).toEqual(["2"]);
    await phone.ok();
    expect(phone.text()).toMatch(/With Zoë 2/);
    await phone.press("Listen");
    await phone.press("Hidden");
    await until(phone, /Nobody hears you/);
    expect(phone.title()).toBe("Listening to Ana Ruiz");
  });

  it("by the customer's number and by the agent's extension", async () => {
    calls(2);
    phone = await bench.phone(phoneOf.kim);
    for (const [digits, found] of [
      ["555002", ["2"]],
      [ana.extension, ["1", "2"]],
    ] as const) {
      await phone.get(`${await bench.launcher(phoneOf.kim)}find/digits`);
      phone.type(digits);
      await phone.ok();
      expect(callers()).toEqual(found);
    }
  });

  it("by letters, with the highlighted call's keys as on the board", async () => {
    calls(2);
    phone = await bench.phone(phoneOf.kim);
    await toFind();
    await phone.press("Letters");
    expect(phone.keys()).toEqual(["OK", "Delete", "123/abc", "Back"]);
    phone.type("ZOE 2");
    await phone.press("OK");
    expect(phone.keys()).toEqual(["Listen", "Coach", "Join", "Update"]);
    await phone.press("Coach");
    expect(phone.text()).toBe("Ana Ruiz will see you. Go on?");
  });

  it("pages through more than the screen has rows, and moves on by itself", async () => {
    calls(12);
    phone = await bench.phone(phoneOf.kim);
    await phone.get(`${await bench.launcher(phoneOf.kim)}find/text?typed=zo%C3%AB`);
    const seen = callers();
    await chooseRow(/Next page/);
    const all = [...seen, ...callers()].map(Number).sort((one, other) => one - other);
    expect(all).toEqual(Array.from({ length: 12 }, (_, place) => place + 1));
    expect(await phone.refresh()).toBeDefined();
    expect(phone.title()).toBe("Found (12): zoë");
    await phone.cancel();
    expect(phone.title()).toBe("Find a call");
  });

  it("finds nothing in words, and asks again", async () => {
    calls(1);
    phone = await bench.phone(phoneOf.kim);
    await phone.get(`${await bench.launcher(phoneOf.kim)}find/text?typed=%3Cb%3E%26`);
    expect(phone.text()).toBe('None of the calls that you may see has "<b>&".');
    await phone.press("Find");
    await chooseRow(/by letters/);
    await phone.ok();
    expect(phone.text()).toMatch(/Name, number or queue/);
  });

  it("R1 finds calls of one's own teams alone, and none of one's own", async () => {
    pbx.incoming({ to: ben.id, number: "7", name: "Zoë 7" }).answer();
    pbx.internal({ from: ana.id, to: kim.id }).answer();
    phone = await bench.phone(phoneOf.kim);
    await phone.get(`${await bench.launcher(phoneOf.kim)}find/text?typed=zoe`);
    expect(phone.text()).toMatch(/None of the calls/);
    await phone.get(`${await bench.launcher(phoneOf.kim)}find/text?typed=ana`);
    expect(phone.text()).toMatch(/None of the calls/);
    const agents = await bench.phone(phoneOf.ana);
    await agents.get(`${await bench.launcher(phoneOf.ana)}find/text?typed=zoe`);
    expect(agents.text()).toBe("Only supervisors can do this.");
  });
});

describe("R2 the board is sorted", () => {
  it("the longest call first, until it is asked for otherwise, and so from then on", async () => {
    calls(3);
    phone = await bench.phone(phoneOf.kim);
    expect(callers()).toEqual(["1", "2", "3"]);
    await toFind();
    expect(phone.rows()).toContain("Sorted: longest call first");
    await chooseRow(/newest/);
    expect(callers()).toEqual(["3", "2", "1"]);
    await phone.open(await bench.launcher(phoneOf.kim));
    expect(callers()).toEqual(["3", "2", "1"]);
    await toFind();
    expect(phone.rows()).toContain("Sorted: newest call first");
  });

  it("by queue, and each supervisor for themselves", async () => {
    calls(3);
    phone = await bench.phone(phoneOf.kim);
    await toFind();
    await chooseRow(/by queue/);
    expect(callers()).toEqual(["2", "1", "3"]);
    phone = await bench.phone(phoneOf.max);
    expect(callers()).toEqual(["1", "2", "3"]);
  });

  it("by agent", async () => {
    pbx.incoming({ to: ben.id, number: "8", name: "Zoë 8" }).answer();
    calls(1);
    phone = await bench.phone(phoneOf.root);
    expect(callers()).toEqual(["8", "1"]);
    await toFind();
    await chooseRow(/by agent/);
    expect(callers()).toEqual(["1", "8"]);
  });
});
