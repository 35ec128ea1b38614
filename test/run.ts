import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { asteriskPart, mosquittoPart } from "./lab/parts.ts";
import { type Count, countOf, outcome, type Report } from "./outcome.ts";

/** `npm test`: the fast project, then the real one where its parts can be had (see `outcome.ts` for how it ends). */

const root = join(import.meta.dirname, "..");
const reports = join(root, "test", "report");

/** Mosquitto's files in the lab; all others need Asterisk. */
const mosquittoFiles = "test/lab/mosquitto";

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
const parts = { Asterisk: await asteriskPart(), Mosquitto: await mosquittoPart() };
const notRun = Object.entries(parts).flatMap(([name, part]) => (part.ok ? [] : [{ name, why: part.why }]));
for (const [name, part] of Object.entries(parts)) if (part.ok) console.log(`real ${name}: ${part.version}`);
const { Asterisk, Mosquitto } = parts;
if (Asterisk.ok && Mosquitto.ok) counts.push(run("real"));
else if (Asterisk.ok) counts.push(run("real", "--exclude", `${mosquittoFiles}*`));
else if (Mosquitto.ok) counts.push(run("real", mosquittoFiles));
const { lines, exitCode } = outcome(counts, notRun, process.env["CI"] === "true" || process.argv.includes("--real"));
console.log(lines.join("\n"));
process.exitCode = exitCode;
