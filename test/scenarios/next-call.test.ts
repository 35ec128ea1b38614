import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Clock, PersonId } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, ben, kim } from "../unit/core/world.ts";
import { type BusyLight, GatewayBench, people, phoneOf, until } from "./bench.ts";

const halfAnHour = 30 * 60_000;
/** Real, but for half an hour, which the test lets pass. */
let pass: () => void;
const clock: Clock = {
  now: () => systemClock.now(),
  after: (ms, run) => {
    if (ms !== halfAnHour) return systemClock.after(ms, run);
    pass = run;
    return () => {
      pass = () => undefined;
    };
  },
};

let pbx: SimulatorPbx;
let bench: GatewayBench;
let phone: YealinkPhone;
let light: BusyLight;

beforeEach(async () => {
  pass = () => undefined;
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, clock });
  await bench.start();
  light = await bench.busyLight();
});

afterEach(() => bench.stop());

function callTo(to: PersonId, native = false): CallHandle {
  const call = pbx.incoming({ to, number: "+44155501", name: "Jane Doe", ...(native && { media: "native" }) });
  call.answer();
  return call;
}

/** Kim listens to a call of Ana's, which ends. */
async function listenToTheEnd(how: "Visible" | "Hidden"): Promise<void> {
  const call = callTo(ana.id);
  phone = await bench.phone(phoneOf.kim);
  await phone.press("Listen");
  await phone.press(how);
  await until(phone, how === "Visible" ? /can see you/ : /Nobody hears you/);
  call.hangUp();
  await until(phone, /The call of Ana Ruiz is over/);
}

const supervisors = (): number =>
  new Set(pbx.hearing().flatMap(({ listener }) => (listener.startsWith("sim-") ? [] : [listener]))).size;

/** Max listens to that call from press to sound, which gives everybody else the time to have begun too. */
async function onlyMaxListens(): Promise<void> {
  const maxs = await bench.phone(phoneOf.max);
  await maxs.press("Listen");
  await maxs.press("Hidden");
  await until(maxs, /Nobody hears you/);
  expect(supervisors()).toBe(1);
}

const notices = (): string[] =>
  light.heard.filter(({ topic }) => topic.endsWith("/notice")).map(({ payload }) => JSON.parse(payload).text);
const acts = async (): Promise<readonly string[]> =>
  (await bench.gateway.audit({ limit: 1_000 })).map(({ act, outcome }) => `${act} ${outcome}`);

describe("R18 following an agent to the next call", () => {
  it("is chosen by a key, shown, and begins the next call as a press does: row, telling, ringing phone", async () => {
    await listenToTheEnd("Visible");
    expect(phone.keys()).toEqual(["Follow", "Calls"]);
    await phone.press("Follow");
    expect(phone.title()).toBe("Waiting for Ana Ruiz");
    expect(phone.text()).toMatch(/Your phone rings at the next call of Ana Ruiz, for 30 more min\./);
    await phone.open(await bench.launcher(phoneOf.kim));
    expect(phone.title()).toBe("Waiting for Ana Ruiz");
    callTo(ana.id);
    await until(phone, /Listening to Ana Ruiz/);
    await until(phone, /Ana Ruiz can see you/);
    expect(notices()).toEqual(["Kim Osei listens to your call.", "Kim Osei listens to your call."]);
    expect((await acts()).filter((row) => /^(?:listen|await)/.test(row))).toEqual([
      "listen allowed",
      "await-call done",
      "listen allowed",
    ]);
  });

  it("does nothing without the key", async () => {
    await listenToTheEnd("Visible");
    callTo(ana.id);
    await onlyMaxListens();
    await phone.open(await bench.launcher(phoneOf.kim));
    expect(phone.title()).toBe("Live calls (1)");
  });

  it("waits for that agent alone, and for the answer", async () => {
    await listenToTheEnd("Hidden");
    await phone.press("Follow");
    callTo(ben.id);
    const ringing = pbx.incoming({ to: ana.id, number: "1", name: "" });
    await phone.refresh();
    expect(phone.title()).toBe("Waiting for Ana Ruiz");
    ringing.answer();
    await until(phone, /Nobody hears you/);
    expect(phone.text()).toMatch(/Hidden: Ana Ruiz is not told/);
  });

  it("Leave stops it", async () => {
    await listenToTheEnd("Visible");
    await phone.press("Follow");
    await phone.press("Leave");
    expect(phone.text()).toMatch(/The call of Ana Ruiz is over/);
    callTo(ana.id);
    await onlyMaxListens();
    expect(await acts()).toContain("leave done");
  });

  it("R5 has Leave where the session has it, nothing where that has Visible, and Back leads to the calls", async () => {
    await listenToTheEnd("Hidden");
    await phone.press("Follow");
    expect(phone.keys()).toEqual(["Leave"]);
    expect(phone.keyPlace("Leave")).toBe(4);
    await phone.cancel();
    expect(phone.title()).toBe("Live calls (0)");
  });

  it("ends after half an hour", async () => {
    await listenToTheEnd("Visible");
    await phone.press("Follow");
    pass();
    await until(phone, /The call of Ana Ruiz is over/);
    callTo(ana.id);
    await onlyMaxListens();
  });

  it("ends when the PBX goes away: nobody knows for how long", async () => {
    await listenToTheEnd("Visible");
    await phone.press("Follow");
    pbx.goAway("test");
    pbx.comeBack();
    await until(phone, /The call of Ana Ruiz is over/);
    callTo(ana.id);
    await onlyMaxListens();
  });

  it("R5 a hidden one is refused, in words, where it would show, and does not go on", async () => {
    await listenToTheEnd("Hidden");
    await phone.press("Follow");
    const native = callTo(ana.id, true);
    await until(phone, /Hidden would show in the sound stream of this call/);
    native.hangUp();
    callTo(ana.id);
    await onlyMaxListens();
  });

  it("R1 a call with the supervisor on it is refused, in words", async () => {
    await listenToTheEnd("Visible");
    await phone.press("Follow");
    const own = pbx.internal({ from: ana.id, to: kim.id });
    own.answer();
    await until(phone, /You are on this call yourself/);
  });

  it("R10 is not offered to whoever has left by themselves", async () => {
    callTo(ana.id);
    phone = await bench.phone(phoneOf.kim);
    await phone.press("Listen");
    await phone.press("Hidden");
    await until(phone, /Nobody hears you/);
    await phone.press("Leave");
    expect(phone.keys()).toEqual(["Calls"]);
  });
});
