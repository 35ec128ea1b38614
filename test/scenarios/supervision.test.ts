import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, ben } from "../unit/core/world.ts";
import { type BusyLight, GatewayBench, listen, people, phoneOf, until } from "./bench.ts";

let pbx: SimulatorPbx;
let bench: GatewayBench;
let call: CallHandle;
let phone: YealinkPhone;
let light: BusyLight;

beforeEach(async () => {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx });
  await bench.start();
  light = await bench.busyLight();
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
  call.answer();
  phone = await bench.phone(phoneOf.kim);
});

afterEach(() => bench.stop());

async function coach(): Promise<void> {
  await listen(phone, "Visible");
  await until(phone, /Ana Ruiz can see you/);
  await phone.press("Coach");
}

const voice = (): string =>
  pbx
    .hearing()
    .filter(({ speaker }) => speaker !== call.agentLeg && speaker !== call.otherLeg)
    .map(({ listener }) => (listener === call.agentLeg ? "agent" : "customer"))
    .sort()
    .join(" ");

const supervisorHears = (): boolean =>
  pbx.hearing().some(({ speaker, listener }) => speaker === call.otherLeg && listener !== call.agentLeg);

describe("the board", () => {
  it("R2 shows the agent, the caller, the queue and the duration", () =>
    expect(phone.rows()).toEqual([
      expect.stringMatching(/^> 0:0\d Ana Ruiz: Jane.*\(sup/),
      expect.stringMatching("Find or sort …"),
    ]));

  it("R2 offers Listen, Coach, Join and Update", () =>
    expect(phone.keys()).toEqual(["Listen", "Coach", "Join", "Update"]));

  it("a row leads to the call's own page, where every action is", async () => {
    await phone.ok();
    expect(phone.title()).toBe("Ana Ruiz");
    expect(phone.text()).toMatch(/With Jane Doe \+44155501\nQueue support/);
    expect(phone.keys()).toEqual(["Listen", "Coach", "Join", "Calls"]);
  });

  it("a phone that sends no selection is told how to choose", async () => {
    const plain = await bench.phone(phoneOf.max, { selection: false });
    await plain.press("Listen");
    expect(plain.text()).toMatch(/arrow keys/);
  });

  it("R1 an agent's phone shows who is with them, and no board", async () => {
    const agents = await bench.phone(phoneOf.ana);
    expect(agents.text()).toMatch(/^No supervisor is shown on your call\.\n/);
  });
});

describe("the way from Listen to Join", () => {
  it("R3 Listen asks Visible or Hidden first", async () => {
    await phone.press("Listen");
    expect(phone.keys()).toEqual(["Visible", "Hidden", "Back"]);
    expect(supervisorHears()).toBe(false);
  });

  it("R4 Listen hears both and is heard by nobody", async () => {
    await listen(phone, "Hidden");
    expect(supervisorHears()).toBe(true);
    expect(voice()).toBe("");
    expect(phone.keys()).toEqual(["Visible", "Coach", "Join", "Leave"]);
  });

  it("R5 a visible Listen tells the agent by lamp and notice", async () => {
    await listen(phone, "Visible");
    await until(phone, /Ana Ruiz can see you/);
    expect(light.last("/lamp")).toMatchObject({ lamp: "listen", mic: "muted", supervisors: [{ name: "Kim Osei" }] });
    expect(light.last("/notice")).toMatchObject({ text: "Kim Osei listens to your call." });
    expect(phone.keys()).toEqual(["Hide", "Coach", "Join", "Leave"]);
  });

  it("R6 Listen can be made visible and hidden again", async () => {
    await listen(phone, "Hidden");
    await phone.press("Visible");
    await until(phone, /can see you/);
    await phone.press("Hide");
    expect(phone.text()).toMatch(/Hidden: Ana Ruiz is not told/);
    await light.until(() => JSON.stringify(light.last("/lamp")).includes('"off"'));
  });

  it("R7 Coach from the board asks once, then passes through visible Listen", async () => {
    await phone.press("Coach");
    expect(phone.text()).toBe("Ana Ruiz will see you. Go on?");
    await phone.press("Go on");
    await until(phone, /Coaching Ana Ruiz/);
    expect(
      light.heard.filter(({ topic }) => topic.endsWith("/notice")).map(({ payload }) => JSON.parse(payload).text),
    ).toEqual(["Kim Osei listens to your call.", "Kim Osei is there to coach you."]);
  });

  it("R7 Join in a hidden Listen asks once", async () => {
    await listen(phone, "Hidden");
    await phone.press("Join");
    expect(phone.text()).toBe("Ana Ruiz will see you. Go on?");
    await phone.press("Go on");
    await until(phone, /On the call of Ana Ruiz/);
  });

  it("R9 Coach begins muted: there is no path", async () => {
    await coach();
    expect(phone.title()).toBe("Coaching Ana Ruiz");
    expect(phone.keys()).toEqual(["Unmute", "Join", "Listen", "Leave"]);
    expect(voice()).toBe("");
  });

  it("R8 Coach, open, is heard by the agent alone", async () => {
    await coach();
    await phone.press("Unmute");
    expect(phone.text()).toMatch(/Ana Ruiz hears you. The other side does not/);
    expect(voice()).toBe("agent");
  });

  it("R8 Join, open, is heard by all", async () => {
    await coach();
    await phone.press("Unmute");
    await phone.press("Join");
    expect(phone.text()).toMatch(/Everybody on the call hears you/);
    expect(phone.keys()).toEqual(["Mute", "Coach", "Listen", "Leave"]);
    expect(voice()).toBe("agent customer");
  });

  it("R9 mute is kept from Join to Coach", async () => {
    await coach();
    await phone.press("Join");
    await phone.press("Coach");
    expect(phone.keys()[0]).toBe("Unmute");
    expect(voice()).toBe("");
  });

  it("R9 an open mic is kept from Coach to Join", async () => {
    await coach();
    await phone.press("Unmute");
    await phone.press("Join");
    expect(phone.keys()[0]).toBe("Mute");
  });

  it("R9 back in Listen the mic is muted", async () => {
    await coach();
    await phone.press("Unmute");
    await phone.press("Listen");
    expect(phone.text()).toMatch(/Nobody hears you/);
    expect(voice()).toBe("");
  });

  it("R10 Leave ends the supervision and not the call", async () => {
    await coach();
    await phone.press("Leave");
    expect(phone.text()).toBe("You have left the call of Ana Ruiz.");
    expect(pbx.hearing().length).toBe(2);
    await light.until(() => JSON.stringify(light.last("/lamp")).includes('"off"'));
  });

  it("R10 hanging up the supervisor's phone ends the supervision and not the call", async () => {
    await coach();
    const [own] = pbx.hearing().filter(({ listener }) => listener !== call.agentLeg && listener !== call.otherLeg);
    if (!own) throw new Error("nobody supervises");
    pbx.hangUpSupervisor(own.listener as Parameters<typeof pbx.hangUpSupervisor>[0]);
    await until(phone, /You have hung up/);
    expect(pbx.hearing().length).toBe(2);
  });

  it("R11 the lamp tells the mode and the open mic", async () => {
    await coach();
    await phone.press("Unmute");
    await light.until(() => JSON.stringify(light.last("/lamp")).includes('"open"'));
    expect(light.last("/lamp")).toMatchObject({ lamp: "coach", mic: "open" });
  });

  it("the launcher answers with the session while this phone supervises", async () => {
    await coach();
    await phone.open(await bench.launcher(phoneOf.kim));
    expect(phone.title()).toBe("Coaching Ana Ruiz");
  });
});

describe("presses", () => {
  it("the same press five times acts once", async () => {
    await coach();
    const url = phone.keyUrl("Unmute") ?? "";
    await Promise.all([1, 2, 3, 4, 5].map(() => phone.get(url)));
    const rows = await bench.gateway.audit({ limit: 1_000 });
    expect(rows.filter(({ act }) => act === "unmute").length).toBe(1);
    expect(voice()).toBe("agent");
  });

  it("an old Unmute shows the state and does nothing", async () => {
    await coach();
    const unmute = phone.keyUrl("Unmute") ?? "";
    await phone.press("Unmute");
    await phone.press("Mute");
    await phone.get(unmute);
    expect(phone.text()).toMatch(/Nobody hears you/);
    expect(voice()).toBe("");
  });

  it("an old Mute still mutes", async () => {
    await coach();
    await phone.press("Unmute");
    const mute = phone.keyUrl("Mute") ?? "";
    await phone.press("Mute");
    await phone.press("Unmute");
    await phone.press("Join");
    await phone.get(mute);
    expect(phone.text()).toMatch(/Nobody hears you/);
    expect(voice()).toBe("");
  });

  it("a Mute pressed while an Unmute waits for its row wins", async () => {
    await coach();
    const unmute = phone.get(phone.keyUrl("Unmute") ?? "");
    const mute = phone.get((phone.keyUrl("Unmute") ?? "").replace(/unmute\/.*$/, "mute/-/0.0"));
    await Promise.all([unmute, mute]);
    await phone.open(await bench.launcher(phoneOf.kim));
    expect(phone.text()).toMatch(/Nobody hears you/);
    expect(voice()).toBe("");
  });

  it("a forged press does nothing", async () => {
    await coach();
    await phone.get((phone.keyUrl("Unmute") ?? "").replace(/.$/, (last) => (last === "_" ? "-" : "_")));
    expect(voice()).toBe("");
  });

  it("a start that was pressed before the last supervision ended does nothing", async () => {
    await phone.press("Listen");
    const hidden = phone.keyUrl("Hidden") ?? "";
    await phone.press("Hidden");
    await until(phone, /Nobody hears you/);
    await phone.press("Leave");
    await phone.get(hidden);
    expect(supervisorHears()).toBe(false);
  });

  it("R17 a second call while supervising is refused in words", async () => {
    await listen(phone, "Hidden");
    const second = pbx.incoming({ to: ana.id, number: "1", name: "" });
    second.answer();
    await phone.get(`${await bench.launcher(phoneOf.kim)}listen/${second.agentLeg}`);
    expect(phone.text()).toMatch(/^You are already on another call. Leave it first./);
    expect(phone.keys()).toContain("Leave");
  });

  it("R1 another team's call is refused in words", async () => {
    const other = pbx.incoming({ to: ben.id, number: "1", name: "" });
    other.answer();
    await phone.get(`${await bench.launcher(phoneOf.kim)}listen/${other.agentLeg}`);
    expect(phone.text()).toBe("This call belongs to a team that is not yours.");
  });

  it("R21 a phone that holds is cut, and comes back muted", async () => {
    await coach();
    await phone.press("Unmute");
    const own = pbx.hearing().find(({ listener }) => listener !== call.agentLeg && listener !== call.otherLeg);
    if (!own) throw new Error("nobody supervises");
    const id = own.listener as Parameters<typeof pbx.holdSupervisor>[0];
    pbx.holdSupervisor(id);
    await until(phone, /Your phone holds the line/);
    expect([voice(), supervisorHears()]).toEqual(["", false]);
    pbx.resumeSupervisor(id);
    await until(phone, /Nobody hears you/);
    expect([voice(), supervisorHears()]).toEqual(["", true]);
  });

  it("the end of the call ends the supervision, in words", async () => {
    await listen(phone, "Hidden");
    call.hangUp();
    await until(phone, /The call of Ana Ruiz is over/);
  });

  it("a PBX that is away is said in words, and the board comes back by itself", async () => {
    pbx.goAway("test");
    await until(phone, /The phone system does not answer/);
    pbx.comeBack();
    await until(phone, /Ana Ruiz/);
  });
});

describe("R5 no device of the agent confirms", () => {
  beforeEach(() => light.stop());

  it("the page says so, and Coach asks once more with that sentence", { timeout: 20_000 }, async () => {
    await listen(phone, "Visible");
    await until(phone, /None of Ana Ruiz's devices has confirmed/);
    await phone.press("Coach");
    expect(phone.text()).toMatch(/None of Ana Ruiz's devices has confirmed that they were told about you. Go on\?/);
    await phone.press("Go on");
    await until(phone, /Coaching Ana Ruiz/);
    const told = (await bench.gateway.audit({ limit: 1_000 })).find(({ act }) => act === "told");
    expect(told).toMatchObject({ detail: "no device confirmed in time" });
  });
});
