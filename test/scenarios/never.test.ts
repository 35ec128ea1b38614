import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Config, Party } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, dita, kim } from "../unit/core/world.ts";
import { GatewayBench, listen, people, phoneOf, until } from "./bench.ts";

const never = { numbers: ["+44 1555 09*"], queues: ["payments"], contexts: ["ivr-pay"] };
const everybody = [...people, dita];

let pbx: SimulatorPbx;
let bench: GatewayBench;
let phone: YealinkPhone;

beforeEach(() => {
  pbx = new SimulatorPbx({ people: everybody, seed: 1, clock: systemClock, script: "manual" });
});

afterEach(() => bench.stop());

async function start(config: Partial<Config> = {}): Promise<void> {
  bench = new GatewayBench({
    pbx,
    config: { people: everybody, policy: { hidden: "allowed", never }, desk: { kind: "open" }, ...config },
  });
  await bench.start();
  phone = await bench.phone(phoneOf.kim);
}

function answered(number = "+44155501", more: { queue?: string; context?: string } = {}): CallHandle {
  const call = pbx.incoming({ to: ana.id, number, name: "Jane Doe", ...more });
  call.answer();
  return call;
}

const heardByKim = () => pbx.hearing().filter(({ listener }) => !listener.startsWith("sim-"));
const far: Party = { kind: "external", number: "0044155509", name: "Bank" };

describe("R20 a call of the never list", () => {
  it.each([
    ["by its number", "00441555 0999", {}],
    ["by its queue", "+44155501", { queue: "payments" }],
    ["by its context", "+44155501", { context: "ivr-pay" }],
  ])("%s is on no board, and any other call is", async (_, number, more) => {
    answered(number, more);
    await start();
    expect(phone.text()).toMatch(/No calls now/);
    pbx.incoming({ to: dita.id, number: "+44155501", name: "Jane Doe" }).answer();
    await until(phone, /Dita Novak/);
    expect(phone.text()).not.toMatch(/Ana Ruiz/);
  });

  it("a press on one that was on the board a moment ago is refused in words, and nobody is heard", async () => {
    const call = answered();
    await start();
    call.comesTo({ queue: "payments" });
    await phone.press("Listen");
    expect(phone.text()).toMatch(/Calls like this one are never supervised/);
    expect(heardByKim()).toEqual([]);
    const rows = await bench.gateway.audit({ supervisor: kim.id });
    expect(rows.map(({ act, outcome, refusal }) => [act, outcome, refusal])).toEqual([
      ["listen", "refused", "never-supervised"],
    ]);
  });

  it("the agent's own devices show the call as any other", async () => {
    answered("+44155501", { queue: "payments" });
    await start();
    const light = await bench.busyLight();
    await light.until(() => (light.last("/call") as { state?: string } | undefined)?.state === "talking");
  });
});

describe("R18 R20 a supervision ends in words where its call becomes one of the list", () => {
  it.each<readonly [string, (call: CallHandle) => void]>([
    ["goes to such a queue", (call) => call.comesTo({ queue: "payments" })],
    ["comes into such a context", (call) => call.comesTo({ context: "ivr-pay" })],
    ["is transferred to such a number, from its first ring", (call) => call.transfer(far)],
    ["gets such a number as a third party", (call) => void call.add(far)],
  ])("it %s", async (_, becomes) => {
    const call = answered();
    await start();
    await listen(phone, "Visible");
    expect(heardByKim()).not.toEqual([]);
    becomes(call);
    await until(phone, /has become one that is never supervised/);
    expect(heardByKim()).toEqual([]);
    const ended = await bench.gateway.audit({ act: "ended" });
    expect(ended.map(({ ending }) => ending)).toEqual(["never-supervised"]);
  });
});

describe("R20 what is forbidden", () => {
  it("Hidden by the agent's team: the page offers Visible alone and says so", async () => {
    answered();
    await start({ teams: [{ name: "support", hidden: "forbidden" }] });
    await phone.press("Listen");
    expect(phone.keys()).toEqual(["Visible", "Back"]);
    expect(phone.text()).toMatch(/Ana Ruiz will be told your name/);
    await phone.press("Visible");
    await until(phone, /Ana Ruiz can see you|None of Ana/);
    expect(phone.keys()).not.toContain("Hide");
  });

  it("supervision by the agent: the call is on the board, and Listen says why not", async () => {
    answered();
    await start({ people: everybody.map((one) => (one === ana ? { ...ana, supervision: "forbidden" } : one)) });
    expect(phone.text()).toMatch(/Ana Ruiz/);
    await phone.press("Listen");
    expect(phone.text()).toMatch(/Nobody may supervise this call/);
  });

  it("R18 a hidden supervision ends, in words, where its call goes to an agent who forbids Hidden", async () => {
    const call = answered();
    await start({ people: everybody.map((one) => (one === dita ? { ...dita, hidden: "forbidden" } : one)) });
    await listen(phone, "Hidden");
    call.transfer({ kind: "internal", person: dita.id });
    await until(phone, /The call has left Ana Ruiz/);
    call.answer();
    await until(phone, /Your company does not allow this/);
    expect(heardByKim()).toEqual([]);
  });
});
