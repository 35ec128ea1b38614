import { createHash } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditEntry, Listen, Phone } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { VirtualClock } from "../unit/virtual-clock.ts";
import { Calm, type Received, replyTo, Wiretap } from "./agents-stream.ts";
import { desksOfBench, GatewayBench, people, phoneOf } from "./bench.ts";
import { HiddenHands, OpenHands } from "./hidden-hands.ts";

/** Any number: another one is another hour. */
const seed = Number(process.env["EARSHOT_HOUR"] ?? 7);
const minutes = 60;
const secondsPerTick = 4;
/** What is retained for Ana: call, lamp, the same in one word, help, and the gateway's state. */
const retained = 5;

/** What an agent's phone can ask for beside its launcher, presses and other people's calls among them. */
const otherPages = [
  "session",
  "board/0",
  "call/sim-1",
  "listen/sim-1",
  "do/coach/sim-1/1.AAAAAAAAAAAAAAAA",
  "do/leave/-/0.0",
];

interface Hour {
  /** Everything that Ana's account and her phone's key can read, in the order in which it came. */
  readonly stream: readonly Received[];
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

/** A supervisor's headset answers by itself; other phones ring, and are picked up when the simulator thinks so. */
const phones: readonly Phone[] = desksOfBench.map((phone) => ({
  ...phone,
  answer: phone.mac === phoneOf.max ? "auto" : "ring",
}));

/** A gateway with the tokens, the epoch, the port and the ids of every other one made here: nothing has to be masked. */
async function prepared(clock: VirtualClock, pbx: SimulatorPbx): Promise<GatewayBench> {
  const data = await mkdtemp(join(tmpdir(), "earshot-hidden-"));
  await cp(folder, data, { recursive: true });
  const http = { listen, publicUrl: `http://127.0.0.1:${listen.port}` };
  const made = new Map<string, number>();
  const newId = (what: string): string => {
    const number = (made.get(what) ?? 0) + 1;
    made.set(what, number);
    return createHash("sha256").update(`${what} ${number}`).digest("hex").slice(0, 24);
  };
  return new GatewayBench({ pbx, clock, newId, config: { data, http, phones } });
}

async function hour(hidden: boolean): Promise<Hour> {
  const calm = new Calm();
  const clock = new VirtualClock(undefined, () => calm.reached());
  const pbx = new SimulatorPbx({ people, seed, clock });
  const bench = await prepared(clock, pbx);
  await bench.start();
  const first = await bench.busyLight(["#"]);
  await first.until(() => first.heard.some(({ payload }) => payload === "online"));
  await calm.reached();
  const before = calm.forAna();
  const taps = [await Wiretap.connect(bench.mqtt, "acknowledges", 1), await Wiretap.connect(bench.mqtt, "does not", 0)];
  const launchers = { kim: await bench.launcher(phoneOf.kim), root: await bench.launcher(phoneOf.root) };
  const [kim, root, max] = [
    await bench.phone(phoneOf.kim),
    await bench.phone(phoneOf.root),
    await bench.phone(phoneOf.max),
  ];
  const unseen = new HiddenHands(kim, root, launchers);
  const seen = new OpenHands(max, await bench.launcher(phoneOf.max));
  const launcher = await bench.launcher(phoneOf.ana);
  const stream: Received[] = [];
  const begun = clock.now();
  const told = (): number => retained + calm.forAna() - before;
  for (let second = 0; second < minutes * 60; second += secondsPerTick) {
    await clock.advance(secondsPerTick * 1000);
    if (hidden) await unseen.work();
    await seen.work();
    await calm.reached();
    const at = clock.now() - begun;
    for (const tap of taps) stream.push(await tap.take(told(), at));
    stream.push(await replyTo(launcher, at));
    if (second % 20 === 0) for (const page of otherPages) stream.push(await replyTo(launcher + page, at));
    if (second % 300 === 0) {
      const newcomer = await Wiretap.connect(bench.mqtt, "comes later", 1);
      stream.push(await newcomer.take(retained, at));
      await newcomer.stop();
    }
  }
  const rows = await bench.gateway.audit({ limit: 100_000 });
  const stopped = bench.gateway.stop();
  for (const tap of taps) stream.push(await tap.last(told() + 1, clock.now() - begun));
  for (const tap of taps) await tap.stop();
  await stopped;
  await bench.stop();
  calm.stop();
  return { stream, rows };
}

/** Where two streams are not the same, with what is there in each; undefined where they are. */
function difference(one: readonly Received[], other: readonly Received[]): unknown {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const [here, there] = [one[index], other[index]];
    if (here?.at !== there?.at || here?.by !== there?.by || here?.bytes !== there?.bytes) return { here, there };
  }
  return undefined;
}

let without: Hour;
let withHidden: Hour;

beforeAll(async () => {
  listen = { host: "127.0.0.1", port: await freePort() };
  const clock = new VirtualClock();
  const first = new GatewayBench({ clock, pbx: new SimulatorPbx({ people, seed, clock }) });
  await first.start();
  await first.gateway.stop();
  folder = await mkdtemp(join(tmpdir(), "earshot-same-"));
  await cp(await first.data, folder, { recursive: true });
  await first.stop();
  without = await hour(false);
  withHidden = await hour(true);
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const ofVisibility = ({ rows }: Hour, wanted: AuditEntry["visibility"]) =>
  rows.filter(({ act, outcome, visibility }) => act === "listen" && outcome === "allowed" && visibility === wanted);

describe(`R5 hidden: an hour of all that an agent's credentials can read (EARSHOT_HOUR=${seed})`, () => {
  it("one hour really had hidden supervisions begun, refused and ended; the other had none", () => {
    expect(ofVisibility(withHidden, "hidden").length).toBeGreaterThan(10);
    expect(withHidden.rows.filter(({ outcome }) => outcome === "refused").length).toBeGreaterThan(0);
    expect(withHidden.rows.flatMap(({ ending }) => ending ?? [])).toContain("left");
    expect(without.rows.filter(({ visibility }) => visibility === "hidden")).toEqual([]);
  });

  it("in both of them Ana had calls, visible supervisors, and notices of them", () => {
    expect(ofVisibility(without, "visible").length).toBeGreaterThan(1);
    expect(ofVisibility(withHidden, "visible").length).toBe(ofVisibility(without, "visible").length);
    const all = without.stream.map(({ bytes }) => bytes).join("");
    for (const part of ['"talking"', '"coach"', '"join"', "/notice", "Max Muster"]) expect(all).toContain(part);
  });

  it("number, order, moments and sizes are the same", () => {
    const sizes = ({ stream }: Hour) => stream.map(({ at, by, bytes }) => `${at} ${by} ${bytes.length}`);
    expect(sizes(withHidden)).toEqual(sizes(without));
  });

  it("every byte from the broker is the same", () => {
    const ofBroker = ({ stream }: Hour) => stream.filter(({ by }) => !by.startsWith("GET"));
    expect(difference(ofBroker(without), ofBroker(withHidden))).toBeUndefined();
  });

  it("every byte of every reply is the same, status and headers with it", () => {
    const replies = ({ stream }: Hour) => stream.filter(({ by }) => by.startsWith("GET"));
    expect(difference(replies(without), replies(withHidden))).toBeUndefined();
    expect(replies(without)[0]?.bytes).toMatch(
      /^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*date: Mon, 05 Jan 2026 09:00:0\d GMT\r\n/,
    );
  });

  it("a single byte, moment or reply more would be told", () => {
    const [one, ...others] = without.stream;
    const changed = { at: 0, by: "", bytes: "", ...one };
    expect(difference(without.stream, [{ ...changed, bytes: `${changed.bytes} ` }, ...others])).toBeDefined();
    expect(difference(without.stream, [{ ...changed, at: changed.at + 1 }, ...others])).toBeDefined();
    expect(difference(without.stream, [...without.stream, changed])).toBeDefined();
  });
});
