import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { branchFileText, readBranchFile } from "../../../src/config/index.ts";
import { loadSecrets, publicKeyText } from "../../../src/store/index.ts";
import { changed, configOf, folder, read, right, told, warningsOf } from "./files.ts";

const http = "push: { by: http, address: 192.0.2.31, username: u, password: geheim }";
const url = "mqtts://broker.example.com:8883";
/** The right file with these branches, whose phone has these further keys. */
const site = (branches: string, phone: string): string =>
  `${changed('extension: "3001" }\n', `extension: "3001", ${phone} }\n`)}branches:\n  - ${branches}\n`;
const good = site(`{ id: hamburg, url: "${url}" }`, `branch: hamburg, lampKey: 5, ${http}`);

describe("branch offices", () => {
  test("a phone belongs to one", () => {
    const { branches, phones } = configOf(read(good));
    expect(branches).toEqual([{ id: "hamburg", url }]);
    expect(phones[0]).toMatchObject({ branch: "hamburg", push: { by: "http", origin: "http://192.0.2.31" } });
  });

  test("there are none where none is written", () => expect(configOf(read(right)).branches).toBeUndefined());

  test("a broker outside is reached as the gateway reaches it, where nothing else is said", () => {
    const outside = site("{ id: hamburg }", `branch: hamburg, ${http}`).replace(
      /mqtt: .*\n/,
      `mqtt: { url: "${url}" }\n`,
    );
    expect(configOf(read(outside)).branches).toEqual([{ id: "hamburg", url }]);
  });

  test("one that is not encrypted is worth a word", () =>
    expect(warningsOf(read(good.replace("mqtts:", "mqtt:"))).join()).toMatch(/branches\[0\]\.url.*not encrypted/));

  const at = `{ id: hamburg, url: "${url}" }`;
  test.each<[string, string, RegExp]>([
    [
      "a name that is nearly right",
      site(at, `branch: hambrug, ${http}`),
      /branch` is `hambrug`.*did you mean `hamburg`/,
    ],
    ["a name that is nobody's", site(at, `branch: xy, ${http}`), /branch` is `xy`, and nothing under `branches`/],
    ["a phone without a web server", site(at, "branch: hamburg"), /branch` needs `push` with `by: http`/],
    ["a phone by NOTIFY", site(at, "branch: hamburg, push: { by: notify }"), /needs `push` with `by: http`/],
    [
      "the broker inside, nowhere",
      site("{ id: hamburg }", `branch: hamburg, ${http}`),
      /url` is missing: how the branch reaches the broker inside/,
    ],
    ["the same id twice", site(`${at}\n  - ${at}`, `branch: hamburg, ${http}`), /the same id/],
    ["a wildcard", site(at.replace("hamburg", '"+"'), http), /branches\[0\]\.id` must be 1 to 50 letters/],
    [
      "an account that is a device's",
      good.replace("username: ana", "username: branch-hamburg"),
      /an account of `mqtt.embedded`/,
    ],
    [
      "an account that is a person's",
      good
        .replace('extension: "2001", name', 'id: branch-hamburg, extension: "2001", name')
        .replace('agent: "2001"', "agent: branch-hamburg"),
      /the id of a person/,
    ],
    [
      "an account that is Home Assistant's",
      good.replace("embedded: {", "homeAssistant: { username: branch-hamburg, password: x }, embedded: {"),
      /that is `mqtt.homeAssistant.username`/,
    ],
    ["a key that is nearly right", site(at.replace("url:", "ulr:"), http), /did you mean `url`/],
  ])("%s is told once, by line", (_what, text, words) => {
    const problems = told(read(text));
    expect(problems.filter((problem) => words.test(problem))).toHaveLength(1);
    expect(problems.join()).not.toContain("geheim");
  });

  test("a broker on the gateway's own machine is of no use to a branch", () => {
    const own = site("{ id: hamburg }", `branch: hamburg, ${http}`).replace(
      /mqtt: .*\n/,
      'mqtt: { url: "mqtt://127.0.0.1:1883" }\n',
    );
    expect(told(read(own)).join()).toMatch(
      /branches\[0\]\.url` is missing: how the branch reaches the broker on this machine/,
    );
  });
});

describe("the file of a branch office", () => {
  const file = async (): Promise<{ readonly path: string; readonly text: string }> => {
    const config = configOf(read(good));
    const at = folder();
    mkdirSync(join(at, "data"), { mode: 0o700 });
    const { branchKey, branchPassword } = await loadSecrets(join(at, "data"));
    const branch = config.branches?.[0];
    if (!branch) throw new Error("no branch");
    const secrets = { password: branchPassword(branch.id), gateway: publicKeyText(branchKey) };
    const path = join(at, "branch.yaml");
    const text = branchFileText(config, branch, secrets);
    writeFileSync(path, text, { mode: 0o600 });
    return { path, text };
  };

  test("is read as it was written, and holds its phones, its account and a public key, and nothing else", async () => {
    const { path, text } = await file();
    const result = readBranchFile(path);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { branch, base, broker, gateway, phones } = result.file;
    expect({ branch, base, phones }).toEqual({
      ...{ branch: "hamburg", base: "earshot" },
      phones: [
        { mac: "805ec0aabbcc", push: { by: "http", origin: "http://192.0.2.31", username: "u", password: "geheim" } },
      ],
    });
    expect(broker).toEqual({ url, username: "branch-hamburg", password: expect.stringMatching(/^[\w-]{32}$/) });
    expect(gateway.type).toBe("public");
    expect(text).not.toMatch(/Kim|Ana|3001|T46U|yealink|PRIVATE|three|two/);
  });

  test("that others can read is not used", async () => {
    const { path } = await file();
    chmodSync(path, 0o604);
    expect(readBranchFile(path)).toMatchObject({
      ok: false,
      problems: [{ sentence: expect.stringMatching(/chmod o=/) }],
    });
  });

  test.each<[string, RegExp, string, RegExp]>([
    ["a key of another kind", /^gateway: .*$/m, 'gateway: "AAAA"', /2:.*gateway.*must be the gateway's public key/],
    ["a mistyped key", /^broker:$/m, "brocker:", /did you mean `broker`/],
    ["no password", / {2}password: .*\n/, "", /broker.password` is missing/],
  ])("with %s is told by line, without a secret", async (_what, piece, by, words) => {
    const { path, text } = await file();
    expect(text).toMatch(piece);
    writeFileSync(path, text.replace(/^#.*\n/gm, "").replace(piece, by));
    const result = readBranchFile(path);
    const said = result.ok ? "" : result.problems.map(({ line, sentence }) => `${line}: ${sentence}`).join("\n");
    expect(said).toMatch(words);
    expect(said).not.toContain("geheim");
  });

  test("that is not there is a sentence", () =>
    expect(readBranchFile("/nowhere/branch.yaml")).toMatchObject({
      ok: false,
      problems: [{ sentence: "The file of the branch cannot be read: there is no such file." }],
    }));
});
