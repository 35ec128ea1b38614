import { describe, expect, test } from "vitest";
import { changed, marked, read, right, told } from "./files.ts";

/** One piece of the right file made wrong; what is told, and where the mark `«` stood. */
function wrong(piece: string, by: string): { readonly found: readonly string[]; readonly at: string } {
  const { text, at } = marked(changed(piece, by));
  return { found: told(read(text)), at };
}

describe("an unknown key is told where it stands, with the nearest right key", () => {
  test.each([
    ["policy: { hidden: allowed }", "policy: { «hiden: allowed }", "policy.hiden", "did you mean `hidden`?"],
    ["policy: {", "«polcy: {", "polcy", "did you mean `policy`?"],
    ["role: agent,", "«rol: agent,", "people[1].rol", "did you mean `role`?"],
    ["password: one", "«pasword: one", "pbx.ari.pasword", "did you mean `password`?"],
    ["  ami: {", "  «amy: {", "pbx.amy", "did you mean `ami`?"],
    ["mqtt: { embedded", "mqtt: { «embeded", "mqtt.embeded", "did you mean `embedded`?"],
    [
      "hidden: allowed }",
      "hidden: allowed, «zzz: 1 }",
      "policy.zzz",
      "the keys here are `hidden`, `supervision`, `digits`, `pagesFrom`, `never`, `private`, `supervisorsPerCall`, `pin` and `shift`.",
    ],
  ])("%s becomes %s", (piece, by, key, hint) => {
    const { found, at } = wrong(piece, by);
    expect(found).toContain(`${at} ${key}: \`${key}\` is not a key here; ${hint}`);
  });
  test.each([
    ["policy: { hidden: allowed }", "policy: { «hiden: allowed }"],
    ["role: agent,", "«rol: agent,"],
    ["password: one", "«pasword: one"],
    ["mqtt: { embedded", "mqtt: { «embeded"],
    ['{ extension: "2001", name', '{ «extention: "2001", name'],
  ])("and the key that was meant is not told as missing: %s", (piece, by) => {
    expect(wrong(piece, by).found).toHaveLength(1);
  });
  test("of the other kind of PBX", () => {
    const { found, at } = wrong("kind: asterisk\n  ari", "kind: simulator\n  «ari");
    expect(found).toContain(
      `${at} pbx.ari: \`pbx.ari\` is not a key here; the keys here are \`kind\`, \`seed\` and \`speed\`.`,
    );
  });
  test.each(["toString", "__proto__", "constructor"])("even when it is called %s", (key) => {
    expect(told(read(`${right}${key}: { a: 1 }\n`))).toEqual([expect.stringContaining(`\`${key}\` is not a key here`)]);
  });
});

describe("a wrong value names what is right", () => {
  const roles = "`administrator`, `team-manager`, `agent-plus` or `agent`";
  test.each([
    ["role: agent,", "role: «agnt,", "people[1].role", `must be ${roles}, not \`agnt\`; did you mean \`agent\`?`],
    ["role: agent,", "role: «admin,", "people[1].role", "did you mean `administrator`?"],
    ["kind: asterisk", "kind: «asterix", "pbx.kind", "not `asterix`; did you mean `asterisk`?"],
    [
      "vendor: yealink",
      "vendor: «Yealnk",
      "phones[0].vendor",
      "`yealink` or `polycom`, not `Yealnk`; did you mean `yealink`?",
    ],
    [
      "model: T46U",
      "model: «T46",
      "phones[0].model",
      "`T43U`, `T46U`, `T54W` or `T30P`, not `T46`; did you mean `T46U`?",
    ],
    ...["-1", "1441", "1.5", "never"].map((text) => [
      "hidden: allowed",
      `hidden: allowed, private: { limit: «${text} }`,
      "policy.private.limit",
      "must be a whole number of minutes from 1 to 1440, or 0 for no limit",
    ]),
    ...["0", "10", "1.5", "all"].map((text) => [
      "hidden: allowed",
      `hidden: allowed, supervisorsPerCall: «${text}`,
      "policy.supervisorsPerCall",
      "must be a whole number from 1 to 9",
    ]),
    [
      "hidden: allowed",
      "hidden: «allow",
      "policy.hidden",
      "`allowed` or `forbidden`, not `allow`; did you mean `allowed`?",
    ],
    [
      "T46U,",
      "T46U, answer: «automatic,",
      "phones[0].answer",
      "`ring` or `auto`, not `automatic`; did you mean `auto`?",
    ],
    ["mac: 805ec0aabbcc", "mac: «805ec0aabbc", "phones[0].mac", "must be a MAC address"],
    ["port: 5038", "port: «70000", "pbx.ami.port", "must be a port from 1 to 65535, not `70000`"],
    ["name: Ana Ruiz", "name: «' '", "people[1].name", "must be 1 to 200 characters"],
    ["teams: [support] }\nphones", "teams: «support }\nphones", "people[1].teams", "must be a list"],
    ["{ hidden: allowed }", "«allowed", "policy", "must be a map with keys such as `hidden`"],
    ["name: Ana Ruiz", "name: «[Ana]", "people[1].name", "must be text"],
    ["name: Ana Ruiz, ", "", "people[1].name", "is missing: the name shown on phones"],
  ])("%s becomes %s", (piece, by, key, words) => {
    // What is missing is told at the map it is missing from.
    const { found, at } =
      by === "" ? wrong(`{ extension: "2001", ${piece}`, '«{ extension: "2001", ') : wrong(piece, by);
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(`${at} ${key}: `)).toBe(true);
    expect(found[0]).toContain(words);
  });
  test.each(["0", "0.2", "61", "-1", "1e1", "fast"])("and a speed of the simulator that is %s", (speed) => {
    const played = right.replace(/pbx:\n(?: {2}.*\n)+/, `pbx: { kind: simulator, speed: «${speed} }\n`);
    const { text, at } = marked(played);
    expect(told(read(text))).toEqual([
      `${at} pbx.speed: \`pbx.speed\` must be a number from 0.25 to 60, not \`${speed}\`.`,
    ]);
  });
  test("and a wrong pbx.kind does not hide what is wrong with the rest of pbx", () => {
    const file = changed("kind: asterisk", "kind: asterix").replace(
      "username: earshot, pass",
      "«usernme: earshot, pass",
    );
    const { text, at } = marked(file);
    expect(told(read(text))).toEqual([
      expect.stringMatching(/^4:9 pbx\.kind: /),
      `${at} pbx.ari.usernme: \`pbx.ari.usernme\` is not a key here; did you mean \`username\`?`,
    ]);
  });
});

describe("all problems of a file", () => {
  test("come at once, sorted by line", () => {
    const file = changed("listen: 127.0.0.1:8080", "listen: '8080'")
      .replace("role: team-manager", "role: boss")
      .replace('T46U, extension: "3001"', 'T46U, extension: "3009"')
      .replace("password: one", "passwordEnv: NOPE")
      .replace("hidden: allowed", "hidden: yes");
    expect(told(read(file)).map((line) => line.replace(/:.*? /, " ").split(": ")[0])).toEqual([
      "1 http.listen",
      "5 pbx.ari.passwordEnv",
      "9 policy.hidden",
      "12 people[0].role",
      "15 phones[0].extension",
    ]);
  });
  test("of an empty file ask for what must be said", () => {
    const keys = told(read("")).map((line) => line.split(": ")[0]);
    expect(keys).toEqual(["1:1 http.listen", "1:1 http.publicUrl", "1:1 pbx", "1:1 policy.hidden", "1:1 mqtt"]);
  });
  test("of a file that is no map", () => {
    expect(told(read("- a\n"))).toEqual(["1:1 : The file must be a map with keys such as `gateway`."]);
  });
});

describe("policy.hidden has no default", () => {
  test.each(["", "policy: {}", "policy:", "policy: { hidden: }"])("written as %j", (by) => {
    const found = told(read(changed("policy: { hidden: allowed }", by)));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(" policy.hidden: `policy.hidden` is missing, and earshot does not choose for you");
    expect(found[0]).toMatch(/`allowed` lets .* `forbidden` means/);
  });
});

describe("YAML that cannot be read is told with its place", () => {
  const star = "A value that starts with `*` points to a name given with `&`, and there is none; put it in quotes.";
  test.each([
    ["a key given twice", `${right}«data: ./other\n`, "data: `data` is given twice; the first is on line 2."],
    [
      "a nested key given twice",
      changed("hidden: allowed", "hidden: allowed, «hidden: forbidden"),
      "policy.hidden: `policy.hidden` is given twice; the first is on line 9.",
    ],
    ["a tab", "http:\n«\tlisten: x\n", ": A tab is used to indent; use spaces."],
    [
      "a reserved character",
      changed("password: one", "password: «@one"),
      ": A value that starts with this character must be in quotes.",
    ],
    [
      "a second colon",
      "data: «a: b\n",
      ": There is a second `:` here; put the value in quotes, or its keys on lines of their own.",
    ],
    ["an alias to nothing", changed("password: one", "password: «*one"), `pbx.ari.password: ${star}`],
    ["two documents", `${right}«---\na: b\n`, ": A second document begins here (`---`); the file must hold one."],
  ])("%s", (_, file, expected) => {
    const { text, at } = marked(file);
    expect(told(read(text))).toContain(`${at} ${expected}`);
  });
  test("an open bracket", () => {
    expect(told(read("people: [\n"))).toEqual([expect.stringMatching(/^\d+:\d+ : .*bracket/)]);
  });
  test("and no sentence repeats a secret", () => {
    for (const secret of ["@hunter2", "[hunter2", '"hunter2', "|hunter2", "*hunter2", "hunter2: x", "{hunter2: [x]}"]) {
      const found = told(read(changed("password: one", `password: ${secret}`))).join("\n");
      expect(found).not.toBe("");
      expect(found).not.toContain("hunter2");
    }
  });
});

describe("what is nested without end is told", () => {
  const doubling = [..."bcdefgh"].map((key, i) => `${key}: &${key} [${Array(9).fill(`*${"abcdefg"[i]}`).join(",")}]`);
  test.each([
    ["brackets", "[".repeat(100_000)],
    ["maps", "{a: ".repeat(50_000)],
    ["list marks", `${"- ".repeat(50_000)}x`],
    ["an alias to itself", "a: &a [*a]"],
    ["a bomb of aliases", `a: &a [x,x,x,x,x,x,x,x,x]\n${doubling.join("\n")}`],
  ])("%s", (_, file) => {
    expect(told(read(file)).length).toBeGreaterThan(0);
  });
});
