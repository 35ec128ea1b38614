import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { branchUnit } from "../../../src/cli/branch-unit.ts";
import type { ProgramDeps } from "../../../src/cli/index.js";
import { localTime } from "../../../src/cli/record.js";
import { accessFile, branchFiles, check, no, pbxSetup, phone, rows, run, status, yes } from "./fakes.ts";

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
  test.each([
    "check",
    "status",
    "phones list",
    "phones seen",
    "audit",
    "audit verify",
    "pbx setup",
    "operate mosquitto",
  ])("is chosen the same way by %s", async (line) => {
    expect((await run(line)).asked[0]?.[1]).toEqual(demo);
    expect((await run(`${line} --config b.yaml`)).asked[0]?.[1]).toEqual({ kind: "file", path: "b.yaml" });
  });
});

describe("a failure", () => {
  test.each([
    "start",
    "phones list",
    "audit",
    "audit --csv",
    "audit verify",
    "status",
    "pbx setup",
    "operate mosquitto",
  ])("of %s is its sentence on standard error, exit 1", async (line) => {
    const sentence = "earshot is not running.";
    const refused = {
      start: () => no(sentence),
      phones: () => no(sentence),
      readAudit: () => no(sentence),
      exportAudit: () => no(sentence),
      verifyAudit: () => no(sentence),
      status: () => no(sentence),
      pbxSetup: () => no(sentence),
      operate: () => no(sentence),
    };
    expect(await run(line, refused)).toMatchObject({ code: 1, out: "", err: "earshot is not running.\n" });
  });
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
    ["audit --act lissten", "Allowed choices are listen, coach"],
    ["audit verfy", "Too many arguments for 'audit'"],
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
  test("is a table without URLs, for which no phone's files are made", async () => {
    const ran = await run("phones list");
    expect(ran.out).toBe(
      "MAC           Vendor   Model  Extension  Entry  Registered\n805ec0aabbcc  yealink  T46U   3001       file   not known\n",
    );
    expect(ran.asked[0]?.[2]).toEqual({ showUrls: false, files: false });
  });
  test("tells where each is registered, whether its files are right, and where its key was used besides", async () => {
    const since = Date.UTC(2026, 10, 22, 9);
    const registration = { registered: false, since, hosts: ["192.0.2.7"] };
    const strayed = { count: 2, lastAt: since, lastFrom: "203.0.113.6" };
    const { asked, out } = await run("phones list --files", {
      phones: () => yes([{ ...phone, registration, strayed, files: { kind: "changed" } }]),
    });
    expect(asked[0]?.[2]).toEqual({ showUrls: false, files: true });
    expect(out).toMatch(/T46U {3}3001 {7}file {3}not since 2026-11-22 \S+ +192\.0\.2\.7 +changed since\n/);
    expect(out).toMatch(
      /\n805ec0aabbcc: its key was used 2 times from .*, last 2026-11-22 \S+ from 203\.0\.113\.6\.\n$/,
    );
  });
  test("shows URLs when asked", async () => {
    const ran = await run("phones list --show-urls");
    expect(ran.out.split("\n")[1]).toBe(
      "805ec0aabbcc  yealink  T46U   3001       file   not known   http://127.0.0.1:8080/p/key/",
    );
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
  test("every filter is asked for", async () => {
    const line = "audit --until 2026-11-22T11:00:00Z --agent 2001 --call c1 --act audit-read --supervisor os:kim";
    expect((await run(line)).asked[0]?.[2]).toEqual({
      until: Date.UTC(2026, 10, 22, 11),
      agent: "2001",
      call: "c1",
      act: "audit-read",
      supervisor: "os:kim",
      limit: 200,
    });
  });
  test("what JSON itself lets stand, a terminal does not get to obey", async () => {
    const row = { ...(rows[0] ?? expect.fail()), customer: "\u009b31m\u202e" };
    const { out } = await run("audit --json", { readAudit: () => yes([row]) });
    expect(out).not.toMatch(/[\u0080-\u009f\u202e]/);
    expect(JSON.parse(out)).toEqual([row]);
  });
  test("says when there is nothing", async () => {
    expect((await run("audit", { readAudit: () => yes([]) })).out).toBe("Nothing is on record for that.\n");
  });
});

describe("audit --csv", () => {
  const heading =
    "id,at,writtenAt,late,act,outcome,supervisor,supervision,agent,call,leg,phone,customer,mode,visibility,mic,refusal,ending,detail";
  const shown = async (customer: string): Promise<string> => {
    const row = { ...(rows[0] ?? expect.fail()), customer };
    const exportAudit: ProgramDeps["exportAudit"] = async (_, __, take) => {
      await take([row]);
      return { ok: true, value: 1 };
    };
    const { out } = await run("audit --csv", { exportAudit });
    const prefix = "1,2026-11-22T09:00:00.000Z,2026-11-22T09:00:00.000Z,false,listen,allowed,3001,,2001,,,,";
    const [first, second = ""] = out.split("\r\n");
    expect(first).toBe(heading);
    expect(second.startsWith(prefix)).toBe(true);
    return second.slice(prefix.length, -",listen,hidden,,,,".length);
  };
  test("is every row that fits, lines ended by CR LF", async () => {
    const ran = await run("audit --csv --agent 2001");
    expect(ran.asked[0]).toEqual([
      "exportAudit",
      { kind: "demo", dataDir: ".earshot" },
      { agent: "2001" },
      expect.anything(),
    ]);
    expect(ran.out.split("\r\n")).toHaveLength(4);
  });
  test("with --limit is the newest so many", async () => {
    const ran = await run("audit --csv --limit 2");
    expect(ran.asked[0]?.[0]).toBe("readAudit");
    expect(ran.out.startsWith(`${heading}\r\n1,`)).toBe(true);
  });
  test("without rows is its heading", async () => {
    expect((await run("audit --csv", { exportAudit: () => yes(0) })).out).toBe(`${heading}\r\n`);
  });
  test.each([
    ["a comma", "a,b", '"a,b"'],
    ["a quote", 'a"b', '"a""b"'],
    ["nothing", "", ""],
    ["=", "=1+1", "'=1+1"],
    ["+", "+49 30", "'+49 30"],
    ["-", "-1", "'-1"],
    ["@", "@SUM(1)", "'@SUM(1)"],
    ["a tab", "\t=1", "'?=1"],
    ["CR", "\r=1", "'?=1"],
    ["a full-width =", "\uff1d1", "'\uff1d1"],
    ["an escape", "\u001b[31m", "?[31m"],
    ["a formula with a quote", '=A("x")', `"'=A(""x"")"`],
  ])("a cell with %s is harmless and can be read again", async (_, text, cell) => {
    expect(await shown(text)).toBe(cell);
  });
  test("--out writes a new file for this user alone, and nothing over one that is there", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "earshot-out-")), "record.csv");
    expect(await run(`audit --csv --out ${file}`)).toMatchObject({ code: 0, out: "" });
    expect(readFileSync(file, "utf8").startsWith(heading)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await run(`audit --csv --out ${file}`)).toMatchObject({
      code: 1,
      err: `${file} is there already; give a new file.\n`,
      asked: [],
    });
    rmSync(dirname(file), { recursive: true });
  });
  test("--out leaves nothing behind where the answer is a refusal", async () => {
    const folder = mkdtempSync(join(tmpdir(), "earshot-out-"));
    const ran = await run(`audit --csv --out ${join(folder, "x.csv")}`, { exportAudit: () => no("No.") });
    expect(ran).toMatchObject({ code: 1, err: "No.\n" });
    expect(existsSync(join(folder, "x.csv"))).toBe(false);
    rmSync(folder, { recursive: true });
  });
});

describe("audit verify", () => {
  test("says that all is well, and the head to keep", async () => {
    const ran = await run("audit verify --head main:1:x");
    expect(ran).toMatchObject({
      code: 0,
      err: "",
      out: "The record is as it was written: 2 rows.\nHead: main:2:head\n",
    });
    expect(ran.asked[0]?.slice(2)).toEqual(["main:1:x"]);
  });
  test("says what is wrong, exit 1; for programs too", async () => {
    const bad = { ...check, ok: false, rows: 16, fault: { id: 17, sentence: "Row 17 is not as it was written." } };
    const deps = { verifyAudit: () => yes({ check: bad, recorded: true }) };
    const ran = await run("audit verify", deps);
    expect(ran.code).toBe(1);
    expect(ran.out).toBe("Row 17 is not as it was written.\nThe 16 rows before that are as they were written.\n");
    const json = await run("audit verify --json", deps);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toEqual({ ...bad, recorded: true });
  });
  test("says when it is not on record itself", async () => {
    const ran = await run("audit verify", { verifyAudit: () => yes({ check, recorded: false }) });
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining("earshot is not running") });
  });
});

describe("status", () => {
  test("is one fact a line", async () => {
    expect((await run("status")).out).toBe(
      `gateway  main\naddress  http://127.0.0.1:8080\nprocess  42\nsince    ${localTime(status.startedAt)}\npbx      connected\nbroker   away\nmissing  take-over\n`,
    );
    expect(JSON.parse((await run("status --json")).out)).toEqual(status);
  });
});

describe("operate mosquitto", () => {
  test("writes the access file as it is, and nothing else", async () => {
    expect(await run("operate mosquitto")).toMatchObject({ code: 0, out: accessFile, err: "" });
    expect(JSON.parse((await run("operate mosquitto --json")).out)).toEqual({ accessFile });
  });
  test.each(["mosquitto", "emqx", "schemas", "asyncapi"])("and operate %s asks for itself", async (what) => {
    expect((await run(`operate ${what}`)).asked).toEqual([["operate", { kind: "demo", dataDir: ".earshot" }, what]]);
  });
  test("what is JSON anyway stays as it is with --json", async () => {
    const document = '{\n  "asyncapi": "3.0.0"\n}\n';
    expect((await run("operate asyncapi --json", { operate: () => yes(document) })).out).toBe(document);
  });
});

describe("operate branch", () => {
  test("writes the file of the branch alone, so that it can be sent on", async () => {
    const ran = await run("operate branch hamburg");
    expect(ran).toMatchObject({ code: 0, out: branchFiles[0]?.text, err: "" });
    expect(ran.asked[0]?.[2]).toBe("hamburg");
    expect(JSON.parse((await run("operate branch hamburg --json")).out)).toEqual({ files: branchFiles });
  });
  test("writes file and unit where --out says, and shows none of it", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "earshot-out-")), "new");
    const ran = await run(`operate branch hamburg --out ${folder}`);
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).not.toContain("geheim");
    expect(readFileSync(join(folder, "branch.yaml"), "utf8")).toBe(branchFiles[0]?.text);
    expect(statSync(join(folder, "branch.yaml")).mode & 0o777).toBe(0o600);
  });
});

describe("branch", () => {
  test("runs on its own file, without a configuration", async () => {
    expect((await run("branch")).asked).toEqual([["branch", "branch.yaml"]]);
    expect((await run("branch --config x.yaml")).asked).toEqual([["branch", "x.yaml"]]);
  });
  test("says in a sentence why it cannot", async () => {
    expect(await run("branch", { branch: () => no("There is no file.") })).toMatchObject({
      ...{ code: 1, out: "", err: "There is no file.\n" },
    });
  });
});

describe("the unit of a branch office", () => {
  test("gives it a user of its own, its file from root, and no socket to listen on", () => {
    const unit = branchUnit("hamburg");
    for (const line of ["DynamicUser=yes", "SocketBindDeny=any", "Restart=always", "CapabilityBoundingSet="])
      expect(unit.split("\n")).toContain(line);
    expect(unit).toMatch(/^LoadCredential=branch\.yaml:\/etc\/earshot\/branch\.yaml$/m);
    expect(unit).not.toMatch(/^User=root/m);
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
