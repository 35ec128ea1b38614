import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { networksPart } from "./lab/networks.ts";
import { asteriskPart, chromiumPart, mosquittoPart } from "./lab/parts.ts";
import {
  afterSecondRun,
  type Count,
  countOf,
  type Failure,
  failuresOf,
  outcome,
  type Report,
  realFiles,
  secondRun,
} from "./outcome.ts";
import { ruleTable, tableLines, tableText, unheld } from "./rules.ts";

/** `npm test`: the fast project, then the real one where its parts can be had (see `outcome.ts` for how it ends). */

const root = join(import.meta.dirname, "..");
const reports = join(root, "test", "report");

/** Letters of a failure that are told once more at the end: a page's first screen. */
const mostSaid = 2_000;
/** What was reported of every run, with second runs in their places. */
const reported: Report[] = [];
/** Every failure and every second run of this command, for whoever reads the end of a long log. */
const told: string[] = [];

function run(project: "fast" | "real", ...which: readonly string[]): Count {
  const first = vitest(project, which);
  if (first.report === undefined) return countOf(undefined, first.status);
  const failures = failuresOf(first.report);
  const files = secondRun(failures);
  if (files.length === 0) {
    told.push(...failures.map((one) => `FAILED ${line(one)}`));
    reported.push(first.report);
    return countOf(first.report, first.status);
  }
  const second = vitest(project, files);
  const report = second.report === undefined ? first.report : afterSecondRun(first.report, second.report);
  reported.push(report);
  const left = failuresOf(report);
  const still = new Set(left.map(({ test }) => test));
  told.push(
    ...failures.filter(({ test }) => !still.has(test)).map((one) => `passed the second time only: ${line(one)}`),
  );
  told.push(...left.map((one) => `FAILED ${line(one)}`));
  return countOf(report, left.length > 0 ? 1 : second.status);
}

function line({ file, test, said }: Failure): string {
  const words = stripVTControlCharacters(said).replace(/\s+/g, " ");
  return `${relative(root, file)} > ${test}: ${words.slice(0, mostSaid)}`;
}

function vitest(
  project: string,
  which: readonly string[],
): { readonly report?: Report; readonly status: number | null } {
  const file = join(reports, `${project}.json`);
  rmSync(file, { force: true });
  const command = join(root, "node_modules", "vitest", "vitest.mjs");
  const args = [command, "run", "--config", "test/vitest.config.ts", "--project", project];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = spawnSync(process.execPath, [...args, ...which, ...reporters], { cwd: root, stdio: "inherit" });
  const report = read(file);
  return report === undefined ? { status } : { report, status };
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
const Networks = await networksPart();
const parts = { Asterisk, Mosquitto, Chromium, Networks };
const notRun = Object.entries(parts).flatMap(([name, part]) => (part.ok ? [] : [{ name, why: part.why }]));
for (const [name, part] of Object.entries(parts)) if (part.ok) console.log(`real ${name}: ${part.version}`);
const files = realFiles({
  ...{ Asterisk: Asterisk.ok, Mosquitto: Mosquitto.ok, Chromium: Chromium.ok, Networks: Networks.ok },
});
if (files !== undefined) counts.push(run("real", ...files));
const table = ruleTable(reported, root);
const mustBeReal = process.env["CI"] === "true" || process.argv.includes("--real");
const { lines, exitCode } = outcome(counts, notRun, mustBeReal, unheld(table));
writeFileSync(join(reports, "rules.md"), tableText(table));
writeFileSync(join(reports, "failures.txt"), told.map((one) => `${one}\n`).join(""));
console.log([...tableLines(table), ...told, ...lines].join("\n"));
process.exitCode = exitCode;
