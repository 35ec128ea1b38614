import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { asteriskPart, mosquittoPart } from "./lab/parts.ts";

/**
 * `npm test`: the fast project, then the real one where its parts can be had. The last line is the true count. A part
 * that could not be had is a failure with `CI=true` or `--real`, and a sentence otherwise.
 */

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const root = join(import.meta.dirname, "..");
const reports = join(root, "test", "report");
const mustBeReal = process.env["CI"] === "true" || process.argv.includes("--real");

/** Runs one vitest project and counts from its report; a run that broke without a failed test counts as one. */
function run(project: "fast" | "real"): Count {
  const file = join(reports, `${project}.json`);
  rmSync(file, { force: true });
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "--config", "test/vitest.config.ts", "--project", project];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = spawnSync(process.execPath, [...args, ...reporters], { cwd: root, stdio: "inherit" });
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    console.log(`the ${project} tests gave no report`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const broken = report.testResults.filter(
    (one) => one.status === "failed" && one.assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: status !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

mkdirSync(reports, { recursive: true });
const counts = [run("fast")];
const notRun: string[] = [];
const parts = { Asterisk: await asteriskPart(), Mosquitto: await mosquittoPart() };
for (const [name, part] of Object.entries(parts)) {
  if (part.ok) console.log(`real ${name}: ${part.version}`);
  else notRun.push(`real ${name}: not run (${part.why})`);
}
if (notRun.length < Object.keys(parts).length) counts.push(run("real"));
const total: Count = { passed: 0, failed: mustBeReal ? notRun.length : 0, skipped: 0 };
for (const count of counts) {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
}
for (const line of notRun) console.log(line);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;
