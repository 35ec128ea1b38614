import { describe, expect, it } from "vitest";
import { ruleNames, rulesIn, ruleTable, tableLines, tableText, unheld } from "../rules.ts";

const test = (fullName: string, status = "passed") => ({ fullName, status, failureMessages: [] });
const report = (file: string, ...tests: readonly ReturnType<typeof test>[]) => ({
  testResults: [{ name: `/clone/test/${file}`, status: "passed", message: "", assertionResults: tests }],
});
const fast = report("unit/core/machine.test.ts", test("R4 Listen has no mouth"), test("R9 muted", "failed"));
const real = report("lab/first-light.test.ts", test("R4 R18 heard by nobody"));

describe("the table of rules", () => {
  it("knows the rules of a test by its name, and no others", () =>
    expect(rulesIn("no order gives a mouth that R4, R7 or R18 forbid; R1x R100 XR5")).toEqual(["R4", "R7", "R18"]));

  it("has the tests of each rule, and where they ran", () => {
    const table = ruleTable([fast, real], "/clone");
    expect(table.find(({ rule }) => rule === "R4")?.tests).toEqual([
      { file: "test/unit/core/machine.test.ts", name: "R4 Listen has no mouth", where: "rooms" },
      { file: "test/lab/first-light.test.ts", name: "R4 R18 heard by nobody", where: "real Asterisk" },
    ]);
    expect(tableText(table)).toContain("| R4 R18 heard by nobody | test/lab/first-light.test.ts | real Asterisk |");
    expect(tableLines(table)[3]).toMatch(/^R4 .* 2 tests, 1 on the real Asterisk$/);
  });

  it.each([
    ["scenarios/push.test.ts", "page and PBX simulator"],
    ["contract/simulator.test.ts", "rooms"],
    ["lab/mosquitto.test.ts", "real Mosquitto"],
    ["lab/browser-desk-walk.test.ts", "real Chromium"],
    ["lab/browser-desk-asterisk.test.ts", "real Asterisk"],
  ])("a test of %s ran at %s", (file, where) =>
    expect(ruleTable([report(file, test("R1 x"))], "/clone")[0]?.tests[0]?.where).toBe(where),
  );

  it("a rule whose only test failed is not held", () => {
    const missing = unheld(ruleTable([fast, real], "/clone"));
    expect(missing).toEqual(ruleNames.filter((rule) => rule !== "R4" && rule !== "R18"));
  });
});
