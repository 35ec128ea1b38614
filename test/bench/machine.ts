import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { asteriskPart, chromiumPart, mosquittoPart } from "../lab/parts.ts";

/** What the figures were taken on, in one sentence; to be asked before anything is started. */
export async function machine(): Promise<string> {
  const [asterisk, mosquitto, chromium] = [await asteriskPart(), await mosquittoPart(), await chromiumPart()];
  const version = (name: string, part: typeof asterisk) =>
    `${name} ${part.ok ? part.version : `not run (${part.why})`}`;
  const processors = cpus();
  const model = processors[0]?.model.replace(/\s+/g, " ").trim() ?? "unknown processor";
  const load = loadavg()[0]?.toFixed(2) ?? "unknown";
  const day = new Date().toISOString().slice(0, 10);
  const real = [version("Asterisk", asterisk), version("Mosquitto", mosquitto), version("Chromium", chromium)];
  const parts = [`Node ${process.version}`, ...real];
  return `${day}, ${model}, ${processors.length} cores, ${parts.join(", ")}, load average ${load} at start.`;
}

/**
 * Begins to watch what the host of a virtual machine takes from it. What is late for that is nobody's fault here, and a p99
 * tells of it first.
 *
 * @returns what says so, for the time since: a sentence, or nothing where the system does not tell.
 */
export function watchHost(): () => string {
  const before = processorTimes();
  return () => {
    const after = processorTimes();
    const spent = after.map((ticks, at) => ticks - (before[at] ?? 0));
    const all = spent.reduce((sum, ticks) => sum + ticks, 0);
    const stolen = spent[STEAL];
    return all > 0 && stolen !== undefined ? ` Its host took ${((100 * stolen) / all).toFixed(1)} % of its time.` : "";
  };
}

/** The place of `steal` in the first line of /proc/stat (proc(5)); the two after it are in others already. */
const STEAL = 7;

function processorTimes(): readonly number[] {
  try {
    const [first = ""] = readFileSync("/proc/stat", "utf8").split("\n");
    return first
      .trim()
      .split(/\s+/)
      .slice(1, STEAL + 2)
      .map(Number);
  } catch {
    return [];
  }
}
