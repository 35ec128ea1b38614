import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ruleNames, rulesIn } from "../rules.ts";
import { Copy, type Named, type Outcome } from "./copy.ts";

/**
 * `npm run test:sabotage`: every patch of this folder breaks one rule, as a careless change might. Each is applied alone,
 * in a copy of the tree, and the test that it names must turn red. A rule that can be broken unnoticed is not held, and
 * one of R1 to R21 that no patch breaks is a failure too.
 */

interface Patch {
  readonly file: string;
  readonly rule: string;
  readonly test: Named;
}

interface Verdict {
  readonly patch: Patch;
  /** Why the sabotage was not caught; undefined when it was. */
  readonly fault?: string;
}

const root = join(import.meta.dirname, "..", "..");
/** Patches at a time: more than cores, as each waits for sockets and disks most of its time. */
const lanes = 3;
/** Longer than any named test may take with its start, by far. */
const oneMs = 180_000;
/** The same for all of them, on a machine as slow as any. */
const allMs = 1_800_000;

/** Reads a patch with its two lines of heading: the rule it breaks, and the test that must catch it. */
function readPatch(file: string): Patch {
  const text = readFileSync(join(import.meta.dirname, file), "utf8");
  const [, rule] = /^Rule: (.+)$/m.exec(text) ?? [];
  const [, testFile, name] = /^Caught by: (\S+\.test\.ts) > (.+)$/m.exec(text) ?? [];
  if (rule === undefined || testFile === undefined || name === undefined) {
    throw new Error(`${file} must begin with "Rule: …" and "Caught by: <file> > <name of the test>"`);
  }
  return { file, rule, test: { file: testFile, name } };
}

function outcomeOf(test: Named, outcomes: readonly Outcome[] | undefined): Outcome | undefined {
  return outcomes?.find(({ file, name, status }) => {
    return file === test.file && name === test.name && (status === "passed" || status === "failed");
  });
}

/** Why a test that was to turn red did not, or turned red for another reason; undefined when all is well. */
function faultOf(outcome: Outcome | undefined): string | undefined {
  if (outcome === undefined) return "the test did not run";
  if (outcome.status === "passed") return "the test stayed green";
  // Code that cannot run at all, or a broken tool of the test, turns everything red and proves nothing about the rule.
  const isProof = /^(?:AssertionError|Error|PhoneComplaint)\b/.test(outcome.message);
  return isProof ? undefined : `red for another reason: ${outcome.message}`;
}

async function tried(copy: Copy, patch: Patch): Promise<Verdict> {
  const path = join(import.meta.dirname, patch.file);
  const fault = copy.apply(path);
  if (fault !== undefined) return { patch, fault: `it does not apply: ${fault}` };
  const outcomes = await copy.run([patch.test], 1, oneMs);
  copy.restore(path);
  const missed = faultOf(outcomeOf(patch.test, outcomes));
  return missed === undefined ? { patch } : { patch, fault: missed };
}

/** Tries all patches, each copy one after another. */
async function allTried(copies: readonly Copy[], patches: readonly Patch[]): Promise<Verdict[]> {
  const waiting = [...patches];
  const verdicts: Verdict[] = [];
  const lane = async (copy: Copy): Promise<void> => {
    for (let patch = waiting.shift(); patch; patch = waiting.shift()) verdicts.push(await tried(copy, patch));
  };
  await Promise.all(copies.map(lane));
  return patches.flatMap((patch) => verdicts.find((verdict) => verdict.patch === patch) ?? []);
}

/** The table of the report. */
function table(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ patch, fault }) => {
    const { file, name } = patch.test;
    const test = `${file}: ${name.split(" > ").at(-1)}`;
    const caught = fault === undefined ? test : `NOT CAUGHT: ${fault} (${test})`;
    return [patch.file.replace(/\.patch$/, ""), patch.rule, caught] as const;
  });
  const all = [["patch", "rule", "caught by"] as const, ...rows];
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}

const folder = mkdtempSync(join(tmpdir(), "earshot-sabotage-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const patches = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".patch"))
  .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
  .map(readPatch);
const copies = Array.from({ length: lanes }, (_, lane) => Copy.make(root, join(folder, String(lane))));
const [first] = copies;
const green = await first?.run(
  patches.map(({ test }) => test),
  lanes,
  allMs,
);
const notGreen = patches.filter(({ test }) => outcomeOf(test, green)?.status !== "passed");
for (const { file, test } of notGreen) {
  const without = green ? "there is no such test" : "vitest gave no report";
  const why = outcomeOf(test, green)?.message ?? without;
  console.log(`${file}: not green to begin with: ${test.file} > ${test.name}: ${why}`);
}
const verdicts = await allTried(
  copies,
  patches.filter((patch) => !notGreen.includes(patch)),
);
console.log(table(verdicts));
for (const { patch, fault } of verdicts) if (fault !== undefined) console.log(`NOT CAUGHT ${patch.file}: ${fault}`);
const broken = new Set(patches.flatMap(({ rule }) => rulesIn(rule)));
const unbroken = ruleNames.filter((rule) => !broken.has(rule));
for (const rule of unbroken) console.log(`NOT TRIED ${rule}: no patch breaks it`);
const passed = verdicts.filter(({ fault }) => fault === undefined).length;
const failed = patches.length - passed + unbroken.length;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || patches.length === 0 ? 1 : 0;
