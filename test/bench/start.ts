import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { freePorts } from "../lab/ports.ts";
import { AriServer } from "./ari-server.ts";
import { ariPbx, Earshot } from "./earshot.ts";
import { nameOf, stories } from "./recording.ts";
import { median } from "./statistics.ts";
import { compared, figure, type Row, ratio } from "./table.ts";

const TIMES = 15;
const IDLE_MS = 2_000;
const EVERY_MS = 2;
const SUPERVISOR = "3001";
const AGENTS = ["2001", "2002", "2003"];

/** 6: from the start of the process until a phone has the board, with the PBX there; and what an idle process weighs. */
export async function start(): Promise<Row[]> {
  const ari = new AriServer();
  ari.list(AGENTS.map((agent, index) => stories().dial.talking(index, agent)));
  const port = await freePorts(2, 2);
  const earshot = new Earshot({
    pbx: ariPbx(await ari.start()),
    people: [
      { extension: SUPERVISOR, name: "Supervisor", role: "team-manager", teams: ["support"] },
      ...AGENTS.map(
        (extension) => ({ extension, name: nameOf(extension), role: "agent", teams: ["support"] }) as const,
      ),
    ],
    phones: [SUPERVISOR],
    http: { listen: `127.0.0.1:${port}`, publicUrl: `http://127.0.0.1:${port}` },
  });
  const bare = `require("node:http").createServer((_, r) => r.end("Live calls")).listen(${port + 1}, "127.0.0.1")`;
  const sides = { floor: [] as Started[], earshot: [] as Started[] };
  try {
    await earshot.start();
    const launcher = earshot.launcher(SUPERVISOR);
    await earshot.stop();
    for (let turn = -1; turn < TIMES; turn += 1) {
      const last = turn === TIMES - 1;
      const floor = await started(["-e", bare], `http://127.0.0.1:${port + 1}/`, /Live calls/, last);
      const own = await started([...earshot.command], launcher, /Live calls \(3\)/, last);
      if (turn < 0) continue;
      sides.floor.push(floor);
      sides.earshot.push(own);
    }
  } finally {
    await earshot.remove();
    await ari.stop();
  }
  const ms = (side: "floor" | "earshot") => sides[side].map((each) => each.ms);
  const [floor, own] = [sides.floor, sides.earshot].map((side) => median(side.flatMap(({ rss }) => rss ?? [])));
  const mb = (bytes = 0) => `${figure(bytes / 1_048_576)} MiB`;
  return [
    compared(`start to first page (${TIMES} starts)`, "ms", ms("floor"), ms("earshot")),
    { what: "memory (RSS) idle", floor: mb(floor), earshot: mb(own), ratio: ratio(own ?? 0, floor ?? 0), aim: "" },
  ];
}

interface Started {
  readonly ms: number;
  readonly rss?: number;
}

/** Starts a process and asks for the page again and again until it is there. */
async function started(args: readonly string[], url: string, page: RegExp, weigh: boolean): Promise<Started> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  try {
    while (!page.test(await body(url))) {
      if (performance.now() - begun > 30_000) throw new Error(`${args.join(" ")} never showed the page`);
      await pause(EVERY_MS);
    }
    const ms = performance.now() - begun;
    if (!weigh) return { ms };
    await pause(IDLE_MS);
    return { ms, rss: rssOf(child) };
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
}

/** The page, or nothing while nobody answers. */
function body(url: string): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve(text));
    });
    request.on("error", () => resolve(""));
  });
}

/** As Linux counts it; on another system not measured. */
function rssOf({ pid }: ChildProcess): number {
  try {
    const [, kilobytes] = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return Number.NaN;
  }
}
