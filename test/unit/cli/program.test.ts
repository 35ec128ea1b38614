import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { localTime } from "../../../src/cli/record.js";
import { accessFile, no, pbxSetup, phone, rows, run, status, yes } from "./fakes.ts";

describe("the configuration", () => {
  const demo = { kind: "demo", dataDir: ".earshot" };
  test("is the one asked for, else earshot.yaml, else the demo", async () => {
    const exists = () => true;
    expect((await run("start --config a.yaml")).asked).toEqual([
      ["start", { source: { kind: "file", path: "a.yaml" }, json: false }],
    ]);
    expect((await run("start", { exists })).asked).toEqual([
      ["start", { source: { kind: "file", path: "earshot.yaml" }, json: false }],
    ]);
    expect((await run("start --json")).asked).toEqual([["start", { source: demo, json: true }]]);
  });
  test.each(["check", "status", "phones list", "audit", "pbx setup", "operate mosquitto"])(
    "is chosen the same way by %s",
    async (line) => {
      expect((await run(line)).asked[0]?.[1]).toEqual(demo);
      expect((await run(`${line} --config b.yaml`)).asked[0]?.[1]).toEqual({ kind: "file", path: "b.yaml" });
    },
  );
});

describe("a failure", () => {
  test.each(["start", "phones list", "audit", "status", "pbx setup", "operate mosquitto"])(
    "of %s is its sentence on standard error, exit 1",
    async (line) => {
      const sentence = "earshot is not running.";
      const refused = {
        start: () => no(sentence),
        phones: () => no(sentence),
        audit: () => no(sentence),
        status: () => no(sentence),
        pbxSetup: () => no(sentence),
        accessFile: () => no(sentence),
      };
      expect(await run(line, refused)).toMatchObject({ code: 1, out: "", err: "earshot is not running.\n" });
    },
  );
  test("thrown by a bug shows no stack", async () => {
    const ran = await run("status", { status: () => Promise.reject(new Error("The disk is full.")) });
    expect(ran).toMatchObject({ code: 1, err: "The disk is full.\n" });
  });
});

describe("a command line that is not understood", () => {
  test.each([
    ["strat", "Unknown command 'strat'. Did you mean start?"],
    ["phones lst", "Unknown command 'lst'. Did you mean list?"],
    ["start --confg x", "Unknown option '--confg'. Did you mean --config?"],
    ["start --config", "Option '--config <file>' argument missing."],
    ["start now", "Too many arguments for 'start'"],
    ["audit --since yesterday", "Give 90m, 2h, 7d or a date such as 2026-11-22."],
    ["audit --limit 0", "Give a number from 1 to 10000."],
  ])("%s", async (line, words) => {
    const ran = await run(line);
    expect(ran.code).toBe(2);
    expect(ran.out).toBe("");
    expect(ran.err).toContain(words);
    expect(ran.err).toContain("Try --help.");
    expect(ran.asked).toEqual([]);
  });
  test.each(["", "phones"])("without a command shows the help, exit 2: %j", async (line) => {
    expect(await run(line)).toMatchObject({ code: 2, err: expect.stringContaining("Usage: earshot") });
  });
  test.each(["--help", "phones --help", "audit --help", "--version"])("%s is no failure", async (line) => {
    const ran = await run(line);
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).not.toBe("");
  });
});

describe("phones list", () => {
  test("is a table without URLs", async () => {
    const ran = await run("phones list");
    expect(ran.out).toBe("MAC           Vendor   Model  Extension\n805ec0aabbcc  yealink  T46U   3001\n");
    expect(ran.asked[0]?.[2]).toEqual({ showUrls: false });
  });
  test("shows URLs when asked", async () => {
    const ran = await run("phones list --show-urls");
    expect(ran.out.split("\n")[1]).toBe("805ec0aabbcc  yealink  T46U   3001       http://127.0.0.1:8080/p/key/");
  });
  test("is JSON for programs, the URL only when asked", async () => {
    expect(JSON.parse((await run("phones list --json")).out)).toEqual([phone]);
    const shown = JSON.parse((await run("phones list --json --show-urls")).out);
    expect(shown).toEqual([{ ...phone, url: "http://127.0.0.1:8080/p/key/" }]);
  });
  test("says when there are none", async () => {
    expect((await run("phones list", { phones: () => yes([]) })).out).toBe("There are no phones yet.\n");
    expect((await run("phones list --json", { phones: () => yes([]) })).out).toBe("[]\n");
  });
});

describe("audit", () => {
  test("is a table in the order of time, without what a terminal would obey", async () => {
    const lines = (await run("audit")).out.split("\n");
    expect(lines[0]).toMatch(/^When +Supervisor +What +Agent +Mode +Told +Customer +Outcome$/);
    expect(lines[1]).toBe(
      `${localTime(rows[0]?.at ?? 0)}  3001        listen  2001   listen  hidden               allowed`,
    );
    expect(lines[2]).toContain("?[31m+49 30  refused: call-gone");
    expect(lines.join("")).not.toContain("\u001b");
  });
  test("is JSON for programs", async () => {
    expect(JSON.parse((await run("audit --json")).out)).toEqual(rows);
  });
  test("asks for what was asked", async () => {
    const noon = Date.UTC(2026, 10, 22, 12);
    expect((await run("audit")).asked[0]?.[2]).toEqual({ limit: 200 });
    const ran = await run("audit --since 2h --supervisor 3001 --limit 2");
    expect(ran.asked[0]?.[2]).toEqual({ since: noon - 7_200_000, supervisor: "3001", limit: 2 });
    expect(ran.err).toBe("These are the newest 2 rows; --limit shows more.\n");
  });
  test.each([
    ["2026-11-22T11:00:00Z", Date.UTC(2026, 10, 22, 11)],
    ["2026-11-22T11:00+01:00", Date.UTC(2026, 10, 22, 10)],
    ["2026-11-22", new Date(2026, 10, 22).getTime()],
    ["1w", Date.UTC(2026, 10, 15, 12)],
  ])("--since %s", async (text, since) => {
    expect((await run(`audit --since ${text}`)).asked[0]?.[2]).toMatchObject({ since });
  });
  test("says when there is nothing", async () => {
    expect((await run("audit", { audit: () => yes([]) })).out).toBe("Nothing is on record for that.\n");
  });
});

describe("status", () => {
  test("is one fact a line", async () => {
    expect((await run("status")).out).toBe(
      `gateway  main\naddress  http://127.0.0.1:8080\nprocess  42\nsince    ${localTime(status.startedAt)}\npbx      connected\nbroker   away\n`,
    );
    expect(JSON.parse((await run("status --json")).out)).toEqual(status);
  });
});

describe("operate mosquitto", () => {
  test("writes the access file as it is, and nothing else", async () => {
    expect(await run("operate mosquitto")).toMatchObject({ code: 0, out: accessFile, err: "" });
    expect(JSON.parse((await run("operate mosquitto --json")).out)).toEqual({ accessFile });
  });
});

describe("pbx setup", () => {
  test("writes what the PBX needs as one text, and nothing else", async () => {
    const ran = await run("pbx setup");
    expect(ran).toMatchObject({ code: 0, out: pbxSetup.text, err: "" });
    expect(ran.asked[0]?.[2]).toEqual({ freepbx: false });
    expect(JSON.parse((await run("pbx setup --json")).out)).toEqual({ files: pbxSetup.files });
  });
  test("asks for what was asked", async () => {
    const ran = await run("pbx setup --freepbx --from 192.0.2.7");
    expect(ran.asked[0]?.[2]).toEqual({ freepbx: true, from: "192.0.2.7" });
  });
  test("writes files where --out says, those with passwords for this user alone, and shows none of it", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "earshot-out-")), "new");
    const ran = await run(`pbx setup --out ${folder}`);
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).not.toContain("geheim");
    expect(readFileSync(join(folder, "ari.conf"), "utf8")).toBe("password = geheim\n");
    expect(statSync(join(folder, "ari.conf")).mode & 0o777).toBe(0o600);
    expect(JSON.parse((await run(`pbx setup --json --out ${folder}-2`)).out)).toEqual({
      files: [
        { name: "http.conf", secret: false, path: `${folder}-2/http.conf` },
        { name: "ari.conf", secret: true, path: `${folder}-2/ari.conf` },
      ],
    });
    rmSync(dirname(folder), { recursive: true });
  });
  test("never writes over a file that is there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "earshot-out-"));
    writeFileSync(join(folder, "ari.conf"), "mine");
    const ran = await run(`pbx setup --out ${folder}`);
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toMatch(/ari\.conf is there already; give a new folder\./);
    expect(readFileSync(join(folder, "ari.conf"), "utf8")).toBe("mine");
    expect(existsSync(join(folder, "http.conf"))).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
