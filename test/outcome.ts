/** What one run of tests counted. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A real part, and why it could not be had here. */
export interface NotRun {
  readonly name: string;
  readonly why: string;
}

/** How the names of the lab's files begin that need this part and not Asterisk, which all others need. */
const OWN_FILES = { Mosquitto: "test/lab/mosquitto", Chromium: "test/lab/browser" } as const;

/** How the names of the browser's files begin that need Asterisk too. */
const BROWSER_AND_ASTERISK = "test/lab/browser-desk-asterisk";

/** Vitest's arguments for the files whose part can be had; undefined when there is none to run. */
export function realFiles(
  had: Readonly<Record<"Asterisk" | keyof typeof OWN_FILES, boolean>>,
): readonly string[] | undefined {
  const own = (want: boolean): string[] =>
    (["Mosquitto", "Chromium"] as const).filter((name) => had[name] === want).map((name) => OWN_FILES[name]);
  if (had.Asterisk) return own(false).flatMap((begin) => ["--exclude", `${begin}*`]);
  const both = had.Chromium ? ["--exclude", `${BROWSER_AND_ASTERISK}*`] : [];
  return own(true).length === 0 ? undefined : [...own(true), ...both];
}

/** What a reporter's JSON says, as far as it is read here. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** The count of one run. A run that gave no report, or broke outside of any test, has at least one failure. */
export function countOf(report: Report | undefined, exitCode: number | null): Count {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter((one) => one.status === "failed" && one.assertionResults.length === 0);
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * The last lines of `npm test` and its exit code. A real part that was not run is told, and is a failure where it must
 * run (`CI=true` or `--real`). The very last line is the count.
 */
export function outcome(
  counts: readonly Count[],
  notRun: readonly NotRun[],
  mustBeReal: boolean,
): { readonly lines: readonly string[]; readonly exitCode: 0 | 1 } {
  const sum = (of: (count: Count) => number): number => counts.reduce((total, count) => total + of(count), 0);
  const failed = sum((count) => count.failed) + (mustBeReal ? notRun.length : 0);
  const skipped = sum((count) => count.skipped);
  const told = notRun.map(({ name, why }) => `real ${name}: not run (${why})`);
  const count = `${sum((one) => one.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return { lines: [...told, count], exitCode: failed > 0 ? 1 : 0 };
}
