import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BusLine, controlClient } from "../../src/cli/index.ts";
import { systemClock } from "../../src/clock/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { PushPhone } from "../lab/phones/push-phone.ts";
import { Watch } from "../lab/watch.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, listen, people, phoneOf } from "./bench.ts";

const main = resolve(import.meta.dirname, "../../src/main.ts");
let bench: GatewayBench;
let kims: PushPhone;
let interrupt: AbortController;

beforeEach(async () => {
  kims = new PushPhone();
  await kims.start();
  const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const common = { vendor: "yealink", model: "T46U", answer: "auto" } as const;
  const phones = [
    { ...common, mac: phoneOf.ana, owner: ana.id },
    { ...common, mac: phoneOf.kim, owner: kim.id, push: kims.push },
  ];
  bench = new GatewayBench({ pbx, config: { phones } });
  await bench.start();
  pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
  interrupt = new AbortController();
});

afterEach(async () => {
  interrupt.abort();
  await bench.stop();
  await kims.stop();
});

/** Everything that somebody at the command line is told, as it comes. */
async function watched(query: { readonly agent?: string } = {}) {
  const lines: BusLine[] = [];
  const seen = new Watch();
  const take = (line: BusLine): void => {
    lines.push(line);
    seen.tell();
  };
  const ended = controlClient(await bench.data).watchBus(query, take, interrupt.signal);
  const until = (what: string, holds: (line: BusLine) => boolean) =>
    seen.until(
      () => lines.some(holds),
      () => `nobody was told of ${what}:\n${JSON.stringify(lines, undefined, 1)}`,
    );
  return { lines, until, ended };
}

const onTopic = (ending: string, payload: string) => (line: BusLine) =>
  line.kind === "published" && line.topic.endsWith(ending) && line.payload.includes(payload);
const handRaised = onTopic("/help", "ON");

describe("the bus, watched", () => {
  it("has what the broker keeps, what is published and how it arrived, with times, of one agent", async () => {
    const light = await bench.busyLight();
    await light.until(() => light.last("/lamp") !== undefined);
    const { lines, until } = await watched({ agent: ana.extension });
    await until("what is kept", (line) => line.kind === "kept" && line.topic.endsWith("/lamp/text"));
    await listen(await bench.phone(phoneOf.kim), "Visible");
    await until("the lamp", onTopic("/lamp", '"lamp":"listen"'));
    await until("its word", onTopic("/lamp/text", "listen"));
    await until("the notice", onTopic("/notice", "Kim Osei"));
    const confirmed = (line: BusLine) => line.kind === "delivered" && line.result === "confirmed";
    await until("the light's word", (line) => confirmed(line) && "what" in line && line.what === "notice");
    const published = lines.filter((line) => line.kind === "published");
    expect(published.every(({ accepted, ms, person }) => accepted && ms > 0 && person === ana.id)).toBe(true);
    expect(lines.find(confirmed)).toMatchObject({
      person: ana.id,
      name: "Ana Ruiz",
      by: "mqtt",
      ms: expect.any(Number),
    });
  });

  it("R12 a hidden supervision is in no line of it, though the supervisor's own topic and phone are told", async () => {
    const light = await bench.busyLight();
    const { lines, until } = await watched();
    await until("the call", (line) => "topic" in line && line.payload.includes("talking"));
    await until("the end of what is kept", (line) => "topic" in line && line.topic.endsWith("/main/state"));
    const before = lines.length;
    const phone = await bench.phone(phoneOf.kim);
    await listen(phone, "Hidden");
    await kims.until(() => kims.taken.length > 0, "the page of the session");
    await phone.press("Leave");
    await light.say("earshot/agents/2001/help/set", "ON");
    await until("the hand", handRaised);
    const since = lines.slice(before);
    expect(since.filter((line) => !handRaised(line))).toEqual([]);
    const rows = await bench.gateway.phones({ showUrls: false });
    expect(rows.find(({ mac }) => mac === phoneOf.kim)).not.toHaveProperty("lastPush");
  });

  it("says that nobody is called so", async () => {
    const { ended } = await watched({ agent: "7" });
    expect(await ended).toEqual({ ok: false, sentence: "Nobody here has the id or the extension 7." });
  });

  it("as a command: lines of JSON, and Ctrl-C ends it well", async () => {
    const data = await bench.data;
    const file = join(data, "earshot.yaml");
    const parts = [
      'http: { listen: "127.0.0.1:0", publicUrl: "http://127.0.0.1:9" }',
      `data: ${JSON.stringify(data)}`,
      "pbx: { kind: simulator }\npolicy: { hidden: forbidden }",
      'mqtt: { embedded: { listen: "127.0.0.1:0" } }\npeople: []',
    ];
    await writeFile(file, `${parts.join("\n")}\n`, { mode: 0o600 });
    const words = ["--import", "tsx", main, "bus", "watch", "--json", "--agent", "2001", "--config", file];
    const child: ChildProcess = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    const seen = new Watch();
    child.stdout?.on("data", (chunk: Buffer) => {
      out += String(chunk);
      seen.tell();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      err += String(chunk);
      seen.tell();
    });
    const exit = once(child, "exit");
    await seen.until(
      () => out.includes("/lamp/text"),
      () => `the command never said anything:\n${out}${err}`,
      50_000,
    );
    child.kill("SIGINT");
    expect([...(await exit), err]).toEqual([0, null, ""]);
    const kept = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as BusLine);
    expect(kept[0]).toMatchObject({ kind: "broker", standing: "connected" });
  });
});
