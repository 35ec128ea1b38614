import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditEntry, Listen } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana } from "../unit/core/world.ts";
import { VirtualClock } from "../unit/virtual-clock.ts";
import { GatewayBench, type Heard, people, phoneOf } from "./bench.ts";

const minutes = 20;
const secondsPerTick = 2;

/** What an agent's phone can ask for beside its launcher, presses and other people's calls among them. */
const otherPages = [
  "session",
  "board/0",
  "call/sim-1",
  "listen/sim-1",
  "do/coach/sim-1/1.AAAAAAAAAAAAAAAA",
  "do/leave/-/0.0",
];

interface Run {
  /** Every message Ana's account could get, in order. */
  readonly messages: readonly Heard[];
  /** Every page Ana's phone can read, whole, every two seconds the launcher's and every twenty all others. */
  readonly pages: readonly string[];
  readonly rows: readonly AuditEntry[];
}

let folder: string;
let listen: Listen;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A gateway with the tokens, the epoch and the port of every other one made here: nothing has to be masked. */
async function prepared(clock: VirtualClock, pbx: SimulatorPbx): Promise<GatewayBench> {
  const data = await mkdtemp(join(tmpdir(), "earshot-hidden-"));
  await cp(folder, data, { recursive: true });
  const http = { listen, publicUrl: `http://127.0.0.1:${listen.port}` };
  return new GatewayBench({ pbx, clock, answer: "ring", config: { data, http } });
}

/** What a supervisor and an administrator do to Ana's calls: all of it hidden, or refused. */
class HiddenHands {
  #tick = 0;

  constructor(
    private readonly kim: YealinkPhone,
    private readonly root: YealinkPhone,
    private readonly launchers: { readonly kim: string; readonly root: string },
  ) {}

  async work(): Promise<void> {
    this.#tick += 1;
    await this.#hand(this.kim, this.launchers.kim, this.#tick);
    await this.#hand(this.root, this.launchers.root, this.#tick + 7);
  }

  async #hand(phone: YealinkPhone, launcher: string, tick: number): Promise<void> {
    const turn = tick % 15;
    if (turn === 0) await this.#begin(phone, launcher);
    if (turn === 5 || turn === 8) await this.#ask(phone, launcher, turn === 5 ? "Coach" : "Join");
    if (turn === 12) await this.#leave(phone, launcher);
  }

  async #begin(phone: YealinkPhone, launcher: string): Promise<void> {
    await phone.open(launcher);
    // In turn Ana's call and somebody else's: a supervisor goes from one to the other.
    const wanted = this.#tick % 2 === 0 || phone === this.kim ? /Ana Ruiz/ : /Ben Okafor/;
    const row = phone.rows().findIndex((text) => wanted.test(text));
    if (row < 0) return;
    phone.select(row);
    await phone.press("Listen");
    if (phone.keys().includes("Hidden")) await phone.press("Hidden");
  }

  async #ask(phone: YealinkPhone, launcher: string, mode: "Coach" | "Join"): Promise<void> {
    await phone.open(launcher);
    if (phone.keys().includes("Leave") && phone.keys().includes(mode)) {
      await phone.press(mode);
      if (phone.keys().includes("Back")) await phone.press("Back");
      await phone.press("Coach").catch(() => undefined);
    }
  }

  async #leave(phone: YealinkPhone, launcher: string): Promise<void> {
    await phone.open(launcher);
    if (phone.keys().includes("Leave")) await phone.press("Leave");
  }
}

async function run(hidden: boolean): Promise<Run> {
  const clock = new VirtualClock();
  const pbx = new SimulatorPbx({ people, seed: 7, clock });
  const bench = await prepared(clock, pbx);
  await bench.start();
  const light = await bench.busyLight(["#", `earshot/agents/${ana.id}/#`, "earshot/gateway/+/state"]);
  const launcher = await bench.launcher(phoneOf.ana);
  const [kim, root] = [await bench.phone(phoneOf.kim), await bench.phone(phoneOf.root)];
  const launchers = { kim: await bench.launcher(phoneOf.kim), root: await bench.launcher(phoneOf.root) };
  const hands = new HiddenHands(kim, root, launchers);
  const pages: string[] = [];
  for (let second = 0; second < minutes * 60; second += secondsPerTick) {
    await clock.advance(secondsPerTick * 1000);
    if (hidden) await hands.work();
    pages.push(await (await request(launcher)).body.text());
    if (second % 20 !== 0) continue;
    for (const page of otherPages) pages.push(await (await request(launcher + page)).body.text());
  }
  const rows = (await bench.gateway.audit({ limit: 10_000 })).filter(({ supervisor }) => supervisor !== ana.id);
  // The last word on the bus: once it is heard, so is everything before it.
  const stopped = bench.gateway.stop();
  await light.until(() => light.heard.some(({ payload }) => payload === "offline"));
  await stopped;
  await bench.stop();
  return { messages: light.heard, pages, rows };
}

let without: Run;
let withHidden: Run;

beforeAll(async () => {
  listen = { host: "127.0.0.1", port: await freePort() };
  const clock = new VirtualClock();
  const first = new GatewayBench({ clock, pbx: new SimulatorPbx({ people, seed: 7, clock }) });
  await first.start();
  await first.gateway.stop();
  folder = await mkdtemp(join(tmpdir(), "earshot-same-"));
  await cp(await first.data, folder, { recursive: true });
  await first.stop();
  without = await run(false);
  withHidden = await run(true);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("R5 hidden: nothing an agent's device can read changes by a single byte", () => {
  it("the hidden run really had hidden supervisions begun, refused and ended in several ways", () => {
    const count = (holds: (row: AuditEntry) => boolean): number => withHidden.rows.filter(holds).length;
    expect(count(({ act, visibility }) => act === "listen" && visibility === "hidden")).toBeGreaterThan(10);
    expect(count(({ outcome }) => outcome === "refused")).toBeGreaterThan(0);
    expect(new Set(withHidden.rows.flatMap(({ ending }) => ending ?? []))).toEqual(new Set(["left", "call-ended"]));
    expect(withHidden.rows.filter(({ visibility }) => visibility === "visible")).toEqual([]);
    expect(without.rows.filter(({ act }) => !act.endsWith("-hand"))).toEqual([]);
  });

  it("Ana had calls that her devices were told of", () => {
    expect(without.messages.filter(({ payload }) => payload.includes('"talking"')).length).toBeGreaterThan(3);
    expect(new Set(without.messages.map(({ topic }) => topic))).toEqual(
      new Set([...["call", "lamp", "help"].map((name) => `earshot/agents/2001/${name}`), "earshot/gateway/main/state"]),
    );
  });

  it("every message is the same: topic, payload, order and count", () =>
    expect(withHidden.messages).toEqual(without.messages));

  it("every page is the same", () => expect(withHidden.pages).toEqual(without.pages));
});
