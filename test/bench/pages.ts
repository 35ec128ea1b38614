import { setTimeout as pause } from "node:timers/promises";
import { AriServer } from "./ari-server.ts";
import { Child, type Usage } from "./child.ts";
import { crowd, liveCalls, MOST_CALLS, supervisors } from "./crowd.ts";
import { ariPbx, Earshot } from "./earshot.ts";
import { Line } from "./line.ts";
import { figure, type Row, ratio } from "./table.ts";
import { Throughput } from "./throughput.ts";

const LOADS = [100, 1_000, MOST_CALLS];
const ROUNDS = 3;
const WARM_UP_MS = 1_000;
const ROUND_MS = 2_000;

interface Pace {
  readonly perSecond: number;
  readonly cpuMs: number;
}

/**
 * 4 and a part of 5 and 6: board pages over kept-alive connections of several phones at once, and memory, with ever more
 * live calls. The gateway reads the calls from the lists of the bench's ARI server, as after a reconnect.
 */
export async function pages(): Promise<Row[]> {
  const ari = new AriServer();
  const throughput = new Throughput();
  const missing = await throughput.start();
  const mqtt = missing === undefined ? throughput.mqtt : {};
  const earshot = new Earshot({ pbx: ariPbx(await ari.start()), people: crowd(), phones: supervisors, ...mqtt });
  const floor = Child.script("floor-pages.ts");
  const rows: Row[] = [];
  const cpu: number[] = [];
  try {
    await earshot.start();
    const origin = await floor.start();
    const launchers = supervisors.map((extension) => earshot.launcher(extension));
    const floorUrls = launchers.map((url) => `${origin}${new URL(url).pathname}`);
    await shows(launchers[0] ?? "", 0);
    const empty = await earshot.process.usage(true);
    for (const load of LOADS) {
      ari.list(liveCalls(load));
      const document = await shows(launchers[0] ?? "", load);
      await floor.ask({ orders: { tokens: launchers.map(tokenIn), document, headers } }, "ready");
      const sides = { floor: [] as Pace[], earshot: [] as Pace[] };
      for (let round = 0; round < ROUNDS; round += 1) {
        sides.floor.push(await pace(floor, floorUrls));
        sides.earshot.push(await pace(earshot.process, launchers));
      }
      const [bare, own] = [best(sides.floor), best(sides.earshot)];
      cpu.push(own.cpuMs);
      const name = `at ${figure(load)} live calls`;
      rows.push({
        what: `board pages a second ${name}`,
        floor: figure(bare.perSecond),
        earshot: figure(own.perSecond),
        ratio: ratio(own.perSecond, bare.perSecond),
        aim: "1,000 a second",
      });
      rows.push({
        what: `CPU per board page ${name}`,
        floor: `${figure(bare.cpuMs)} ms`,
        earshot: `${figure(own.cpuMs)} ms`,
        ratio: ratio(own.cpuMs, bare.cpuMs),
        aim: load === LOADS[0] ? "" : `flat within 10 %: ${flatness(cpu)}`,
      });
    }
    rows.push(...(missing === undefined ? await throughput.measure(ari) : [Throughput.notRun(missing)]));
    rows.push(...memory(empty, await earshot.process.usage(true), await floor.usage(true)));
  } finally {
    await throughput.stop();
    await floor.stop();
    await earshot.remove();
    await ari.stop();
  }
  return rows;
}

const headers = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "content-type": "text/xml; charset=utf-8",
  refresh: "5;url=http://127.0.0.1:65535/p/0123456789012345678901/board/0",
};

function tokenIn(url: string): string {
  return new URL(url).pathname.split("/")[2] ?? "";
}

/** Waits until a supervisor of every team sees so many calls. @returns the document. */
async function shows(launcher: string, count: number): Promise<string> {
  const line = new Line(launcher);
  const end = performance.now() + 120_000;
  for (;;) {
    const { body } = await line.get(launcher);
    if (body.includes(`Live calls (${count})`)) {
      line.close();
      return body;
    }
    if (performance.now() > end) throw new Error(`the board never showed ${count} calls:\n${body}`);
    await pause(100);
  }
}

/** Every phone asks again as soon as it has its page. */
async function pace(server: Child, urls: readonly string[]): Promise<Pace> {
  const lines = urls.map((url) => ({ url, line: new Line(url) }));
  let running = true;
  let count = 0;
  const phones = lines.map(async ({ url, line }) => {
    while (running) {
      const { status, body } = await line.get(url);
      if (status !== 200 || !body.includes("Live calls")) throw new Error(`no board but ${status}:\n${body}`);
      count += 1;
    }
    line.close();
  });
  await pause(WARM_UP_MS);
  const [before, countBefore, start] = [await server.usage(), count, performance.now()];
  await pause(ROUND_MS);
  const [after, countAfter, end] = [await server.usage(), count, performance.now()];
  running = false;
  await Promise.all(phones);
  const made = countAfter - countBefore;
  return { perSecond: (made * 1_000) / (end - start), cpuMs: (after.cpuMs - before.cpuMs) / made };
}

/** The median round by CPU. */
function best(rounds: readonly Pace[]): Pace {
  const sorted = [...rounds].sort((one, other) => one.cpuMs - other.cpuMs);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

function flatness(cpu: readonly number[]): string {
  const more = ((cpu.at(-1) ?? 0) / (cpu[0] ?? 0) - 1) * 100;
  return `${more < 0 ? "" : "+"}${more.toFixed(0)} %`;
}

function memory(empty: Usage, full: Usage, floor: Usage): Row[] {
  const mb = (bytes: number) => `${figure(bytes / 1_048_576)} MiB`;
  return [
    {
      what: "heap of one live call",
      floor: "",
      earshot: `${figure((full.heapUsed - empty.heapUsed) / MOST_CALLS)} bytes`,
      ratio: "",
      aim: "",
    },
    {
      what: `memory (RSS) at ${figure(MOST_CALLS)} live calls`,
      floor: mb(floor.rss),
      earshot: mb(full.rss),
      ratio: ratio(full.rss, floor.rss),
      aim: "",
    },
  ];
}
