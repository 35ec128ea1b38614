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
export const OWN_FILES = {
  Mosquitto: "test/lab/mosquitto",
  Chromium: "test/lab/browser",
  Networks: "test/lab/networks",
} as const;

/** How the names of those begin that need another part beside their own. */
const BOTH = {
  "test/lab/browser-desk-asterisk": "Asterisk",
  "test/lab/networks-branch": "Mosquitto",
  "test/lab/networks-box": "Asterisk",
} as const;

type PartName = "Asterisk" | keyof typeof OWN_FILES;

/** Vitest's arguments for the files whose part can be had; undefined when there is none to run. */
export function realFiles(had: Readonly<Record<PartName, boolean>>): readonly string[] | undefined {
  const own = (want: boolean): string[] =>
    (Object.keys(OWN_FILES) as (keyof typeof OWN_FILES)[])
      .filter((name) => had[name] === want)
      .map((name) => OWN_FILES[name]);
  const [run, left] = [own(true), own(false)];
  const without = Object.entries(BOTH)
    .filter(([begin, other]) => !had[other] && !left.some((one) => begin.startsWith(one)))
    .map(([begin]) => begin);
  const excluded = (had.Asterisk ? [...left, ...without] : without).flatMap((begin) => ["--exclude", `${begin}*`]);
  if (had.Asterisk) return excluded;
  return run.length === 0 ? undefined : [...run, ...excluded];
}

/** What a reporter's JSON says of one file, as far as it is read here. */
export interface FileReport {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

/** What a reporter's JSON says of one run. */
export interface Report {
  readonly testResults: readonly FileReport[];
}

/** A test that failed, or a file that broke outside of any test (its test is empty then), and all that it said. */
export interface Failure {
  readonly file: string;
  readonly test: string;
  readonly said: string;
}

/** Every failure of a run, in its order. */
export function failuresOf({ testResults }: Report): readonly Failure[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === "failed");
    if (status === "failed" && failed.length === 0) return [{ file: name, test: "", said: message }];
    return failed.map(({ fullName, failureMessages }) => ({
      file: name,
      test: fullName,
      said: failureMessages.join("\n"),
    }));
  });
}

/**
 * How it is said that something was waited for in vain: by the lab, the scenarios, vitest and the browser's driver. Vitest's
 * report has a test that took too long by its stack alone, which says this (4.1).
 */
const IN_VAIN =
  /waited \d+ ms|within \d+ ms|timed out|STACK_TRACE_ERROR|Timeout \d+ms|the (?:desk|phone|board) never|not measured:/;

/** A busy machine is late in a few places, not everywhere. */
const MOST_FILES_AGAIN = 8;

/**
 * The files that are given a second run, because a busy machine may have failed them: those where all that failed is
 * something waited for in vain. What was heard, shown or written and should not have been is never tried again.
 */
export function secondRun(failures: readonly Failure[]): readonly string[] {
  const wrong = new Set(failures.filter(({ said }) => !IN_VAIN.test(said)).map(({ file }) => file));
  const files = [...new Set(failures.map(({ file }) => file))];
  return files.length > MOST_FILES_AGAIN ? [] : files.filter((file) => !wrong.has(file));
}

/** The first run, with what the second says of its files in their place. */
export function afterSecondRun(first: Report, second: Report): Report {
  return {
    testResults: first.testResults.map(
      (file) =>
        second.testResults.find(({ name, assertionResults }) => name === file.name && ran(assertionResults)) ?? file,
    ),
  };
}

const ran = (tests: FileReport["assertionResults"]): boolean => tests.some(({ status }) => status === "passed");

/** The count of one run. A run that gave no report, or broke outside of any test, has at least one failure. */
export function countOf(report: Report | undefined, exitCode: number | null): Count {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === "passed").length;
  const failed = failuresOf(report).length;
  const failedTests = tests.filter(({ status }) => status === "failed").length;
  return {
    passed,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: tests.length - passed - failedTests,
  };
}

/**
 * The last lines of `npm test` and its exit code. A real part that was not run is told, and is a failure where it must
 * run (`CI=true` or `--real`); a rule `withoutTest` always is one. The very last line is the count.
 */
export function outcome(
  counts: readonly Count[],
  notRun: readonly NotRun[],
  mustBeReal: boolean,
  withoutTest: readonly string[] = [],
): { readonly lines: readonly string[]; readonly exitCode: 0 | 1 } {
  const sum = (of: (count: Count) => number): number => counts.reduce((total, count) => total + of(count), 0);
  const failed = sum((count) => count.failed) + (mustBeReal ? notRun.length : 0) + withoutTest.length;
  const skipped = sum((count) => count.skipped);
  const told = notRun.map(({ name, why }) => `real ${name}: not run (${why})`);
  const count = `${sum((one) => one.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  const missing = withoutTest.map((rule) => `FAILED ${rule}: no test of its number has passed`);
  return { lines: [...told, ...missing, count], exitCode: failed > 0 ? 1 : 0 };
}
