import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readConfig, readDataFolder } from "../../../src/config/index.js";
import { Issuer } from "../../lab/certificate.js";
import { configOf, folder, models, right, told } from "./files.js";

const hosts = ["calls.example.com"];
const site = new Issuer("Site CA");
const own = site.issue({ names: ["earshot"], hosts });
const other = site.issue({ names: ["earshot"], hosts });
const over = site.issue({ names: ["earshot"], hosts, until: Date.now() - 60_000 });

const withTls = right.replace(
  /^http: .*$/m,
  'http: { listen: 127.0.0.1:8080, publicUrl: "https://calls.example.com", tls: { certFile: own.crt, keyFile: own.key } }',
);

/** A configuration beside these files. */
function at(text: string, files: Readonly<Record<string, string>> = {}): string {
  const made = folder();
  const path = join(made, "earshot.yaml");
  for (const [name, content] of Object.entries({ ...files, "earshot.yaml": text })) {
    writeFileSync(join(made, name), content, { mode: 0o600 });
  }
  return path;
}

describe.each([
  ["is not there", {}],
  ["is no PEM", { "own.crt": "rubbish", "own.key": "rubbish" }],
  ["has another's key", { "own.crt": own.certificate, "own.key": other.key }],
  ["has run out", { "own.crt": over.certificate, "own.key": over.key }],
])("a server's certificate that %s", (_, files) => {
  test("is no matter to a command that does not speak https with it", () => {
    expect(configOf(readConfig(at(withTls, files), {}, models, "unread")).http.tls).toEqual({
      certFile: expect.stringMatching(/\/own\.crt$/),
      keyFile: expect.stringMatching(/\/own\.key$/),
    });
  });

  test("is no matter to a command that only asks the running gateway", () => {
    const path = at(withTls, files);
    expect(readDataFolder(path)).toEqual({ ok: true, data: join(path, "..", "data") });
  });
});

describe("a command that does not speak https", () => {
  test("is still told what is written wrong about it", () => {
    const text = withTls.replace("https://calls", "http://calls");
    expect(told(readConfig(at(text), {}, models, "unread"))).toEqual([expect.stringContaining("must be https")]);
  });
});

describe("a command that only asks the running gateway", () => {
  test.each([
    ["a password that this user cannot read", right.replace("secret: two", "secretEnv: NOT_SET")],
    ["a person half written", right.replace("role: agent,", "role: agnt,")],
    ["a key that is none", `${right}\nnonsense: 1`],
    ["nothing at all", ""],
  ])("finds it beside %s", (_, text) => {
    const path = at(text);
    expect(readDataFolder(path)).toEqual({ ok: true, data: join(path, "..", "data") });
  });

  test("finds it where the file says", () => {
    expect(readDataFolder(at(right.replace("data: ./data", "data: /var/lib/earshot")))).toEqual({
      ok: true,
      data: "/var/lib/earshot",
    });
  });

  test.each([
    ["there is no such file", undefined, /cannot be read: there is no such file/],
    ["the file is no YAML", "data: [", /brackets|closed|YAML|end/i],
    ["the file is a list", "- data: x", /must be a map/],
    ["the folder is none", "data: { at: x }", /`data` must be/],
    ["the folder is there twice", "data: x\ndata: y", /`data` is given twice/],
    ["the folder's key is mistyped", "dta: /var/lib/earshot", /did you mean `data`\?/],
  ])("is told where %s", (_, text, words) => {
    const path = text === undefined ? join(folder(), "none.yaml") : at(text);
    const read = readDataFolder(path);
    expect(read.ok ? [] : read.problems.map(({ sentence }) => sentence)).toEqual([expect.stringMatching(words)]);
  });
});
