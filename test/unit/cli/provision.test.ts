import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Mac } from "../../../src/model/index.js";
import { explained, filesRow, no, phone, phoneFile, provisioned, run, yes } from "./fakes.ts";

const demo = { kind: "demo", dataDir: ".earshot" };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("earshot provision list", () => {
  test("has every phone, its files, and what it does without, with nothing that a terminal obeys", async () => {
    const { code, out, asked } = await run("provision list --mode overlay");
    expect(code).toBe(0);
    expect(asked).toEqual([["provisionList", demo, { mode: "overlay", show: false }]]);
    expect(out).toBe(`MAC           Model  Extension  Way      Files                     Missing
805ec0aabbcc  T46U   3001       overlay  earshot-805ec0aabbcc.cfg  1 thing, below

805ec0aabbcc: Left out, because ?[31mof this: that.
`);
  });
  test("has the addresses of files where they are asked for", async () => {
    const url = "https://calls.example.com/c/key/earshot-805ec0aabbcc.cfg";
    const provisionList = () => yes([{ ...provisioned, url }]);
    const { out, asked } = await run("provision list --show-urls", { provisionList });
    expect(asked).toEqual([["provisionList", demo, { show: true }]]);
    expect(out).toContain(`\n\n805ec0aabbcc: ${url}\n\n`);
  });
  test("says that there are no phones", async () => {
    expect((await run("provision list", { provisionList: () => yes([]) })).out).toBe("There are no phones yet.\n");
  });
  test("gives programs the same as JSON", async () => {
    expect(JSON.parse((await run("provision list --json")).out)).toEqual([provisioned]);
  });
});

describe("earshot provision render", () => {
  test("prints the files without secrets", async () => {
    const { out, asked } = await run("provision render 805ec0aabbcc");
    expect(asked).toEqual([["provisionFiles", demo, "805ec0aabbcc", { show: false }]]);
    expect(out).toBe("==> earshot-805ec0aabbcc.cfg <==\n#!version:1.0.0.1\npush_xml.password = ********\n");
  });
  test("prints secrets where they are asked for, in words", async () => {
    expect((await run("provision render 805ec0aabbcc --mode full --show-secrets")).out).toContain("geheim");
  });
  test("writes files that can be used, for this user alone, and prints no secret", async () => {
    const folder = mkdtempSync(join(tmpdir(), "earshot-provision-"));
    folders.push(folder);
    const out = join(folder, "new");
    const ran = await run(`provision render 805ec0aabbcc --out ${out}`);
    const path = join(out, "earshot-805ec0aabbcc.cfg");
    expect(readFileSync(path, "utf8")).toBe(phoneFile(true).text);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(ran.out).toContain("holds secrets");
    expect(ran.out).not.toContain("geheim");
    const again = await run(`provision render 805ec0aabbcc --out ${out}`);
    expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/is there already; give a new folder/) });
  });
  test("of a phone that gets none makes no folder and says why", async () => {
    const out = join(tmpdir(), "earshot-provision-none");
    const ran = await run(`provision render 805ec0aabbcc --out ${out}`, {
      provisionFiles: () => no("There is no file."),
    });
    expect(ran).toMatchObject({ code: 1, out: "", err: "There is no file.\n" });
    expect(existsSync(out)).toBe(false);
  });
  test("knows two ways", async () => {
    expect(await run("provision render 805ec0aabbcc --mode half")).toMatchObject({
      code: 2,
      err: expect.stringContaining("Allowed choices are overlay, full"),
    });
  });
});

describe("earshot provision explain", () => {
  test("shows value, layer and place, what it went over, and what the key list says", async () => {
    const { out, asked } = await run("provision explain 805ec0aabbcc voice.vad");
    expect(asked).toEqual([["provisionExplain", demo, "805ec0aabbcc", "voice.vad", { show: false }]]);
    expect(out).toBe(`voice.vad = 1
  from  site, phones/yealink/site.yaml:4
  over  0 (base, firmware-config/yealink/base.yaml:50)
  not   phone, phones/yealink/phones/805ec0aabbcc.yaml:2: it is for mode full alone
  list  since V81, until now; a guide, p. 3
`);
  });
  test("says that a key is not set", async () => {
    const { set: _, ...without } = explained;
    const { out } = await run("provision explain 805ec0aabbcc voice.vad", { provisionExplain: () => yes(without) });
    expect(out).toMatch(/^voice\.vad is not set in mode overlay\.\n/);
  });
});

describe("earshot provision recipe", () => {
  test("is that for files unless another is named", async () => {
    expect((await run("provision recipe yealink")).asked).toEqual([
      ["provisionRecipe", demo, "yealink", "file", undefined],
    ]);
    const { out, asked } = await run("provision recipe polycom fusionpbx 0004f2aabb21");
    expect(asked).toEqual([["provisionRecipe", demo, "polycom", "fusionpbx", "0004f2aabb21"]]);
    expect(out).toBe("Name it last.\n");
  });
});

describe("earshot phones seen", () => {
  const sight = { by: ["tls" as const], address: "192.0.2.31", firstAt: 1, lastAt: 2 };
  test("says of who refuses the server's certificate why, and what to do", async () => {
    const seen = [
      { ...sight, mac: "805ec0aabbcc" as Mac, refused: "unknown-ca" as const },
      { ...sight, address: "192.0.2.32", refused: "version" as const },
    ];
    const { out } = await run("phones seen", { seen: async () => ({ ok: true, value: { standing: [], seen } }) });
    expect(out).toContain("\n805ec0aabbcc at 192.0.2.31 does not know the CA of earshot's certificate: tell it by");
    expect(out).toContain("\n192.0.2.32 has no TLS that earshot speaks (1.2 and 1.3): give it newer firmware.\n");
  });
});

describe("earshot provision enrol", () => {
  test("says where phones begin that do not know the site's CA, where that is elsewhere", async () => {
    const { out } = await run("provision enrol 805ec0aabbcc", {
      enrol: async (_, { macs }) => ({
        ok: true,
        value: { macs, until: 1, url: "https://calls.example.com/c/", firstContact: "http://192.0.2.10:8081/c/" },
      }),
    });
    expect(out).toMatch(/\nPhones that do not know your CA yet begin at http:\/\/192\.0\.2\.10:8081\/c\/\n$/);
  });
  test("opens windows for phones, for half an hour unless told, and says what that means", async () => {
    const { out, asked } = await run("provision enrol 805ec0aabbcc 805ec0aabb20");
    expect(asked).toEqual([["enrol", demo, { macs: ["805ec0aabbcc", "805ec0aabb20"], minutes: 30 }]]);
    expect(out).toMatch(
      /^Until \S+ \S+ whoever asks https:\/\/calls\.example\.com\/c\/ first for the files of 805ec0aabbcc, 805ec0aabb20 gets them\.\n$/,
    );
  });
  test.each(["0", "1441", "half"])("takes 1 to 1440 minutes, not %s", async (minutes) => {
    const ran = await run(`provision enrol 805ec0aabbcc --minutes ${minutes}`);
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining("Give a number of minutes from 1 to 1440.") });
  });
});

describe("earshot provision resync", () => {
  test("asks for what is named, narrowed by each word", async () => {
    const { asked } = await run("provision resync 805ec0aabbcc --team support --role agent --changed --spread 2.5");
    const wish = { macs: ["805ec0aabbcc"], team: "support", role: "agent", changed: true, spread: 2.5 };
    expect(asked).toEqual([["resync", demo, wish]]);
  });
  test("tells of each phone how it stands, and when the last has its turn", async () => {
    const waits = { ...phone, resync: { state: "waits", orderedAt: 0 } } as const;
    const asked = { ...phone, resync: { state: "asked", orderedAt: 0, fetched: false } } as const;
    const ordered = { ...phone, resync: { state: "ordered", orderedAt: 0 } } as const;
    const phones = [asked, waits, ordered, filesRow];
    const { out } = await run("provision resync --all", {
      resync: () => yes({ phones, lastAt: Date.UTC(2026, 10, 22, 12) }),
    });
    const [, ...lines] = out.split("\n");
    expect(lines.map((line) => line.slice(31).trim())).toEqual([
      "asked, has fetched nothing yet",
      "waits for its turn",
      "ordered",
      expect.stringMatching(/^not asked 2026-11-22 \d\d:00:00.*: the phone is not \?\[31mregistered$/),
      expect.stringContaining("Who has a call is asked after it"),
      "",
    ]);
    expect(out).toContain("The last has its turn at 2026-11-22 ");
  });
  test.each(["--spread 2000", "--spread -1", "--spread soon", "--role boss"])(
    "refuses %s before it asks",
    async (how) => {
      expect(await run(`provision resync --all ${how}`)).toMatchObject({ code: 2, asked: [] });
    },
  );
  test("says what it is refused for", async () => {
    const sentence = "The PBX cannot send it.";
    expect(await run("provision resync --all", { resync: () => no(sentence) })).toMatchObject({
      code: 1,
      err: `${sentence}\n`,
    });
  });
  test("gives programs the same as JSON", async () => {
    const { out } = await run("provision resync --all --json", {
      resync: () => yes({ phones: [filesRow], lastAt: 1 }),
    });
    expect(JSON.parse(out)).toEqual({ phones: [filesRow], lastAt: 1 });
  });
});

describe("earshot provision state", () => {
  test("has every phone with its files and how its order fared, with nothing that a terminal obeys", async () => {
    const { out } = await run("provision state", { phoneFiles: () => yes([filesRow, { ...phone }]) });
    expect(out).toContain("not known");
    expect(out).toContain("805ec0aabbcc: There is no ?[31mfile.\n");
    expect(out).toContain("805ec0aabbcc: not asked, because the phone is not ?[31mregistered.\n");
    expect(out).not.toContain("\u001b");
  });
  test("gives programs the same as JSON", async () => {
    const { out } = await run("provision state --json", { phoneFiles: () => yes([filesRow]) });
    expect(JSON.parse(out)).toEqual([filesRow]);
  });
});
