import { describe, expect, test } from "vitest";
import type { Inspection, Probe } from "../../../src/cli/index.js";
import { run } from "./fakes.ts";

const warning = { file: "earshot.yaml", line: 4, column: 3, key: "pbx.ami", sentence: "`pbx.ami` is not set." };
const problem = {
  file: "earshot.yaml",
  line: 12,
  column: 5,
  key: "policy.hidden",
  sentence: "`policy.hidden` is missing.",
};
const probe = (name: string, ok: boolean, sentence: string): Probe => ({
  name,
  run: async () => ({ status: ok ? "ok" : "fail", sentence }),
});
const exists = () => true;

function inspected(inspection: Partial<Inspection>) {
  return { exists, inspect: async () => ({ problems: [], warnings: [], probes: [], ...inspection }) };
}

describe("check", () => {
  test("tells what is right and what is worth knowing, exit 0", async () => {
    const probes = [
      probe("pbx.ari", true, "Asterisk 22.10.1 at http://127.0.0.1:8088/ari"),
      probe("mqtt", true, "answers"),
    ];
    const ran = await run("check", inspected({ warnings: [warning], probes }));
    expect(ran.out).toBe(
      [
        "ok    config            earshot.yaml is right",
        "note  earshot.yaml:4:3  `pbx.ami` is not set.",
        "ok    pbx.ari           Asterisk 22.10.1 at http://127.0.0.1:8088/ari",
        "ok    mqtt              answers",
        "",
      ].join("\n"),
    );
    expect(ran).toMatchObject({ code: 0, err: "" });
  });
  test("a probe that fails or throws fails the check and no other probe, exit 1", async () => {
    const broken = { name: "pbx.ami", run: () => Promise.reject(new Error("nobody listens on port 5038")) };
    const probes = [probe("pbx.ari", false, "the password is wrong"), broken, probe("mqtt", true, "answers")];
    const ran = await run("check", inspected({ probes }));
    expect(ran.code).toBe(1);
    expect(ran.out).toContain(
      "FAIL  pbx.ari  the password is wrong\nFAIL  pbx.ami  nobody listens on port 5038\nok    mqtt     answers\n",
    );
  });
  test("what cannot be seen is neither ok nor a failure, exit 0", async () => {
    const unseen: Probe = {
      name: "queues.conf",
      run: async () => ({ status: "unseen", sentence: "cannot be seen: …" }),
    };
    const ran = await run("check", inspected({ probes: [unseen] }));
    expect(ran.out).toContain("\n?     queues.conf  cannot be seen: …\n");
    expect(ran.code).toBe(0);
  });
  test("problems are told with their places, and nothing is tried, exit 1", async () => {
    let tried = false;
    const attempt = async () => {
      tried = true;
      return { status: "ok", sentence: "" } as const;
    };
    const probes = [{ name: "x", run: attempt }];
    const ran = await run("check", inspected({ problems: [problem], probes }));
    expect(ran).toMatchObject({ code: 1, out: "FAIL  earshot.yaml:12:5  `policy.hidden` is missing.\n" });
    expect(tried).toBe(false);
  });
  test("is JSON for programs, also when it fails", async () => {
    const ran = await run("check --json", inspected({ problems: [problem] }));
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toEqual({
      ok: false,
      lines: [
        { status: "fail", name: "earshot.yaml:12:5", sentence: "`policy.hidden` is missing.", key: "policy.hidden" },
      ],
    });
  });
  test("says that it looked at the demo", async () => {
    expect((await run("check")).out).toBe("ok    config  there is no earshot.yaml here: this is the demo\n");
  });
});
