import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Clock, Config } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, dita } from "../unit/core/world.ts";
import { type BusyLight, GatewayBench, people, phoneOf, until } from "./bench.ts";
import { GatedPbx } from "./gated-pbx.ts";

const everybody = [...people, dita];

let data: string;
let simulator: SimulatorPbx;
let pbx: GatedPbx;
let call: CallHandle;
let bench: GatewayBench | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "earshot-private-"));
  simulator = new SimulatorPbx({ people: everybody, seed: 1, clock: systemClock, script: "manual" });
  pbx = new GatedPbx(simulator);
  call = simulator.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
});

afterEach(async () => {
  await bench?.stop();
  bench = undefined;
  simulator.restart();
  await rm(data, { recursive: true, force: true });
});

interface Office {
  readonly kim: YealinkPhone;
  readonly anas: YealinkPhone;
  readonly light: BusyLight;
}

/** A gateway on the same folder and the same PBX as the one before it, which was stopped. */
async function open(config: Partial<Config> = {}, clock: Clock = systemClock): Promise<Office> {
  await bench?.stop();
  bench = new GatewayBench({ pbx, clock, config: { data, people: everybody, ...config } });
  await bench.start();
  const light = await bench.busyLight();
  return { kim: await bench.phone(phoneOf.kim), anas: await bench.phone(phoneOf.ana), light };
}

async function listen(kim: YealinkPhone, how: "Visible" | "Hidden" = "Visible"): Promise<void> {
  await kim.press("Listen");
  await kim.press(how);
  await until(kim, how === "Visible" ? /Ana Ruiz can see you/ : /Nobody hears you/);
}

/** Kim listens, and Ana's phone shows it. */
async function openListened(how: "Visible" | "Hidden", ...gateway: Parameters<typeof open>): Promise<Office> {
  const office = await open(...gateway);
  await listen(office.kim, how);
  await office.anas.press("Update");
  return office;
}

/** Kim listened to a call that Ana has made private by her key. */
async function openPrivate(...gateway: Parameters<typeof open>): Promise<Office> {
  const office = await openListened("Visible", ...gateway);
  await office.anas.press("Private");
  await until(office.kim, /You hear nobody/);
  return office;
}

async function coachOpenly(kim: YealinkPhone): Promise<void> {
  await listen(kim);
  await kim.press("Coach");
  await kim.press("Unmute");
  await until(kim, /Ana Ruiz hears you/);
}

/** Paths from or to a supervisor, whatever the PBX has. */
const paths = (): number => {
  const legs = new Set([call.agentLeg, call.otherLeg] as string[]);
  return simulator.hearing().filter(({ listener, speaker }) => !legs.has(listener) || !legs.has(speaker)).length;
};

/** The most paths there are at any event from now on. */
const pathsAtWorst = (): (() => number) => {
  let most = paths();
  pbx.onEvent = () => {
    most = Math.max(most, paths());
  };
  return () => Math.max(most, paths());
};

/** What her phone says that is opened now. */
const pageOfAna = async () => (await bench?.phone(phoneOf.ana))?.text();

const rows = async () => (await bench?.gateway.audit({ limit: 1_000 })) ?? [];
const rowsOf = async (...acts: string[]) => (await rows()).filter(({ act }) => acts.includes(act));

describe("R20 a call that its agent makes private", () => {
  it("cuts ear and mouth, keeps the supervision, and comes back as a muted listen", async () => {
    const { kim, anas, light } = await open();
    await coachOpenly(kim);
    await anas.press("Update");
    await anas.press("Private");
    expect(paths()).toBe(0);
    expect(anas.text()).toMatch(/This call is private/);
    await until(kim, /This call is private now/);
    await until(kim, /You hear nobody and nobody hears you/);
    expect(kim.keys().filter((key) => key.trim() !== "")).toEqual(["Leave"]);
    await anas.press("Reopen");
    await until(kim, /Ana Ruiz can see you/);
    expect(kim.title()).toBe("Listening to Ana Ruiz");
    expect(paths()).toBe(2);
    const notices = light.heard.filter(({ topic }) => topic.endsWith("/notice")).map(({ payload }) => payload);
    expect(notices).toMatchObject([/listens/, /coach/, /listens/].map((words) => expect.stringMatching(words)));
  });

  it("is on record: who, when, whom it cut, and that it was heard again before it was", async () => {
    const { kim, anas } = await openPrivate();
    await anas.press("Reopen");
    await until(kim, /Nobody hears you/);
    const found = await rowsOf("private", "private-off", "private-over");
    expect(found.map(({ act, outcome, supervisor }) => `${supervisor} ${act} ${outcome}`).sort()).toEqual([
      "2001 private done",
      "2001 private-off done",
      "3001 private done",
      "3001 private-over allowed",
    ]);
  });

  it("hidden stays hidden, and nothing of it is told", async () => {
    const { kim, anas, light } = await openListened("Hidden");
    const before = light.heard.length;
    await anas.press("Private");
    const shown = anas.screen;
    await until(kim, /You hear nobody/);
    await anas.press("Reopen");
    await until(kim, /Hidden: Ana Ruiz is not told/);
    expect(light.heard.slice(before)).toEqual([]);
    expect(shown).toMatch(/No supervisor is shown/);
  });

  it("is never refused for its step or signature, and Reopen of an earlier page does nothing", async () => {
    const { kim, anas } = await openPrivate();
    const reopen = anas.keyUrl("Reopen") ?? "";
    await anas.press("Reopen");
    await until(kim, /Nobody hears you/);
    const launcher = await bench?.launcher(phoneOf.ana);
    await anas.get(`${launcher}do/private/-/`);
    expect(anas.text()).toMatch(/This call is private/);
    await anas.get(reopen);
    expect(anas.text()).toMatch(/This call is private/);
    expect(paths()).toBe(0);
  });

  it("does not wait for a PBX that is slow, nor for the record", async () => {
    const { kim, anas } = await open();
    await coachOpenly(kim);
    await anas.press("Update");
    pbx.shut("set-private");
    await anas.press("Private");
    await until(kim, /You hear nobody and nobody hears you/);
    expect(paths()).toBe(0);
    pbx.open("set-private");
  });

  it("is not refused by a PBX that does not keep it: it is asked again", async () => {
    const { kim, anas } = await openListened("Visible");
    pbx.fail("set-private");
    await anas.press("Private");
    await until(kim, /You hear nobody/);
    pbx.unfail("set-private");
    const kept = () => pbx.asked.filter(({ type }) => type === "set-private").length;
    await expect.poll(kept, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(paths()).toBe(0);
  });

  it("holds against a Reopen that is still at the PBX, and is on record", async () => {
    const { anas } = await openPrivate();
    const heard = pathsAtWorst();
    pbx.shut("set-private");
    const reopening = anas.press("Reopen");
    await expect.poll(() => pbx.asked.at(-1), { timeout: 10_000 }).toMatchObject({ type: "set-private", on: false });
    const launcher = await bench?.launcher(phoneOf.ana);
    const again = (await bench?.phone(phoneOf.ana))?.get(`${launcher}do/private/-/`);
    await expect.poll(() => pbx.asked.at(-1), { timeout: 10_000 }).toMatchObject({ type: "set-private", on: true });
    pbx.open("set-private");
    await Promise.all([reopening, again]);
    await expect.poll(() => call.isPrivate, { timeout: 10_000 }).toBe(true);
    expect(await pageOfAna()).toMatch(/This call is private/);
    expect(heard()).toBe(0);
    const off = (await rowsOf("private", "private-off")).filter(({ supervisor }) => supervisor !== "3001");
    expect(off.map(({ act, outcome, supervisor }) => `${supervisor} ${act} ${outcome}`).sort()).toEqual([
      "2001 private done",
      "2001 private done",
      "2001 private-off refused",
    ]);
  });

  it("stays so where the PBX takes too long to reopen it: nobody hears it after the agent was told that it is private", async () => {
    const { anas } = await openPrivate();
    const heard = pathsAtWorst();
    pbx.shut("set-private");
    await anas.press("Reopen");
    expect(await pageOfAna()).toMatch(/This call is private/);
    pbx.open("set-private");
    const wishes = () => pbx.asked.flatMap((action) => (action.type === "set-private" ? [action.on] : []));
    await expect.poll(wishes, { timeout: 10_000 }).toEqual([true, false, true, true]);
    await expect.poll(() => call.isPrivate, { timeout: 10_000 }).toBe(true);
    expect(heard()).toBe(0);
    expect(await rowsOf("private-off")).toMatchObject([{ supervisor: "2001", outcome: "refused" }]);
  });

  it("whoever is on no call is told so, and changes nobody's", async () => {
    const { anas } = await open();
    call.hangUp();
    const launcher = await bench?.launcher(phoneOf.ana);
    await anas.get(`${launcher}do/private/-/`);
    expect(anas.text()).toMatch(/You are on no call now/);
    expect(pbx.asked).toEqual([]);
  });
});

describe("recordings of a private call", () => {
  it("are paused and go on in the same press, and that is on record", async () => {
    const told: string[] = [];
    const recorder = createServer((request, response) => {
      request.on("data", (chunk) => told.push(String(JSON.parse(String(chunk)).private)));
      request.on("end", () => response.end());
    });
    recorder.listen(0, "127.0.0.1");
    await once(recorder, "listening");
    const { port } = recorder.address() as AddressInfo;
    call.record();
    const { anas } = await open({ recording: { ofPbx: true, hook: { url: `http://127.0.0.1:${port}/` } } });
    await anas.press("Private");
    expect(call.recording).toBe("paused");
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(["true"]);
    await anas.press("Reopen");
    expect(call.recording).toBe("on");
    const acts = ["recording-paused", "recording-resumed"];
    await expect.poll(async () => (await rowsOf(...acts)).length, { timeout: 10_000 }).toBe(2);
    expect((await rowsOf(...acts)).map(({ act, outcome }) => [act, outcome])).toEqual(acts.map((act) => [act, "done"]));
    recorder.close();
  });

  it("are asked for again once a leg has come to the call", async () => {
    const { anas } = await open({ recording: { ofPbx: true } });
    await anas.press("Private");
    const asked = () => pbx.asked.filter((action) => action.type === "pause-recording" && action.on).length;
    await expect.poll(asked, { timeout: 10_000 }).toBe(1);
    call.transfer({ kind: "internal", person: dita.id });
    call.answer();
    await expect.poll(asked, { timeout: 10_000 }).toBeGreaterThan(1);
  });

  it("that the PBX was away for are paused once it is back, and that is on record", async () => {
    call.record();
    const { anas } = await open({ recording: { ofPbx: true } });
    simulator.goAway("for a test");
    await anas.press("Private");
    await expect.poll(() => pbx.asked.some(({ type }) => type === "pause-recording"), { timeout: 10_000 }).toBe(true);
    simulator.comeBack();
    await expect.poll(() => call.recording, { timeout: 10_000 }).toBe("paused");
    await expect.poll(() => rowsOf("recording-paused"), { timeout: 10_000 }).toMatchObject([{ outcome: "done" }]);
  });

  it("that cannot be paused hold nothing up, and that is on record", async () => {
    const { anas } = await openListened("Visible", {
      recording: { ofPbx: true, hook: { url: "http://127.0.0.1:9/" } },
    });
    await anas.press("Private");
    expect(paths()).toBe(0);
    await expect
      .poll(() => rowsOf("recording-paused"), { timeout: 20_000 })
      .toMatchObject([
        { outcome: "failed", detail: "the PBX: the call is not recorded; the recorder: it cannot be reached" },
      ]);
  });
});

describe("R20 the limit of a private call", () => {
  it("ends it, on record, and the supervisor hears it again", async () => {
    const due: { readonly ms: number; readonly run: () => void }[] = [];
    const after: Clock["after"] = (ms, run) => {
      due.push({ ms, run });
      return systemClock.after(ms, run);
    };
    const { kim } = await openPrivate({}, { now: () => systemClock.now(), after });
    const limit = due.findLast(({ ms }) => ms > 14 * 60_000 && ms <= 15 * 60_000);
    limit?.run();
    await until(kim, /Nobody hears you/);
    expect(call.isPrivate).toBe(false);
    expect(await rowsOf("private-off")).toMatchObject([{ supervisor: "pbx", detail: "after the limit" }]);
  });

  it("is the site's to choose, and 0 is none", async () => {
    const waits: number[] = [];
    const after: Clock["after"] = (ms, run) => {
      waits.push(ms);
      return systemClock.after(ms, run);
    };
    const { anas } = await open({ policy: { hidden: "allowed", private: { limit: 0 } } }, { now: Date.now, after });
    await anas.press("Private");
    expect(call.isPrivate).toBe(true);
    expect(waits.filter((ms) => ms > 60_000)).toEqual([]);
  });
});

describe("R20 a call that is private by the PBX's word", () => {
  it("cuts at once, is marked on the board and refused in words", async () => {
    const { kim } = await open();
    await coachOpenly(kim);
    call.private(true);
    expect(paths()).toBe(0);
    await until(kim, /You hear nobody/);
    await kim.press("Leave");
    await kim.press("Calls");
    expect(kim.screen).toMatch(/# \d\d?:\d\d Ana Ruiz/);
    await kim.press("Listen");
    expect(kim.text()).toMatch(/This call is private now. Nobody else may hear it./);
  });

  it("before the answer is private after it", async () => {
    call.hangUp();
    call = simulator.incoming({ to: ana.id, number: "+44155502", name: "Max Doe" });
    call.private(true);
    const { kim } = await open();
    call.answer();
    await until(kim, /# \d\d?:\d\d Ana Ruiz/);
    await kim.press("Listen");
    expect(kim.text()).toMatch(/This call is private now/);
  });

  it("is kept over a transfer, and the new agent's is heard only when that is over", async () => {
    const { kim } = await open();
    await listen(kim);
    call.private(true);
    await until(kim, /You hear nobody/);
    call.transfer({ kind: "internal", person: dita.id });
    call.answer();
    await until(kim, /This call is private now/);
    expect(paths()).toBe(0);
    call.private(false);
    await until(kim, /you now hear Dita Novak/);
    expect(paths()).toBe(2);
  });

  it("set while the gateway is down is private after the start, and nothing is heard", async () => {
    const before = await open();
    await coachOpenly(before.kim);
    await bench?.stop();
    expect(paths()).toBe(3);
    call.private(true);
    const { kim } = await open();
    await until(kim, /You hear nobody/);
    expect(paths()).toBe(0);
    call.private(false);
    await until(kim, /Nobody hears you/);
  });

  it("over while the gateway is down is heard only after that is on record", async () => {
    const before = await open();
    await listen(before.kim);
    call.private(true);
    await until(before.kim, /You hear nobody/);
    await bench?.stop();
    call.private(false);
    const { kim } = await open();
    await until(kim, /Nobody hears you/);
    expect(await rowsOf("private-over")).toMatchObject([{ outcome: "allowed", supervisor: "3001" }]);
  });

  it("asked while the PBX is away is private when it is back", async () => {
    const { kim, anas } = await openListened("Visible");
    simulator.goAway("for a test");
    await anas.press("Private");
    simulator.comeBack();
    await until(kim, /You hear nobody and nobody hears you/);
    await expect.poll(() => call.isPrivate, { timeout: 10_000 }).toBe(true);
    expect(paths()).toBe(0);
  });
});
