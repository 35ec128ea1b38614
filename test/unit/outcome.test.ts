import { describe, expect, it } from "vitest";
import { afterSecondRun, countOf, type FileReport, failuresOf, outcome, realFiles, secondRun } from "../outcome.ts";

const fine = { passed: 7, failed: 0, skipped: 0 };
const missing = [{ name: "Asterisk", why: "needs Linux x64" }];

type Test = FileReport["assertionResults"][number];

const passes = (fullName: string): Test => ({ fullName, status: "passed", failureMessages: [] });
const fails = (fullName: string, said = "Error: lee waited 10000 ms for INVITE"): Test => ({
  fullName,
  status: "failed",
  failureMessages: [said],
});
const pending: Test = { fullName: "another day", status: "pending", failureMessages: [] };

function file(name: string, assertionResults: readonly Test[], status = "passed"): FileReport {
  return { name, status, message: "", assertionResults };
}

describe("how npm test ends", () => {
  it("the last line is the count of all runs", () =>
    expect(outcome([fine, { passed: 3, failed: 2, skipped: 0 }], [], false)).toEqual({
      lines: ["10 passed, 2 failed"],
      exitCode: 1,
    }));

  it("skipped tests are counted", () =>
    expect(outcome([{ passed: 1, failed: 0, skipped: 4 }], [], true).lines).toEqual(["1 passed, 0 failed, 4 skipped"]));

  it("a real part that cannot be had is told, and is no failure for a person", () =>
    expect(outcome([fine], missing, false)).toEqual({
      lines: ["real Asterisk: not run (needs Linux x64)", "7 passed, 0 failed"],
      exitCode: 0,
    }));

  it("a real part that cannot be had is a failure where it must run", () =>
    expect(outcome([fine], missing, true)).toEqual({
      lines: ["real Asterisk: not run (needs Linux x64)", "7 passed, 1 failed"],
      exitCode: 1,
    }));

  it("a rule without a test of its number is a failure", () =>
    expect(outcome([fine], [], false, ["R13"])).toEqual({
      lines: ["FAILED R13: no test of its number has passed", "7 passed, 1 failed"],
      exitCode: 1,
    }));

  it("a run without a report is a failure", () => expect(countOf(undefined, 0).failed).toBe(1));

  it("a file that broke before its first test is a failure", () =>
    expect(countOf({ testResults: [file("a", [], "failed")] }, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 }));

  it("a run that ended badly without a failed test is a failure", () =>
    expect(countOf({ testResults: [file("a", [passes("one")])] }, 1).failed).toBe(1));

  it("what passed, failed and did not run is counted", () =>
    expect(countOf({ testResults: [file("a", [passes("one"), fails("two"), pending])] }, 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 1,
    }));
});

describe("a file that failed is run once more by itself", () => {
  const report = { testResults: [file("a", [passes("one"), fails("two")]), file("b", [passes("three")])] };

  it("and no other", () => expect(secondRun(failuresOf(report))).toEqual(["a"]));

  it("and so is one that vitest ended after its deadline, of which its report has the stack alone", () => {
    const late = file("a", [fails("one", "Error: STACK_TRACE_ERROR\n    at task (runner.js:1:1)")]);
    expect(secondRun(failuresOf({ testResults: [late] }))).toEqual(["a"]);
  });

  it("and what it says then counts, as a whole", () =>
    expect(
      failuresOf(afterSecondRun(report, { testResults: [file("a", [fails("one"), passes("two")])] })),
    ).toMatchObject([{ file: "a", test: "one" }]));

  it("and the first run stands where the second gave nothing", () =>
    expect(afterSecondRun(report, { testResults: [file("a", [])] })).toEqual(report));

  it("but never where somebody heard what they must not", () => {
    const leak = file("a", [fails("one", "Error: customer heard 3 forbidden frames"), fails("two")]);
    expect(secondRun(failuresOf({ testResults: [leak] }))).toEqual([]);
  });

  it("and never for what was said and is wrong", () =>
    expect(secondRun(failuresOf({ testResults: [file("a", [fails("one", "expected 1 to be 2")])] }))).toEqual([]));

  it("nor for what vitest ended after its own deadline, if something else is wrong", () => {
    const both = file("a", [fails("one", "Error: Test timed out in 60000ms."), fails("two", "expected 1 to be 2")]);
    expect(secondRun(failuresOf({ testResults: [both] }))).toEqual([]);
  });

  it("and never where more failed than a busy machine explains", () => {
    const nine = Array.from({ length: 9 }, (_, count) => file(`file ${count}`, [fails("one")]));
    expect(secondRun(failuresOf({ testResults: nine }))).toEqual([]);
  });
});

describe("a real part that is missing takes its own files with it and no others", () => {
  const all = { Asterisk: true, Mosquitto: true, Chromium: true, Networks: true };

  it("with every part, every file is run", () => expect(realFiles(all)).toEqual([]));

  it("without Chromium, the browser's files are left out", () =>
    expect(realFiles({ ...all, Chromium: false })).toEqual(["--exclude", "test/lab/browser*"]));

  it("with Asterisk alone, all others' files are left out", () =>
    expect(realFiles({ Asterisk: true, Mosquitto: false, Chromium: false, Networks: false })).toEqual([
      ...["--exclude", "test/lab/mosquitto*"],
      ...["--exclude", "test/lab/browser*"],
      ...["--exclude", "test/lab/networks*"],
    ]));

  it("without Mosquitto, a branch office on networks of its own is left out too", () =>
    expect(realFiles({ ...all, Mosquitto: false })).toEqual([
      ...["--exclude", "test/lab/mosquitto*"],
      ...["--exclude", "test/lab/networks-branch*"],
    ]));

  it("without Asterisk, only the files of the others are run, and none that need both", () =>
    expect(realFiles({ ...all, Asterisk: false })).toEqual([
      ...["test/lab/mosquitto", "test/lab/browser", "test/lab/networks"],
      ...["--exclude", "test/lab/browser-desk-asterisk*", "--exclude", "test/lab/networks-box*"],
    ]));

  it("without any part, nothing is run", () =>
    expect(realFiles({ Asterisk: false, Mosquitto: false, Chromium: false, Networks: false })).toBeUndefined());
});
