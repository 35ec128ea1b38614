import { relative } from "node:path";
import { type FileReport, OWN_FILES, type Report } from "./outcome.ts";

/** The rules of supervision in few words; the design has them in full. */
export const rules = {
  R1: "who may supervise whom",
  R2: "calls are found on the board and by search",
  R3: "Visible or Hidden is asked first",
  R4: "Listen hears both and is heard by nobody",
  R5: "visible: told before the audio; hidden: not a byte",
  R6: "visibility can be switched; nobody's going is news",
  R7: "Coach and Join need Visible",
  R8: "Coach: the agent alone; Join: all",
  R9: "Coach and Join begin muted",
  R10: "one press each; leaving never ends the call",
  R11: "pages and lamp say mode, mic and visibility",
  R12: "no party to a call is shown a hidden supervision of it",
  R13: "a call can be handed to a supervisor",
  R14: "no routed calls while supervising",
  R15: "a heads-up and its answer",
  R16: "several supervisors see each other, up to a limit",
  R17: "every refusal is a sentence",
  R18: "the supervision follows the customer's call",
  R19: "everything is on record, what opens before it does",
  R20: "what is forbidden, never supervised, or private",
  R21: "the supervision leg is no ordinary call",
} as const;
export type Rule = keyof typeof rules;

export const ruleNames = Object.keys(rules) as readonly Rule[];

/** Where a test ran. `page and PBX simulator`: a whole gateway, pressed through a strict phone. */
export type Where = "real Asterisk" | "real Mosquitto" | "real Chromium" | "page and PBX simulator" | "rooms";

export interface RuleRow {
  readonly rule: Rule;
  /** Those that passed. */
  readonly tests: readonly { readonly file: string; readonly name: string; readonly where: Where }[];
}

/** The rules that a test is named by, its titles included. */
export function rulesIn(name: string): readonly Rule[] {
  const named = new Set(name.match(/\bR\d{1,2}\b/g));
  return ruleNames.filter((rule) => named.has(rule));
}

/** For each rule the tests of its number that passed. */
export function ruleTable(reports: readonly Report[], root: string): readonly RuleRow[] {
  const passed = reports.flatMap(({ testResults }) => testResults.flatMap((file) => passedIn(file, root)));
  return ruleNames.map((rule) => ({ rule, tests: passed.filter(({ name }) => rulesIn(name).includes(rule)) }));
}

/** The rules that nothing holds: no test of their number has passed. */
export function unheld(table: readonly RuleRow[]): readonly Rule[] {
  return table.filter(({ tests }) => tests.length === 0).map(({ rule }) => rule);
}

/** The table for a report, in Markdown: each rule with its tests by name, and where they ran. */
export function tableText(table: readonly RuleRow[]): string {
  const lines = table.flatMap(({ rule, tests }) => [
    `\n## ${rule}: ${rules[rule]}\n`,
    ...(tests.length === 0 ? ["NO TEST OF THIS NUMBER HAS PASSED"] : ["| test | file | ran at |", "|---|---|---|"]),
    ...tests.map(({ name, file, where }) => `| ${name.replaceAll("|", "\\|")} | ${file} | ${where} |`),
  ]);
  return `# The rules and their tests\n${lines.join("\n")}\n`;
}

/** The same for the end of a run: one line for each rule. */
export function tableLines(table: readonly RuleRow[]): readonly string[] {
  return table.map(({ rule, tests }) => {
    const real = tests.filter(({ where }) => where === "real Asterisk").length;
    const count = tests.length === 0 ? "NO TEST" : `${tests.length} tests`;
    const where = real > 0 ? `${real} on the real Asterisk` : "none on the real Asterisk";
    return `${rule.padEnd(4)}${rules[rule].padEnd(56)}${count.padStart(9)}, ${where}`;
  });
}

function passedIn({ name, assertionResults }: FileReport, root: string): RuleRow["tests"] {
  const file = relative(root, name);
  const passed = assertionResults.filter(({ status }) => status === "passed");
  return passed.map(({ fullName }) => ({ file, name: fullName, where: whereOf(file) }));
}

function whereOf(file: string): Where {
  if (file.startsWith("test/scenarios/")) return "page and PBX simulator";
  if (!file.startsWith("test/lab/")) return "rooms";
  if (file.startsWith(OWN_FILES.Mosquitto)) return "real Mosquitto";
  const browser = file.startsWith(OWN_FILES.Chromium) && !file.includes("asterisk");
  return browser ? "real Chromium" : "real Asterisk";
}
