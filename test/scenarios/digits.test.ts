import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { SupervisionId } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

let pbx: SimulatorPbx;
let bench: GatewayBench;
let call: CallHandle;
let phone: YealinkPhone;

async function start(digits: { readonly digits?: "allowed" }): Promise<void> {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, config: { policy: { hidden: "allowed", ...digits } } });
  await bench.start();
  await bench.busyLight();
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
  call.answer();
  phone = await bench.phone(phoneOf.kim);
}

afterEach(() => bench.stop());

async function listen(how: "Visible" | "Hidden"): Promise<void> {
  await phone.press("Listen");
  await phone.press(how);
  await until(phone, how === "Visible" ? /can see you/ : /is not told/);
}

/** The supervisor's voice, by who hears it. */
const voice = (): string =>
  pbx
    .hearing()
    .filter(({ speaker }) => speaker !== call.agentLeg && speaker !== call.otherLeg)
    .map(({ listener }) => (listener === call.agentLeg ? "agent" : "customer"))
    .sort()
    .join(" ");

function supervision(): SupervisionId {
  const own = pbx.hearing().find(({ listener }) => listener !== call.agentLeg && listener !== call.otherLeg);
  if (!own) throw new Error("nobody supervises");
  return own.listener as SupervisionId;
}

async function press(digit: string, says: RegExp): Promise<void> {
  pbx.pressDigit(supervision(), digit);
  await until(phone, says);
}

describe("a supervisor without a screen", () => {
  beforeEach(() => start({ digits: "allowed" }));

  it("R7 R8 R9 R10 goes the whole way by digits, each with its row", async () => {
    await listen("Visible");
    await press("5", /Coaching Ana Ruiz/);
    expect(voice()).toBe("");
    await press("0", /Ana Ruiz hears you/);
    expect(voice()).toBe("agent");
    await press("6", /Everybody on the call hears you/);
    expect(voice()).toBe("agent customer");
    await press("0", /Nobody hears you/);
    await press("4", /Listening to Ana Ruiz/);
    await press("*", /You have left the call/);
    expect(pbx.tones).toEqual([]);
    const rows = await bench.gateway.audit({ limit: 1_000 });
    const acts = rows.filter(({ outcome }) => outcome === "allowed" || outcome === "done").map(({ act }) => act);
    expect(acts.filter((act) => act !== "told")).toEqual([
      ...["listen", "coach", "unmute", "join", "mute", "back-to-listen", "leave"],
    ]);
  });

  it("R9 Mute on the page is the last word: a digit that waited does not open the mic after it", async () => {
    await listen("Visible");
    await press("5", /Coaching Ana Ruiz/);
    const lock = new Database(join(await bench.data, "audit.db"), { timeout: 5_000 });
    lock.exec("BEGIN EXCLUSIVE");
    for (const digit of ["6", "0"]) pbx.pressDigit(supervision(), digit);
    const mute = phone.get(`${await bench.launcher(phoneOf.kim)}do/mute/-/0.0`);
    await until(await bench.phone(phoneOf.kim), /Nobody hears you/);
    lock.exec("COMMIT");
    lock.close();
    await mute;
    pbx.pressDigit(supervision(), "4");
    await until(phone, /Listening to Ana Ruiz/);
    const rows = await bench.gateway.audit({ limit: 1_000 });
    expect(rows.map(({ act }) => act)).not.toContain("unmute");
  });

  it("R17 a refusal is two tones, with its row, and changes nothing", async () => {
    await listen("Visible");
    const id = supervision();
    pbx.pressDigit(id, "0");
    await expect.poll(() => pbx.tones).toEqual([id]);
    expect(voice()).toBe("");
    const rows = await bench.gateway.audit({ limit: 1_000 });
    expect(rows.at(-1)).toMatchObject({ act: "unmute", outcome: "refused", refusal: "mode-has-no-mic" });
  });

  it("R7 from a hidden Listen the first 5 only warns, and the second is yes", async () => {
    await listen("Hidden");
    const id = supervision();
    pbx.pressDigit(id, "5");
    await expect.poll(() => pbx.tones).toEqual([id]);
    await phone.open(await bench.launcher(phoneOf.kim));
    expect(phone.text()).toMatch(/Hidden: Ana Ruiz is not told/);
    await press("5", /Coaching Ana Ruiz/);
    expect(pbx.tones).toEqual([id]);
  });
});

describe("a site that has not allowed digits", () => {
  it("has none: they do nothing, and nothing is heard of them", async () => {
    await start({});
    await listen("Visible");
    const id = supervision();
    pbx.pressDigit(id, "5");
    pbx.pressDigit(id, "*");
    await phone.press("Coach");
    await until(phone, /Coaching Ana Ruiz/);
    const rows = await bench.gateway.audit({ limit: 1_000 });
    expect(rows.filter(({ act }) => act === "coach" || act === "leave").length).toBe(1);
    expect(pbx.tones).toEqual([]);
  });
});
