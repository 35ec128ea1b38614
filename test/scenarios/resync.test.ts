import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { controlClient } from "../../src/cli/index.ts";
import { systemClock } from "../../src/clock/index.ts";
import type { Capability, Config, NotifyTarget, Phone, PhoneFilesRow, Pushed } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { readYealink } from "../contract/provisioning/strict-yealink.ts";
import { dataFolder } from "../lab/data-folder.ts";
import { fetchAsPhone } from "../lab/phones/boot-phone.ts";
import { freePorts } from "../lab/ports.ts";
import { ana, ben, kim } from "../unit/core/world.ts";
import { GatewayBench, people } from "./bench.ts";

const desk = (mac: string, vendor: string, model: string, owner: Phone["owner"]): Phone => ({
  ...{ mac: mac as Phone["mac"], vendor, model, owner, answer: "ring" },
});
const anas = desk("805ec0aa2001", "yealink", "T46U", ana.id);
const bens = desk("0004f2aa2002", "polycom", "VVX411", ben.id);
const kims = desk("805ec0aa3001", "yealink", "T54W", kim.id);
const desks = [anas, bens, kims];

/** A simulator that can send a NOTIFY, as a PBX with AMI can. */
class NotifyingPbx extends SimulatorPbx {
  readonly sent: { readonly to: NotifyTarget; readonly notification: object }[] = [];
  readonly unregistered = new Set<string>();
  able = true;

  override capabilities(): ReadonlySet<Capability> {
    return new Set([...super.capabilities(), ...(this.able ? (["notify-push"] as const) : [])]);
  }

  async notify(to: NotifyTarget, notification: object): Promise<Pushed> {
    if (this.unregistered.has(to.mac)) return { outcome: "failed", why: "the phone is not registered", again: true };
    this.sent.push({ to, notification });
    return { outcome: "sent" };
  }

  get macs(): readonly string[] {
    return this.sent.map(({ to }) => to.mac);
  }
}

const newPbx = () => new NotifyingPbx({ people, seed: 1, clock: systemClock, script: "manual" });

describe("an order to read the configuration again, at a whole gateway", () => {
  let pbx: NotifyingPbx;
  let bench: GatewayBench;
  let client: ReturnType<typeof controlClient>;

  beforeAll(async () => {
    pbx = newPbx();
    bench = new GatewayBench({ pbx, config: { phones: desks } });
    await bench.start();
    client = controlClient(await bench.data);
  });
  afterAll(() => bench.stop());

  it.each([
    ["nothing at all", { macs: [] }, "Say which phones: "],
    ["a phone that there is not", { macs: [anas.mac, "805ec0aa9999"] }, "There is no phone 805ec0aa9999"],
    [
      "a team that there is not",
      { macs: [], team: "suport" },
      "No phone is of the team suport; nothing is sent. Did you",
    ],
    ["a make that there is not", { macs: [], vendor: "yaelink" }, "Did you mean yealink?"],
    ["a model that there is not", { macs: [], model: "T46X" }, "No phone is of the model T46X; nothing is sent."],
    [
      "what has changed, where another provisioner serves it",
      { macs: [], changed: true },
      "another provisioner serves",
    ],
  ])("is refused in words for %s, and nothing is sent", async (_, wish, sentence) => {
    expect(await client.resync(wish)).toEqual({ ok: false, sentence: expect.stringContaining(sentence) });
    expect(pbx.sent).toEqual([]);
  });

  it("is refused in words while the PBX cannot send it", async () => {
    pbx.able = false;
    expect(await client.resync({ macs: [], all: true })).toMatchObject({
      sentence: expect.stringContaining("pbx.ami"),
    });
    pbx.able = true;
    expect(pbx.sent).toEqual([]);
  });

  it.each([
    ["a team", { team: "support" }, [anas.mac, kims.mac]],
    ["a role", { role: "agent" }, [anas.mac, bens.mac]],
    ["a make", { vendor: "polycom" }, [bens.mac]],
    ["a model, of those named", { model: "T46U", macs: [anas.mac, kims.mac] }, [anas.mac]],
    ["all", { all: true }, [anas.mac, bens.mac, kims.mac]],
  ] as const)("reaches %s, and nobody else", async (_, wish, macs) => {
    const before = pbx.sent.length;
    const done = await client.resync({ macs: [], spread: 0, ...wish });
    expect(done.ok && done.value.phones.map(({ mac }) => mac)).toEqual(macs);
    await vi.waitUntil(() => pbx.sent.length === before + macs.length, { timeout: 10_000 });
    expect(pbx.macs.slice(before)).toEqual(macs);
    expect(pbx.sent.at(-1)?.notification).toEqual({ event: "check-sync" });
  });

  it("tells of a phone that it is not registered; of another's files it knows nothing", async () => {
    pbx.unregistered.add(anas.mac);
    expect(await client.resync({ macs: ["80:5E:C0:AA:20:01"] })).toMatchObject({ ok: true });
    const resync = async () => {
      const rows = await client.phoneFiles();
      return rows.ok ? rows.value.find(({ mac }) => mac === anas.mac)?.resync : undefined;
    };
    await vi.waitUntil(async () => (await resync())?.state === "failed", { timeout: 10_000 });
    expect(await resync()).toMatchObject({ why: "the phone is not registered" });
    const rows = await client.phoneFiles();
    expect(rows.ok && rows.value[0]).toMatchObject({ files: { kind: "served-elsewhere" } });
    expect(rows.ok && rows.value[0]).not.toHaveProperty("given");
  });
});

describe("after a change, earshot that serves phones", () => {
  const folder = dataFolder("resync");
  // Files hold the gateway's address: it has to be the same after a restart.
  const port = freePorts(1, 1);
  let bench: GatewayBench;
  let pbx: NotifyingPbx;

  const start = async (again?: GatewayBench): Promise<GatewayBench> => {
    pbx = newPbx();
    const layers = join(await folder, "layers");
    mkdirSync(join(layers, "yealink", "phones"), { recursive: true });
    const provisioning: Config["provisioning"] = { mode: "overlay", serve: true, folder: layers };
    const http = { listen: { host: "127.0.0.1", port: await port }, publicUrl: `http://127.0.0.1:${await port}` };
    const made = new GatewayBench({
      pbx,
      config: { http, phones: desks, provisioning, ...(again && { data: await again.data }) },
    });
    await made.start();
    return made;
  };
  const standing = async (): Promise<Readonly<Record<string, string | undefined>>> =>
    Object.fromEntries((await bench.gateway.phoneFiles()).map(({ mac, files }) => [mac, files?.kind]));
  const row = async (mac: string): Promise<PhoneFilesRow | undefined> =>
    (await bench.gateway.phoneFiles()).find((one) => one.mac === mac);

  it("knows over a restart which phones have other files than they would be given now, and asks those", async () => {
    bench = await start();
    const first = bench;
    const opened = await bench.gateway.enrol({ macs: desks.map(({ mac }) => mac), minutes: 30 });
    if (!opened.ok) throw new Error(opened.sentence);
    const { url } = opened.value;
    expect(await standing()).toEqual({
      ...{ [anas.mac]: "never-given", [bens.mac]: "never-given", [kims.mac]: "never-given" },
    });
    expect((await fetchAsPhone(url, `earshot-${anas.mac}.cfg`)).status).toBe(200);
    expect((await fetchAsPhone(url, `earshot-${kims.mac}.cfg`)).status).toBe(200);
    expect(await standing()).toMatchObject({ [anas.mac]: "current", [bens.mac]: "never-given", [kims.mac]: "current" });
    await bench.gateway.stop();

    writeFileSync(
      join(await folder, "layers", "yealink", "phones", `${anas.mac}.yaml`),
      "groups:\n  - about: A change for one phone.\n    set:\n      voice.vad: 1\n",
    );
    bench = await start(first);
    expect(await standing()).toEqual({
      ...{ [anas.mac]: "changed", [bens.mac]: "never-given", [kims.mac]: "current" },
    });
    const done = await bench.gateway.resync({ macs: [], changed: true });
    expect(done.ok && done.value.phones.map(({ mac }) => mac)).toEqual([anas.mac]);
    expect(pbx.macs).toEqual([anas.mac]);
    expect((await row(anas.mac))?.resync).toMatchObject({ state: "asked", fetched: false });

    const enrolled = await bench.gateway.enrol({ macs: [anas.mac], minutes: 30 });
    if (!enrolled.ok) throw new Error(enrolled.sentence);
    const userAgent = "Yealink SIP-T46U 108.86.0.90 80:5e:c0:aa:20:01";
    const file = await fetchAsPhone(enrolled.value.url, `earshot-${anas.mac}.cfg`, { userAgent });
    const read = readYealink(file.body);
    expect(read.ok && read.keys.get("voice.vad")).toBe("1");
    expect(await row(anas.mac)).toMatchObject({
      files: { kind: "current" },
      given: { names: [`earshot-${anas.mac}.cfg`], firmware: "108.86.0.90" },
      resync: { state: "asked", fetched: true },
    });
    const again = await bench.gateway.resync({ macs: [], changed: true });
    expect(again).toMatchObject({ ok: true, value: { phones: [] } });
    await bench.stop();
    await first.stop();
  });
});
