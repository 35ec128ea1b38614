import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { asteriskPart, chromiumPart, mosquittoPart } from "./lab/parts.ts";
import { type Count, countOf, outcome, type Report, realFiles } from "./outcome.ts";

/** `npm test`: the fast project, then the real one where its parts can be had (see `outcome.ts` for how it ends). */

const root = join(import.meta.dirname, "..");
const reports = join(root, "test", "report");

function run(project: "fast" | "real", ...which: readonly string[]): Count {
  const file = join(reports, `${project}.json`);
  rmSync(file, { force: true });
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "--config", "test/vitest.config.ts", "--project", project];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = spawnSync(process.execPath, [...args, ...which, ...reporters], { cwd: root, stdio: "inherit" });
  return countOf(read(file), status);
}

function read(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return undefined;
  }
}

mkdirSync(reports, { recursive: true });
const counts = [run("fast")];
const [Asterisk, Mosquitto, Chromium] = await Promise.all([asteriskPart(), mosquittoPart(), chromiumPart()]);
const parts = { Asterisk, Mosquitto, Chromium };
const notRun = Object.entries(parts).flatMap(([name, part]) => (part.ok ? [] : [{ name, why: part.why }]));
for (const [name, part] of Object.entries(parts)) if (part.ok) console.log(`real ${name}: ${part.version}`);
const files = realFiles({ Asterisk: Asterisk.ok, Mosquitto: Mosquitto.ok, Chromium: Chromium.ok });
if (files !== undefined) counts.push(run("real", ...files));
const { lines, exitCode } = outcome(counts, notRun, process.env["CI"] === "true" || process.argv.includes("--real"));
console.log(lines.join("\n"));
process.exitCode = exitCode;
