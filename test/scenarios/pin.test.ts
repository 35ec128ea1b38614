import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { type Clock, type PinEntry, Secret } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { PinStore } from "../../src/store/pins.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

const hour = 3_600_000;
const digits = "27182818";

let later = 0;
/** The time goes on by hand as well; timers are real. */
const clock: Clock = { now: () => systemClock.now() + later, after: systemClock.after };

let pbx: SimulatorPbx;
let bench: GatewayBench;
let call: CallHandle;
let phone: YealinkPhone;

beforeEach(async () => {
  later = 0;
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
  const policy = { hidden: "allowed", pin: { shiftMs: 10 * hour } } as const;
  bench = new GatewayBench({ pbx, clock, config: { policy } });
  await bench.start();
  phone = await bench.phone(phoneOf.kim);
});

afterEach(() => bench.stop());

const setPin = () => bench.gateway.people().setPin("os:root", kim.extension, new Secret(digits));
const heardByKim = () => pbx.hearing().filter(({ listener }) => !listener.startsWith("sim-"));

async function type(text: string): Promise<void> {
  phone.type(text);
  await phone.press("OK");
}

async function ask(how: "Visible" | "Hidden"): Promise<void> {
  await phone.press("Listen");
  await phone.press(how);
}

async function rows(): Promise<readonly string[]> {
  const all = await bench.gateway.audit({ limit: 1_000 });
  return all.map(({ act, outcome, refusal }) => [act, outcome, refusal].filter(Boolean).join(" "));
}

describe("R20 before the first supervision of a shift the PIN is asked for", () => {
  it.each(["Visible", "Hidden"] as const)("and then what was pressed goes on: %s", async (how) => {
    await setPin();
    await ask(how);
    expect(phone.title()).toBe("Your PIN");
    expect(heardByKim()).toEqual([]);
    await type(digits);
    await until(phone, /Nobody hears you/);
    expect(phone.text()).toMatch(how === "Hidden" ? /Hidden: Ana Ruiz is not told/ : /Ana Ruiz/);
    expect(await rows()).toEqual(expect.arrayContaining(["pin done", "listen allowed"]));
  });

  it("on the way from the board to Coach too", async () => {
    await setPin();
    await phone.press("Coach");
    await phone.press("Go on");
    expect(phone.title()).toBe("Your PIN");
    await type(digits);
    await until(phone, /Coaching Ana Ruiz|None of Ana Ruiz's devices/);
  });

  it("and not again in the same shift, but in the next one", async () => {
    await setPin();
    await ask("Hidden");
    await type(digits);
    await until(phone, /Nobody hears you/);
    await phone.press("Leave");
    later = 10 * hour - 60_000;
    await phone.open(await bench.launcher(phoneOf.kim));
    await ask("Hidden");
    await until(phone, /Nobody hears you/);
    await phone.press("Leave");
    later = 10 * hour;
    await phone.open(await bench.launcher(phoneOf.kim));
    await ask("Hidden");
    expect(phone.title()).toBe("Your PIN");
  });

  it("is asked after what is forbidden: who may not supervise types nothing", async () => {
    await setPin();
    await phone.press("Listen");
    call.hangUp();
    await phone.press("Hidden");
    expect(phone.text()).toMatch(/This call is over/);
  });

  it("the press after the PIN counts at its step alone: the same address again begins nothing", async () => {
    await setPin();
    await ask("Hidden");
    await type("1111");
    expect(phone.text()).toMatch(/Wrong, 4 more/);
    const again = phone.gets.at(-1)?.url ?? "";
    await phone.get(again);
    await phone.get(again);
    expect((await rows()).filter((row) => row === "pin refused pin-wrong")).toHaveLength(1);
  });
});

describe("R18 following after the PIN", () => {
  let leave: string;

  beforeEach(async () => {
    await setPin();
    await ask("Hidden");
    await type(digits);
    await until(phone, /Nobody hears you/);
    leave = phone.keyUrl("Leave") ?? "";
    call.hangUp();
    await until(phone, /The call of Ana Ruiz is over/);
    later = 10 * hour;
    await phone.press("Follow");
    expect(phone.title()).toBe("Your PIN");
  });

  it("waits for the next call", async () => {
    await type(digits);
    expect(phone.title()).toBe("Waiting for Ana Ruiz");
  });

  it("keeps no PIN: where the shift has ended before the call it begins nothing", async () => {
    await type(digits);
    later = 20 * hour;
    pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
    await until(phone, /PIN/);
    expect(heardByKim()).toEqual([]);
    expect(await rows()).toContain("listen refused pin-needed");
  });

  it("does not, where Leave was pressed while the PIN was looked at", async () => {
    let find: (entry: PinEntry) => void = () => expect.fail("nobody looks at it");
    const looking = new Promise<void>((begun) => {
      vi.spyOn(PinStore.prototype, "enter").mockImplementationOnce(() => {
        begun();
        return new Promise((resolve) => {
          find = resolve;
        });
      });
    });
    const typed = type(digits);
    await looking;
    const other = await bench.phone(phoneOf.kim);
    await other.get(leave);
    find({ kind: "right" });
    await typed;
    expect(phone.text()).toMatch(/The call of Ana Ruiz is over/);
    expect(await rows()).not.toContain("await-call done");
  });
});

describe("R20 a wrong PIN", () => {
  it("is asked for again, and five of them lock out, on record, until somebody unlocks", async () => {
    await setPin();
    await ask("Hidden");
    for (const left of [4, 3, 2, 1]) {
      await type("1234");
      expect(phone.text()).toContain(`Wrong, ${left} more`);
    }
    await type("1234");
    expect(phone.text()).toMatch(/Too many wrong PINs.*Ask Root/s);
    await phone.press("Calls");
    await ask("Hidden");
    expect(phone.text()).toMatch(/Too many wrong PINs/);
    expect((await rows()).filter((row) => row.startsWith("pin "))).toEqual([
      ...Array.from({ length: 4 }, () => "pin refused pin-wrong"),
      "pin refused pin-locked",
      "pin refused pin-locked",
    ]);
    expect(await bench.gateway.people().unlock("os:root", kim.id)).toMatchObject({ ok: true });
    await phone.press("Calls");
    await ask("Hidden");
    await type(digits);
    await until(phone, /Nobody hears you/);
  });

  it("who has none is told whom to ask, and hears nobody", async () => {
    await ask("Hidden");
    expect(phone.text()).toMatch(/You have no PIN yet.*Ask Root/s);
    expect(heardByKim()).toEqual([]);
  });

  it("R20 the digits are in no log line and in no row", async () => {
    await setPin();
    await ask("Hidden");
    await type("31415926");
    await type(digits);
    await until(phone, /Nobody hears you/);
    const told = JSON.stringify([await bench.gateway.audit({ limit: 1_000 }), bench.lines]);
    expect(told).toContain("pin-wrong");
    expect(told).not.toMatch(/31415926|27182818/);
  });

  it.each(["123", "1111", "12345678901234", "12a4"])("%s cannot be set", async (pin) => {
    expect(await bench.gateway.people().setPin("os:root", kim.id, new Secret(pin))).toMatchObject({ why: "not-right" });
  });
});
