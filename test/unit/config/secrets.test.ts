import { describe, expect, test } from "vitest";
import { changed, configOf, marked, read, told, warningsOf } from "./files.ts";

const from = "password: one";

describe("a secret", () => {
  test("from a file beside the configuration, without its line end", () => {
    const config = configOf(read(changed(from, "passwordFile: ari.txt"), {}, { "ari.txt": { text: "from file\r\n" } }));
    expect(config.pbx).toMatchObject({ ari: { password: "from file" } });
  });
  test("from the environment", () => {
    const config = configOf(read(changed("secret: two", "secretEnv: AMI_SECRET"), { AMI_SECRET: "from env" }));
    expect(config.pbx).toMatchObject({ ami: { secret: "from env" } });
  });
  test("of an account from the environment", () => {
    const config = configOf(read(changed("password: three", "passwordEnv: ANA"), { ANA: "a" }));
    expect(config.mqtt).toMatchObject({ accounts: [{ password: "a" }] });
  });
  const ari = '{ url: "http://127.0.0.1:8088/ari", username: earshot, password: one }';
  const bare = '«{ url: "http://127.0.0.1:8088/ari", username: earshot }';
  const ways = "write `password`, or `passwordFile` with a file, or `passwordEnv` with an environment variable";
  test.each([
    ["missing", ari, bare, "password", ways],
    ["empty", ari, ari.replace("password: one", "«password:"), "password", ways],
    ["empty in quotes", from, "password: «''", "password", "is empty"],
    ["given twice", from, "password: «one, passwordEnv: X", "password", "keep one of `password`, `passwordEnv`"],
    [
      "in a file that is not there",
      from,
      "passwordFile: «nope",
      "passwordFile",
      "`nope`, which cannot be read: there is no such file",
    ],
    ["in a folder", from, "passwordFile: «.", "passwordFile", "it is a folder"],
    [
      "in a variable that is not set",
      from,
      "passwordEnv: «NOPE",
      "passwordEnv",
      "environment variable `NOPE`, which is not set",
    ],
    ["not text", from, "password: «[a]", "password", "must be text"],
    ["with a line end", from, 'password: «"a\\r\\nb"', "password", "line end"],
    [
      "written where a name belongs",
      from,
      "passwordEnv: «hunter-2",
      "passwordEnv",
      "must be the name of an environment variable.",
    ],
  ])("%s is told", (_, piece, by, key, words) => {
    const { text, at } = marked(changed(piece, by));
    const found = told(read(text));
    expect(found).toEqual([expect.stringContaining(`${at} pbx.ari.${key}: `)]);
    expect(found[0]).toContain(words);
    expect(found[0]).not.toContain("hunter");
  });
  test.skipIf(process.platform === "win32")("in a file open to all is a warning", () => {
    const beside = { "ari.txt": { text: "x", mode: 0o644 } };
    expect(warningsOf(read(changed(from, "passwordFile: ari.txt"), {}, beside))).toEqual([
      expect.stringMatching(/^5:\d+ pbx\.ari\.passwordFile: .*every user of this machine can read/),
    ]);
  });
});
