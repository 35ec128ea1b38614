import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { branchFileText } from "../../src/config/index.ts";
import { type Branch, type Config, type Phone, parseBranchId } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { loadSecrets, publicKeyText } from "../../src/store/index.ts";
import { OfficeHere } from "../lab/branch-office.ts";
import { PushPhone } from "../lab/phones/push-phone.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { freePorts } from "../lab/ports.ts";
import { ana, kim } from "../unit/core/world.ts";
import { anaAccount, GatewayBench, listen, people, phoneOf, until } from "./bench.ts";

const hamburg = parseBranchId("hamburg") ?? fail("hamburg");
function fail(what: string): never {
  throw new Error(what);
}

let anas: PushPhone;
let pbx: SimulatorPbx;
let bench: GatewayBench;
let office: OfficeHere;
let call: CallHandle;
let page: YealinkPhone;
let file: string;

/** Ana's phone is in a branch office; the gateway has its broker inside. */
beforeEach(async () => {
  anas = new PushPhone();
  await anas.start();
  const port = await freePorts(1, 1);
  const common = { vendor: "yealink", model: "T46U", answer: "auto" } as const;
  const phones: Phone[] = [
    { ...common, mac: phoneOf.ana, owner: ana.id, lampKey: 5, push: anas.push, branch: hamburg },
    { ...common, mac: phoneOf.kim, owner: kim.id },
  ];
  const mqtt = {
    kind: "embedded",
    base: "earshot",
    listen: { host: "127.0.0.1", port },
    accounts: [anaAccount],
  } as const;
  const branch: Branch = { id: hamburg, url: `mqtt://127.0.0.1:${port}` };
  const config: Partial<Config> = { phones, mqtt, branches: [branch] };
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, config });
  await bench.start();
  const { branchPassword, branchKey } = await loadSecrets(await bench.data);
  file = join(await bench.data, "branch.yaml");
  const whole = { gateway: "main", mqtt, phones } as unknown as Config;
  const secrets = { password: branchPassword(hamburg), gateway: publicKeyText(branchKey) };
  await writeFile(file, branchFileText(whole, branch, secrets), { mode: 0o600 });
  office = new OfficeHere(file);
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
  call.answer();
  page = await bench.phone(phoneOf.kim);
});

afterEach(async () => {
  await office.stop();
  await bench.stop();
  await anas.stop();
  await rm(file, { force: true });
  expect(anas.complaints).toEqual([]);
});

const lamp = (colour: string): string | undefined => anas.lamps.get(`5 ${colour}`);
const screens = (): string[] =>
  anas.taken.flatMap(({ acts }) => acts.flatMap((one) => (one.act === "screen" ? [one.text] : [])));
const labels = (): string[] =>
  anas.taken.flatMap(({ acts }) => acts.flatMap((one) => (one.act === "label" ? [one.text] : [])));

describe("a phone in a branch office", () => {
  it("R5 lights up and says who is there, by its branch alone, whose word is the confirmation", async () => {
    office.start();
    await anas.until(() => labels().length === 1, "the label of the start");
    await listen(page, "Visible");
    await until(page, /Ana Ruiz can see you/);
    await anas.until(() => lamp("GREEN") === "on", "the green lamp");
    expect(screens()).toEqual(["Kim Osei listens to your call."]);
    await page.press("Coach");
    await anas.until(() => lamp("ORANGE") === "on" && lamp("GREEN") === "off", "the orange lamp");
    await page.press("Leave");
    await anas.until(() => lamp("ORANGE") === "off", "no lamp");
    expect(screens()).toEqual(["Kim Osei listens to your call.", "Kim Osei is there to coach you."]);
    const rows = await bench.gateway.phones({ showUrls: false });
    expect(rows.find(({ mac }) => mac === phoneOf.ana)?.lastPush?.result).toEqual({ outcome: "confirmed" });
    expect(office.office.dropped).toEqual({ unsigned: 0, stale: 0, foreign: 0 });
  });

  it("R5 gets nothing at all of a hidden supervision, and its broker carries nothing of it", async () => {
    office.start();
    await anas.until(() => labels().length === 1, "the label of the start");
    const [taken, said] = [anas.taken.length, await bench.busyLight(["earshot/#"])];
    await listen(page, "Hidden");
    await page.press("Leave");
    await page.open(await bench.launcher(phoneOf.kim));
    await listen(page, "Visible");
    await anas.until(() => screens().length === 1, "the notice");
    expect(anas.taken.slice(taken).flatMap(({ acts }) => acts.map(({ act }) => act))).toEqual(
      expect.not.arrayContaining(["open"]),
    );
    expect(anas.taken.length).toBe(taken + 3);
    expect(said.heard.some(({ topic }) => topic.includes("branches"))).toBe(false);
  });

  it("R5 is not told by anybody while its branch is away, and the supervisor's page says so; it is told once it is back", async () => {
    await listen(page, "Visible");
    await until(page, /None of Ana Ruiz's devices has confirmed/);
    expect(anas.taken).toEqual([]);
    office.start();
    await anas.until(() => lamp("GREEN") === "on", "the green lamp");
    await anas.until(() => screens().length === 1, "the notice, which is still true");
  });

  it("a notice of who has left meanwhile is not shown when its branch is back", async () => {
    await listen(page, "Visible");
    await page.press("Leave");
    await page.open(await bench.launcher(phoneOf.kim));
    office.start();
    await anas.until(() => labels().length === 1 && lamp("GREEN") === "off", "lamp and label");
    await listen(page, "Visible");
    await anas.until(() => screens().length === 1, "the notice of now");
    expect(screens()).toEqual(["Kim Osei listens to your call."]);
  });

  it("no password and no page's key is in a log, in the file of the branch, or on its way", async () => {
    office.start();
    await listen(page, "Visible");
    await anas.until(() => screens().length === 1, "the notice");
    const token = /\/p\/([^/]+)/.exec(await bench.launcher(phoneOf.ana))?.[1] ?? "none";
    const { branchPassword } = await loadSecrets(await bench.data);
    const logs = [...bench.lines, ...office.lines].join("\n");
    for (const secret of [token, anas.push.password, branchPassword(hamburg)]) expect(logs).not.toContain(secret);
    for (const { body } of anas.taken) expect(body).not.toContain(token);
  });
});
