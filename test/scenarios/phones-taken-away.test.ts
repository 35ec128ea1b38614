import { join } from "node:path";
import Database from "libsql";
import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Clock, Phone } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { ana, kim } from "../unit/core/world.ts";
import { FakeAri } from "../unit/pbx/fake-ari.ts";
import { GatewayBench, listen, people, phoneOf, until } from "./bench.ts";
import { GatedPbx } from "./gated-pbx.ts";

const who = "os:root";
const mac = { kims: "805ec0aa5001" as Phone["mac"], other: "805ec0aa5002" as Phone["mac"] } as const;

let simulator: SimulatorPbx;
let pbx: GatedPbx;
let bench: GatewayBench;
let call: CallHandle;

/** While it is stopped, nothing that is waited for by the clock ever comes. */
let stopped = false;
const clock: Clock = { ...systemClock, after: (ms, run) => (stopped ? () => {} : systemClock.after(ms, run)) };

beforeEach(async () => {
  stopped = false;
  simulator = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  pbx = new GatedPbx(simulator);
  bench = new GatewayBench({ pbx, clock });
  await bench.start();
  await bench.busyLight();
  const wish = { mac: mac.kims, vendor: "yealink", model: "T46U", extension: kim.extension, answer: "auto" };
  expect(await bench.gateway.phonesBook().add(who, wish)).toMatchObject({ ok: true });
  call = simulator.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
});

afterEach(() => {
  stopped = false;
  return bench.stop();
});

const soon = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
const statusOf = async (url: string): Promise<number> => (await request(url)).statusCode;
const ofCall = (voice: string): boolean => voice === call.agentLeg || voice === call.otherLeg;
/** What a supervisor hears, and who hears them. */
const beside = () => simulator.hearing().filter(({ listener, speaker }) => !ofCall(listener) || !ofCall(speaker));
const theirs = () => simulator.hearing().filter(({ listener, speaker }) => ofCall(listener) && ofCall(speaker));
const ends = async (): Promise<unknown> =>
  (await bench.gateway.audit({ act: "ended" })).map(({ supervisor, ending }) => [supervisor, ending]);
const standing = async (): Promise<string> => (await bench.gateway.status()).pbx;

/** Kim coaches Ana with an open mouth at that phone. @returns the address of its pages. */
async function openCoach(): Promise<string> {
  const page = await bench.phone(mac.kims);
  await listen(page, "Visible");
  await until(page, /Ana Ruiz can see you/);
  await page.press("Coach");
  await until(page, /Coaching/);
  await page.press("Unmute");
  await until(page, /Ana Ruiz hears you/);
  return bench.launcher(mac.kims);
}

const acts: readonly (readonly [string, () => Promise<{ readonly ok: boolean }>])[] = [
  ["is retired", () => bench.gateway.phonesBook().retire(who, mac.kims)],
  ["is replaced", () => bench.gateway.phonesBook().replace(who, mac.kims, { mac: mac.other, model: "T54W" })],
  ["gets another key", () => rotated()],
  ["is given to somebody else", () => bench.gateway.phonesBook().change(who, mac.kims, { extension: "3003" })],
];

const rotated = (): Promise<{ readonly ok: boolean }> => bench.gateway.phonesBook().rotate(who, mac.kims);

it("R19 a phone that gets another key is heard no longer at once, though a press of before is still being worked on", async () => {
  await openCoach();
  const page = await bench.phone(mac.kims);
  pbx.shut("open-mouth");
  stopped = true;
  const pressed = page.press("Join").catch(() => undefined);
  await soon(() => pbx.asked.filter(({ type }) => type === "open-mouth")).toHaveLength(2);
  expect(await rotated()).toMatchObject({ ok: true });
  await soon(beside).toEqual([]);
  stopped = false;
  await pressed;
  await soon(ends).toEqual([[kim.id, "left"]]);
});

describe("a phone at which its person supervises while the PBX is away", () => {
  it.each(acts)(
    "has a dead key at once where it %s, and nothing but the end is asked once the PBX is back",
    async (_, order) => {
      const old = await openCoach();
      simulator.goAway("test");
      expect(await order()).toMatchObject({ ok: true });
      expect(await statusOf(old)).toBe(404);
      // The PBX has the paths as long as nobody reaches it.
      expect(beside()).not.toEqual([]);
      const asked = pbx.asked.length;
      simulator.comeBack();
      await soon(beside).toEqual([]);
      await soon(ends).toEqual([[kim.id, "left"]]);
      const since = pbx.asked.slice(asked).map(({ type }) => type);
      expect(since.filter((type) => !["end", "close-mouth", "detach-ear"].includes(type))).toEqual([]);
      expect(theirs()).toHaveLength(2);
    },
  );

  it("begins nothing where it gets another key while its leg is on its way", async () => {
    const page = await bench.phone(mac.kims);
    pbx.shut("ring");
    await page.press("Listen");
    const pressed = page.press("Hidden");
    await soon(() => pbx.asked.map(({ type }) => type)).toEqual(["ring"]);
    simulator.goAway("test");
    expect(await rotated()).toMatchObject({ ok: true });
    simulator.comeBack();
    pbx.open("ring");
    await pressed.catch(() => undefined);
    await soon(ends).toEqual([[kim.id, "left"]]);
    expect(beside()).toEqual([]);
  });

  it("waits for no next call any more where it gets another key", async () => {
    const page = await bench.phone(mac.kims);
    await listen(page, "Hidden");
    call.hangUp();
    await until(page, /The call of Ana Ruiz is over/);
    await page.press("Follow");
    simulator.goAway("test");
    expect(await rotated()).toMatchObject({ ok: true });
    simulator.comeBack();
    const asked = pbx.asked.length;
    simulator.incoming({ to: ana.id, number: "+44155502", name: "John Doe" }).answer();
    const other = await bench.phone(phoneOf.max);
    await listen(other, "Hidden");
    // Max listens from press to sound by now: whoever had waited would have been rung.
    expect(pbx.asked.slice(asked).filter(({ type }) => type === "ring")).toHaveLength(1);
  });

  it("R19 also while the record is frozen: its key is dead, and it hears nobody once the PBX is back", async () => {
    const old = await openCoach();
    const lock = new Database(join(await bench.data, "audit.db"), { timeout: 5_000 });
    lock.exec("BEGIN EXCLUSIVE");
    onTestFinished(() => void lock.close());
    simulator.goAway("test");
    const retired = bench.gateway.phonesBook().retire(who, mac.kims);
    await soon(() => statusOf(old)).toBe(404);
    simulator.comeBack();
    await soon(beside).toEqual([]);
    lock.exec("COMMIT");
    expect(await retired).toMatchObject({ ok: true });
    await soon(ends).toEqual([[kim.id, "left"]]);
  });

  it("ends with its person, whoever removes them", async () => {
    const nora = { extension: "3050", name: "Nora New", role: "team-manager", teams: ["support"] };
    expect(await bench.gateway.people().add(who, nora)).toMatchObject({ ok: true });
    expect(await bench.gateway.phonesBook().change(who, mac.kims, { extension: "3050" })).toMatchObject({ ok: true });
    const old = await openCoach();
    simulator.goAway("test");
    expect(await bench.gateway.people().remove(who, "3050")).toMatchObject({ ok: true });
    expect(await statusOf(old)).toBe(404);
    simulator.comeBack();
    await soon(beside).toEqual([]);
    await soon(async () => (await bench.gateway.audit({ act: "ended" })).length).toBe(1);
  });
});

describe("a gateway that starts while the PBX is away", () => {
  /** Another gateway with the data of this one, which stops. */
  async function another(start: (pbx: GatedPbx) => void = () => {}): Promise<void> {
    const before = bench;
    onTestFinished(() => before.stop());
    await before.gateway.stop();
    pbx = new GatedPbx(simulator);
    start(pbx);
    bench = new GatewayBench({ pbx, clock, config: { data: await before.data } });
    await bench.start();
  }

  it("takes up nothing of a phone that gets another key until it is there", async () => {
    await openCoach();
    await another((one) => one.startAway());
    expect(await standing()).toBe("starting");
    const old = await bench.launcher(mac.kims);
    expect(await rotated()).toMatchObject({ ok: true });
    expect(await statusOf(old)).toBe(404);
    pbx.arrive();
    await soon(beside).toEqual([]);
    await soon(ends).toEqual([[kim.id, "left"]]);
    expect(theirs()).toHaveLength(2);
  });

  it("knows of a phone that got another key while the one before had lost the PBX", async () => {
    await openCoach();
    simulator.goAway("test");
    expect(await rotated()).toMatchObject({ ok: true });
    await another();
    await soon(beside).toEqual([]);
    await soon(ends).toEqual([[kim.id, "left"]]);
  });
});

describe("an Asterisk that nobody reaches while a phone changes", () => {
  let ari: FakeAri;
  let asterisk: GatewayBench;

  beforeEach(async () => {
    ari = new FakeAri();
    const account = { url: await ari.start(), username: "earshot", password: "tulip" };
    asterisk = new GatewayBench({ config: { pbx: { kind: "asterisk", ari: account, endpoint: "PJSIP/{extension}" } } });
    await asterisk.start();
    await asterisk.busyLight();
    ari.add("1.1", "PJSIP/trunk-00000001", { caller: { name: "Carla", number: "+49301" } });
    ari.add("1.2", "PJSIP/2001-00000002", { linkedid: "1.1" });
    ari.join("talk", "1.1", "1.2");
    ari.variables.set("PJSIP_ENDPOINT(3001,aors)", "3001");
    ari.variables.set("PJSIP_AOR(3001,contact)", "3001;@1");
    ari.variables.set("PJSIP_CONTACT(3001;@1,uri)", "sip:3001@127.0.0.1:5060");
  });

  afterEach(async () => {
    await asterisk.stop();
    await ari.stop();
  });

  const ours = (part = /./): string[] =>
    [...ari.channels.keys(), ...ari.bridges.keys()].filter((id) => id.startsWith("es-") && part.test(id));

  it.each([
    ["is retired", "retire"],
    ["gets another key", "rotate"],
  ] as const)("has nothing of a supervision left once it is back, where the phone %s", async (_, act) => {
    const book = asterisk.gateway.phonesBook();
    const wish = { mac: mac.kims, vendor: "yealink", model: "T46U", extension: kim.extension, answer: "auto" };
    expect(await book.add(who, wish)).toMatchObject({ ok: true });
    const page = await asterisk.phone(mac.kims);
    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    const pressed = page.press("Visible");
    await soon(() => ours(/-leg$/)).toHaveLength(1);
    ari.answer(ours(/-leg$/)[0] ?? "");
    await pressed;
    await until(page, /Ana Ruiz can see you/);
    await page.press("Coach");
    await until(page, /Coaching/);
    await page.press("Unmute");
    await soon(() => ours(/-agent-/)).toHaveLength(1);
    const old = await asterisk.launcher(mac.kims);
    await ari.unplug();
    await soon(async () => (await asterisk.gateway.status()).pbx).toBe("away");
    expect(await book[act](who, mac.kims)).toMatchObject({ ok: true });
    expect(await statusOf(old)).toBe(404);
    expect(ours(/-ear/)).not.toEqual([]);
    const asked = ari.requests.length;
    await ari.plug();
    await soon(ours).toEqual([]);
    const opened = ari.requests.slice(asked).filter((line) => /^POST .*(?:snoop|addChannel|-leg)/.test(line));
    expect(opened).toEqual([]);
    expect([...ari.channels.keys()].sort()).toEqual(["1.1", "1.2"]);
    await soon(async () => (await asterisk.gateway.audit({ act: "ended" })).map(({ ending }) => ending)).toEqual([
      "left",
    ]);
  });
});

it("no phone is changed before what an earlier run left there could be ended", async () => {
  await openCoach();
  const before = bench;
  onTestFinished(() => before.stop());
  await before.gateway.stop();
  const said: string[] = [];
  /** Looked at while the control is made, which is there a moment later. */
  class Early extends GatedPbx {
    get routing(): SimulatorPbx["routing"] {
      try {
        bench.gateway.phonesBook();
        said.push("there");
      } catch (error) {
        said.push(String(error));
      }
      return simulator.routing;
    }
  }
  bench = new GatewayBench({ pbx: new Early(simulator), clock, config: { data: await before.data } });
  await bench.start();
  expect(said[0]).toMatch(/the phones are not known yet/);
  expect(await rotated()).toMatchObject({ ok: true });
  await soon(beside).toEqual([]);
});
