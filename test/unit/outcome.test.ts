import { describe, expect, it } from "vitest";
import { countOf, outcome, realFiles } from "../outcome.ts";

const fine = { passed: 7, failed: 0, skipped: 0 };
const missing = [{ name: "Asterisk", why: "needs Linux x64" }];

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

  it("a run without a report is a failure", () => expect(countOf(undefined, 0).failed).toBe(1));

  it("a file that broke before its first test is a failure", () => {
    const report = { numPassedTests: 1, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
    expect(countOf({ ...report, testResults: [{ status: "failed", assertionResults: [] }] }, 1).failed).toBe(1);
  });

  it("a run that ended badly without a failed test is a failure", () => {
    const report = { numPassedTests: 1, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
    expect(countOf(report, 1).failed).toBe(1);
  });
});

describe("a real part that is missing takes its own files with it and no others", () => {
  const all = { Asterisk: true, Mosquitto: true, Chromium: true };

  it("with every part, every file is run", () => expect(realFiles(all)).toEqual([]));

  it("without Chromium, the browser's files are left out", () =>
    expect(realFiles({ ...all, Chromium: false })).toEqual(["--exclude", "test/lab/browser*"]));

  it("with Asterisk alone, both others' files are left out", () =>
    expect(realFiles({ Asterisk: true, Mosquitto: false, Chromium: false })).toEqual([
      ...["--exclude", "test/lab/mosquitto*"],
      ...["--exclude", "test/lab/browser*"],
    ]));

  it("without Asterisk, only the files of the others are run, and none of the browser's that needs both", () =>
    expect(realFiles({ ...all, Asterisk: false })).toEqual([
      ...["test/lab/mosquitto", "test/lab/browser"],
      ...["--exclude", "test/lab/browser-desk-asterisk*"],
    ]));

  it("without any part, nothing is run", () =>
    expect(realFiles({ Asterisk: false, Mosquitto: false, Chromium: false })).toBeUndefined());
});
