import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";
import { askedOfALegThatIsGone, GatedPbx } from "./gated-pbx.ts";
import { Waits } from "./waits.ts";

let clock: Waits;
let inner: SimulatorPbx;
let pbx: GatedPbx;
let bench: GatewayBench;
let call: CallHandle;
let phone: YealinkPhone;

beforeEach(async () => {
  inner = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  pbx = new GatedPbx(inner);
  clock = new Waits();
  bench = new GatewayBench({ pbx, clock });
  await bench.start();
  await bench.busyLight();
  call = inner.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
  phone = await bench.phone(phoneOf.kim);
});

afterEach(() => bench.stop());

async function listen(how: "Visible" | "Hidden"): Promise<void> {
  await phone.press("Listen");
  await phone.press(how);
  await until(phone, how === "Visible" ? /Ana Ruiz can see you/ : /Hidden: Ana Ruiz is not told/);
}

async function rows(): Promise<readonly string[]> {
  const all = await bench.gateway.audit({ limit: 1_000 });
  return all.map(({ act, outcome, supervisor, refusal, ending, detail }) =>
    [act, outcome, supervisor, refusal, ending, detail].filter(Boolean).join(" "),
  );
}

const toKim = { kind: "internal", person: kim.id } as const;
const allowed = "hand-over allowed 3001 2001's own phone transfers to 3001";

describe("R13 the phone's own Transfer key", () => {
  it("R19 to who listens visibly: on record first, then on the leg that listens, and the page says so", async () => {
    await listen("Visible");
    pbx.shut("receive");
    call.transfer(toKim);
    await expect.poll(rows).toContain(allowed);
    await until(phone, /The call is becoming yours/);
    pbx.open("receive");
    await until(phone, /You have the call of Ana Ruiz now/);
    const heard = inner.hearing().filter(({ listener }) => listener === call.otherLeg);
    expect(heard.map(({ speaker }) => speaker)).toEqual([call.agentLeg]);
    await expect.poll(rows).toContain("ended ended 3001 took-over");
  });

  it("with somebody asked first", async () => {
    await listen("Visible");
    call.hold();
    const consultation = inner.internal({ from: ana.id, to: kim.id });
    await until(phone, /You have the call of Ana Ruiz now/);
    expect(inner.hearing().filter(({ listener }) => listener === call.otherLeg)).toEqual([]);
    call.join(consultation);
    const heard = inner.hearing().filter(({ listener }) => listener === call.otherLeg);
    expect(heard).toHaveLength(1);
  });

  it("to who is hidden is an ordinary transfer: it rings, and the supervision ends in words", async () => {
    await listen("Hidden");
    call.transfer(toKim);
    await until(phone, /Live calls|No calls|ended|not/);
    expect(pbx.asked.some(({ type }) => type === "receive")).toBe(false);
    await expect.poll(rows).toContain("ended ended 3001 not-allowed");
    expect(inner.hearing().filter(({ listener }) => listener === call.otherLeg)).toEqual([]);
  });

  it("is not ended in between by a PBX that calls the leg gone as it is given", async () => {
    await askedOfALegThatIsGone(pbx, phone);
    pbx.shut("receive");
    call.transfer(toKim);
    await expect.poll(rows).toContain(allowed);
    await until(phone, /The call is becoming yours/);
    // So long an event may be behind its answer.
    await expect.poll(() => clock.over, { timeout: 5_000 }).toContain(1_000);
    pbx.open("receive");
    await until(phone, /You have the call of Ana Ruiz now/);
  });

  it("Leave on the way wins, and the phone rings as it would have", async () => {
    await listen("Visible");
    pbx.shut("receive");
    call.transfer(toKim);
    await until(phone, /The call is becoming yours/);
    expect(phone.keys()).toEqual(["Leave"]);
    await phone.press("Leave");
    await until(phone, /You have left the call of Ana Ruiz/);
    pbx.open("receive");
    expect(inner.hearing().filter(({ listener }) => listener === call.otherLeg)).toEqual([]);
  });

  it("what the PBX refuses is a transfer as any: it rings, and the supervision ends in words", async () => {
    await listen("Visible");
    pbx.fail("receive");
    call.transfer(toKim);
    await expect.poll(rows).toContain("hand-over failed 3001 pbx-failed");
    await expect.poll(rows).toContain("ended ended 3001 not-allowed");
    pbx.unfail("receive");
  });
});
