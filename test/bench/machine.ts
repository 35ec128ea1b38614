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
