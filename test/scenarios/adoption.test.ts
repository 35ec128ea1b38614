import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { AuditEntry, CallId, Config, PbxAction, PbxEvent, SupervisionId } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { type BusyLight, GatewayBench, people, phoneOf, until } from "./bench.ts";
import { GatedPbx } from "./gated-pbx.ts";

let data: string;
let inner: SimulatorPbx;
let pbx: GatedPbx;
let call: CallHandle;
let running: GatewayBench | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "earshot-runs-"));
  inner = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  pbx = new GatedPbx(inner);
  call = inner.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  // Nobody comes for it any more: what is left is ended, and its lease with it.
  inner.restart();
  await rm(data, { recursive: true, force: true });
});

interface Run {
  readonly bench: GatewayBench;
  readonly phone: YealinkPhone;
  readonly light: BusyLight;
}

/** A gateway on the same folder and the same PBX as the one before it, which was stopped. */
async function run(config: Partial<Config> = {}): Promise<Run> {
  await running?.stop();
  const bench = new GatewayBench({ pbx, config: { data, ...config } });
  running = bench;
  await bench.start();
  const light = await bench.busyLight();
  return { bench, light, phone: await bench.phone(phoneOf.kim) };
}

async function coachOpenly(phone: YealinkPhone): Promise<void> {
  await phone.press("Coach");
  await phone.press("Go on");
  await until(phone, /Coaching Ana Ruiz/);
  await phone.press("Unmute");
  await until(phone, /Ana Ruiz hears you/);
}

const hears = (listener: string): boolean =>
  inner
    .hearing()
    .some((one) => one.listener === listener && one.speaker !== call.agentLeg && one.speaker !== call.otherLeg);
const agentHears = (): boolean => hears(call.agentLeg);

async function rowsOf(bench: GatewayBench): Promise<readonly string[]> {
  return (await bench.gateway.audit({ limit: 1_000 })).map(rowText);
}

function rowText({ act, outcome, mode, mic, ending }: AuditEntry): string {
  return [act, outcome, mode, mic, ending].filter(Boolean).join(" ");
}

describe("a restart inside the lease adopts what is at the PBX", () => {
  it("an open coach goes on without a gap; page and lamp say so, and every key works", async () => {
    await coachOpenly((await run()).phone);
    let silent = false;
    pbx.onEvent = () => {
      silent ||= !agentHears();
    };
    const { bench, phone, light } = await run();
    await until(phone, /Ana Ruiz hears you/);
    expect(phone.title()).toBe("Coaching Ana Ruiz");
    await light.until(() => (light.last("/lamp") as { mic?: string } | undefined)?.mic === "open");
    expect(light.last("/lamp")).toMatchObject({ lamp: "coach", supervisors: [{ name: kim.name, mode: "coach" }] });
    expect(silent).toBe(false);
    expect(await rowsOf(bench)).toContain("adopted done coach open");

    await phone.press("Mute");
    expect(phone.text()).toMatch(/Nobody hears you/);
    expect(agentHears()).toBe(false);
    await phone.press("Join");
    await phone.press("Unmute");
    await until(phone, /Everybody on the call hears you/);
    await phone.press("Leave");
    expect(phone.text()).toMatch(/You have left the call/);
    expect(inner.hearing().length).toBe(2);
    expect(await rowsOf(bench)).toContain("ended ended join muted left");
  });

  it("the agent is not told again of a supervisor of whom they know", async () => {
    await coachOpenly((await run()).phone);
    const { phone, light } = await run();
    await until(phone, /Ana Ruiz hears you/);
    await phone.press("Leave");
    await light.until(() => (light.last("/lamp") as { lamp?: string } | undefined)?.lamp === "off");
    expect(light.heard.filter(({ topic }) => topic.endsWith("/notice"))).toEqual([]);
  });

  it("R5 a hidden listen stays hidden", async () => {
    const before = await run();
    await before.phone.press("Listen");
    await before.phone.press("Hidden");
    await until(before.phone, /Nobody hears you/);
    const { bench, phone, light } = await run();
    await until(phone, /Nobody hears you/);
    expect(phone.text()).not.toMatch(/can see you/);
    await light.until(() => light.last("/lamp") !== undefined);
    expect(light.last("/lamp")).toMatchObject({ lamp: "off", supervisors: [] });
    const agents = await bench.phone(phoneOf.ana);
    expect(agents.text()).not.toContain(kim.name);
  });

  it("R5 a hidden listen is ended where the site has forbidden Hidden meanwhile", async () => {
    const before = await run();
    await before.phone.press("Listen");
    await before.phone.press("Hidden");
    await until(before.phone, /Nobody hears you/);
    const { bench } = await run({ policy: { hidden: "forbidden" } });
    await ended(bench, "forbidden");
    expect(inner.hearing().length).toBe(2);
  });

  it("a supervisor whose phone was given to somebody else is not adopted", async () => {
    await coachOpenly((await run()).phone);
    const { bench } = await runWithoutPhones();
    await ended(bench, "not-allowed");
    await expect.poll(() => inner.hearing().length).toBe(2);
  });
});

describe("when the record and the PBX do not agree, the audio is cut", () => {
  it("a mouth that the record says is muted is taken away", async () => {
    const before = await run();
    await coachOpenly(before.phone);
    pbx.pretend("close-mouth");
    await before.phone.press("Mute");
    expect(agentHears()).toBe(true);
    pbx.unpretend("close-mouth");
    const { phone } = await run();
    await until(phone, /Nobody hears you/);
    expect(agentHears()).toBe(false);
    expect(phone.title()).toBe("Coaching Ana Ruiz");
  });

  it("an open mic of the record opens no mouth that the PBX has not", async () => {
    await coachOpenly((await run()).phone);
    await meanwhile({ type: "close-mouth", supervision: supervision() });
    let heard = false;
    pbx.onEvent = () => {
      heard ||= agentHears();
    };
    const { bench, phone } = await run();
    await until(phone, /Nobody hears you/);
    await phone.refresh();
    expect([heard, agentHears()]).toEqual([false, false]);
    expect(await rowsOf(bench)).toContain("adopted done coach muted");
    expect(pbx.asked.filter(({ type }) => type === "open-mouth").length).toBe(1);
  });

  it("a mouth for everybody is taken away where the record says coach", async () => {
    await coachOpenly((await run()).phone);
    const leg = call.agentLeg;
    await meanwhile({ type: "open-mouth", supervision: supervision(), leg, agent: ana.id, reach: "everyone" });
    expect(hears(call.otherLeg)).toBe(true);
    const { phone } = await run();
    await until(phone, /Nobody hears you/);
    expect([agentHears(), hears(call.otherLeg)]).toEqual([false, false]);
  });

  it("a Leave that is on record is done, whatever the PBX still has", async () => {
    const before = await run();
    await coachOpenly(before.phone);
    pbx.fail("end");
    await before.phone.press("Leave");
    expect(agentHears()).toBe(true);
    await running?.stop();
    pbx.unfail("end");
    const { bench } = await run();
    await expect.poll(() => inner.hearing().length).toBe(2);
    await ended(bench, "left");
    expect((await rowsOf(bench)).filter((row) => row.startsWith("ended")).length).toBe(1);
  });

  it("an open mic is muted where the agent's leg has come into another conversation", async () => {
    await coachOpenly((await run()).phone);
    await running?.stop();
    running = undefined;
    const start = pbx.start.bind(pbx);
    pbx.start = (sink) =>
      start((event) => {
        if (event.type !== "pbx-snapshot") return sink(event);
        const calls = event.snapshot.calls.map((one) => ({ ...one, id: `${one.id}-other` as CallId }));
        sink({ ...event, snapshot: { ...event.snapshot, calls } });
      });
    const { phone } = await run();
    await until(phone, /Nobody hears you/);
    expect(agentHears()).toBe(false);
  });

  it("a Hide whose row came too late was refused: the supervision is visible after a restart", async () => {
    const { bench, phone } = await run();
    await phone.press("Listen");
    await phone.press("Visible");
    await until(phone, /can see you/);
    const lock = new Database(join(data, "audit.db"), { timeout: 5_000 });
    lock.exec("BEGIN EXCLUSIVE");
    await phone.press("Hide");
    expect(phone.text()).toMatch(/record cannot be written/);
    lock.exec("COMMIT");
    lock.close();
    await expect.poll(async () => (await rowsOf(bench)).some((row) => row.startsWith("hide failed"))).toBe(true);
    const next = await run();
    await until(next.phone, /can see you/);
  });

  it("what the PBX has and the record has not is ended and recorded", async () => {
    const { bench } = await run();
    await bench.stop();
    await rm(join(data, "audit.db"));
    const next = await run();
    const id = "feedfacefeedfacefeed";
    const { extension } = kim;
    await inner.execute({ type: "ring", supervision: id as never, extension, from: "x", mac: "x", answer: "ring" });
    await ended(next.bench, "lost");
    expect(inner.hearing().length).toBe(2);
  });

  it("what the record has and the PBX has not is closed as lost, once", async () => {
    await coachOpenly((await run()).phone);
    await meanwhile({ type: "end", supervision: supervision(), ending: "left" });
    const { bench, phone } = await run();
    await ended(bench, "lost");
    await phone.refresh();
    const third = await run();
    expect((await rowsOf(third.bench)).filter((row) => row.startsWith("ended"))).toEqual([
      "ended ended coach open lost",
    ]);
  });
});

describe("before the PBX has said what is left, nothing is done to it, and nothing is said of it", () => {
  /** The next gateway hears `first` from the PBX; the snapshot comes when the returned function is called. */
  function holdSnapshot(first?: PbxEvent): () => void {
    let release = (): void => {};
    const start = pbx.start.bind(pbx);
    pbx.start = (sink) => {
      if (first) sink(first);
      return start((event) => {
        if (event.type === "pbx-snapshot") release = () => sink(event);
        else sink(event);
      });
    };
    return () => release();
  }

  async function coachOpenThenRestart(first?: PbxEvent): Promise<Run & { keys: Map<string, string>; release(): void }> {
    const before = await run();
    await coachOpenly(before.phone);
    const keys = new Map(before.phone.keys().map((key) => [key, new URL(before.phone.keyUrl(key) ?? "").pathname]));
    await before.bench.stop();
    const release = holdSnapshot(first);
    return { ...(await run()), keys, release };
  }

  async function pressOld({ bench, phone, keys }: Run & { keys: Map<string, string> }, key: string): Promise<void> {
    await phone.get(new URL(keys.get(key) ?? "", await bench.launcher(phoneOf.kim)).href);
  }

  it("a Mute of the page before is kept: muted with the snapshot", async () => {
    const at = await coachOpenThenRestart();
    await pressOld(at, "Mute");
    expect(pbx.asked.filter(({ type }) => type === "close-mouth")).toEqual([]);
    at.release();
    await until(at.phone, /Nobody hears you/);
    expect(agentHears()).toBe(false);
  });

  it("a Leave of the page before is kept: ended with the snapshot, once", async () => {
    const at = await coachOpenThenRestart();
    await pressOld(at, "Leave");
    expect((await rowsOf(at.bench)).filter((row) => row.startsWith("ended"))).toEqual([]);
    at.release();
    await ended(at.bench, "left");
    expect((await rowsOf(at.bench)).filter((row) => row.startsWith("ended")).length).toBe(1);
    expect(inner.hearing().length).toBe(2);
  });

  it("a connection that fails first is no reason to say that the mic was muted", async () => {
    const at = await coachOpenThenRestart({ type: "pbx-away", why: "nobody answers" });
    expect((await rowsOf(at.bench)).filter((row) => row.startsWith("mute"))).toEqual([]);
    at.release();
    await until(at.phone, /Ana Ruiz hears you/);
    expect(agentHears()).toBe(true);
  });
});

/** Stops the gateway, and has the PBX changed by another hand before the next one comes. */
async function meanwhile(action: PbxAction): Promise<void> {
  await running?.stop();
  await inner.start(() => {});
  expect(await inner.execute(action)).toEqual({ ok: true });
  await inner.stop();
}

function supervision(): SupervisionId {
  const ring = pbx.asked.find((action) => action.type === "ring");
  if (!ring) throw new Error("nothing was rung");
  return ring.supervision;
}

async function ended(bench: GatewayBench, ending: string): Promise<void> {
  await expect
    .poll(async () => (await rowsOf(bench)).some((row) => row.endsWith(ending)), { timeout: 10_000 })
    .toBe(true);
}

async function runWithoutPhones(): Promise<{ bench: GatewayBench }> {
  await running?.stop();
  const bench = new GatewayBench({ pbx, config: { data, phones: [] } });
  running = bench;
  await bench.start();
  return { bench };
}
