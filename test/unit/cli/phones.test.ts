import { describe, expect, test } from "vitest";
import { phonesCsv, readPhones } from "../../../src/cli/phones-csv.ts";
import type { PhoneListed, PhoneWish } from "../../../src/model/index.ts";
import { no, phonesListed, run, status, yes } from "./fakes.ts";

const heading = "mac,vendor,model,extension,answer,lamp_key,push_password\n";
const read = (text: string) => readPhones(Buffer.from(text));
const file = (text: string) => ({ readFile: () => yes(Buffer.from(text)) });

describe("a list of phones as CSV", () => {
  test("is read by the names of its columns, in any order, and an empty cell says nothing", () => {
    expect(read("model,mac,vendor,extension,lamp_key\nT46U,805ec0aa5001,yealink,3001,\n")).toEqual({
      lines: [{ line: 2, wish: { mac: "805ec0aa5001", vendor: "yealink", model: "T46U", extension: "3001" } }],
      problems: [],
    });
  });

  test("a line without what a phone needs, a column that there is not, a broken line: each is told by its line", () => {
    expect(read(`${heading}805ec0aa5001,yealink,,3001,,,\n805ec0aa5002,yealink\n`).problems).toEqual([
      { line: 2, sentence: "The model is missing." },
      { line: 3, sentence: "This line has 2 cells, and the heading 7." },
    ]);
    expect(read("mac,vendor,modell,extension\n").problems).toEqual([
      { line: 1, sentence: 'There is no column "modell"; did you mean model?' },
    ]);
  });

  test.each(["=1+1", "'=1", " with spaces ", 'quo"te,comma', "+49"])(
    "a password comes back as it was: %s",
    (secret) => {
      const [phone] = phonesListed;
      const written = phonesCsv([{ ...(phone as PhoneListed), pushPassword: secret }]);
      expect(read(written).lines[0]?.wish.pushPassword).toBe(secret);
    },
  );

  test("what is exported says of each phone what it was made of, and leaves those of nobody out", () => {
    const [line, ...more] = read(phonesCsv(phonesListed)).lines;
    const { entry: _, ...phone } = phonesListed[0] as PhoneListed;
    expect([line?.wish, more]).toEqual([{ ...phone, lampKey: "3" } satisfies PhoneWish, []]);
  });
});

describe("earshot phones", () => {
  test("token makes one that is for phones", async () => {
    const made = await run("phones token provisioner");
    expect([made.out, made.asked]).toEqual([
      "earshot_made\n",
      [["makeToken", expect.anything(), "provisioner", "phones"]],
    ]);
  });

  test("add takes what a phone has, and asks for a push password alone where one is needed", async () => {
    const plain = await run("phones add 805ec0aa5001 --vendor yealink --model T46U --extension 3001 --lamp-key 3", {
      readPassword: () => no("nobody was to ask"),
    });
    const wish = { mac: "805ec0aa5001", vendor: "yealink", model: "T46U", extension: "3001", lampKey: "3" };
    expect(plain).toMatchObject({
      code: 0,
      asked: [
        ["orderPhone", expect.anything(), "add", { wish }],
        ["status", expect.anything()],
      ],
    });
    expect(plain.out).toBe(
      "805ec0aa5001 is added for 3001. It needs its files: earshot provision render 805ec0aa5001\n",
    );
    const pushed = await run("phones add 805ec0aa5001 --push http --push-address 192.0.2.31 --push-username earshot");
    expect(pushed.asked[0]?.[3]).toMatchObject({ wish: { push: "http", pushPassword: "hush-hush" } });
    expect(pushed.out).not.toMatch(/hush/);
  });

  test("change, replace, rotate and retire name the phone, and say what it needs then", async () => {
    const changed = await run("phones change 805ec0aa5001 --lamp-key none --push-password");
    expect(changed.asked[0]?.slice(2)).toEqual([
      "change",
      { mac: "805ec0aa5001", wish: { lampKey: "none", pushPassword: "hush-hush" } },
    ]);
    const replaced = await run("phones replace 805ec0aa5001 805ec0aa5002 --model T54W");
    expect(replaced.asked[0]?.slice(2)).toEqual([
      "replace",
      { mac: "805ec0aa5001", wish: { mac: "805ec0aa5002", model: "T54W" } },
    ]);
    expect((await run("phones rotate 805ec0aa5001")).out).toMatch(/its old one is dead\. It needs its files again: /);
    expect((await run("phones retire 805ec0aa5001")).out).toBe("805ec0aa5001 is retired, and its key is dead.\n");
    expect(JSON.parse((await run("phones rotate 805ec0aa5001 --json")).out)).toEqual(phonesListed[0]);
  });

  const rotated = "rotate 805ec0aa5001";
  const added = "add 805ec0aa5001 --vendor yealink --model T46U --extension 3001";
  test.each([
    ["full", added, "It fetches its files in a window: earshot provision enrol 805ec0aa5001"],
    [
      "full",
      rotated,
      "It needs its files again: earshot provision enrol 805ec0aa5001, then earshot provision resync 805ec0aa5001",
    ],
    ["full", "change 805ec0aa5001 --lamp-key 4", "It needs its files again: earshot provision resync 805ec0aa5001"],
    [
      "full",
      "change 805ec0aa5001 --extension 2001",
      "It needs its files again: earshot provision enrol 805ec0aa5001, then earshot provision resync 805ec0aa5001",
    ],
    ["overlay", added, "Your provisioner needs a line for it: earshot provision recipe yealink address 805ec0aa5001"],
    [
      "overlay",
      rotated,
      "Your provisioner needs another line for it: earshot provision recipe yealink address 805ec0aa5001, then earshot provision resync 805ec0aa5001",
    ],
    ["overlay", "change 805ec0aa5001 --lamp-key 4", "It needs its file again: earshot provision resync 805ec0aa5001"],
    ["elsewhere", added, "It needs its files: earshot provision render 805ec0aa5001"],
    ["elsewhere", rotated, "It needs its files again: earshot provision render 805ec0aa5001"],
  ] as const)("what comes next is what this site needs (%s): %s", async (phoneFiles, words, sentence) => {
    const ran = await run(`phones ${words}`, { status: () => yes({ ...status, phoneFiles }) });
    expect(ran.out).toMatch(new RegExp(`\\. ${sentence}\n$`));
  });

  test("an order that is done is told, though nobody knows what comes next", async () => {
    const ran = await run(`phones ${rotated}`, { status: () => no("It does not answer.") });
    expect(ran).toMatchObject({ code: 0, err: "", out: expect.stringContaining("its old one is dead.") });
  });

  test("a refusal is a sentence", async () => {
    const ran = await run("phones retire 805ec0aa5001", { orderPhone: () => no("No.") });
    expect(ran).toMatchObject({ code: 1, out: "", err: "No.\n" });
  });

  test("export asks for passwords only where it is told to", async () => {
    expect((await run("phones export")).asked).toEqual([["phoneEntries", expect.anything(), { passwords: false }]]);
    const shown = await run("phones export --show-passwords --json");
    expect(shown.asked).toEqual([["phoneEntries", expect.anything(), { passwords: true }]]);
    expect(JSON.parse(shown.out)).toEqual(phonesListed);
  });

  test("import says how many came of it, and with --dry-run how many would", async () => {
    const line = `${heading}805ec0aa5001,yealink,T46U,3001,auto,3,\n`;
    expect(await run("phones import list.csv", file(line))).toMatchObject({
      ...{ code: 0, out: "1 added, 2 changed, 3 as before.\n" },
      asked: [["enlistPhones", expect.anything(), [{ line: 2 }], false]],
    });
    const dry = await run("phones import list.csv --dry-run", file(line));
    expect([dry.out, dry.asked[0]?.[3]]).toEqual(["1 would be added, 2 would be changed, 3 as before.\n", true]);
  });

  test("import with a line that cannot be read changes nothing, and has the others looked at too", async () => {
    const ran = await run("phones import list.csv", {
      ...file(`${heading}805ec0aa5001,yealink,T46U\n805ec0aa5002,yealink,T99,3001,,,\n`),
      enlistPhones: (_, lines, dryRun) => {
        expect(dryRun).toBe(true);
        return yes({ ok: false, problems: lines.map(({ line }) => ({ line, sentence: "No such model." })) });
      },
    });
    expect(ran).toMatchObject({
      ...{ code: 1, out: "" },
      err:
        "list.csv:2: This line has 3 cells, and the heading 7.\nlist.csv:3: No such model.\n" +
        "2 problems; no phone is added or changed.\n",
    });
  });
});
