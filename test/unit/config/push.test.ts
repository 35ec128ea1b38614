import { describe, expect, test } from "vitest";
import { sure } from "../http/fixture.ts";
import { changed, configOf, models, read, right, told } from "./files.ts";

const ami = `  ami: { host: 127.0.0.1, port: 5038, username: earshot, secret: two }\n`;
/** The right file whose phone has these further keys. */
const phone = (keys: string): string => changed('extension: "3001" }\n', `extension: "3001", ${keys} }\n`);

describe("how a phone is pushed to", () => {
  test("by NOTIFY where AMI is there, else not at all", () => {
    expect(configOf(read(right)).phones[0]?.push).toEqual({ by: "notify" });
    expect(configOf(read(changed(ami, ""))).phones[0]?.push).toBeUndefined();
  });

  test("by HTTP, with a password from a file; a bare address is http", () => {
    const file = phone("push: { by: http, address: 192.0.2.31, username: earshot, passwordFile: phone.password }");
    const config = configOf(read(file, {}, { "phone.password": { text: "word\n" } }));
    expect(config.phones[0]?.push).toEqual({
      by: "http",
      origin: "http://192.0.2.31",
      username: "earshot",
      password: "word",
    });
  });

  test("the key whose lamp shows who is there has a number", () =>
    expect(configOf(read(phone("lampKey: 5"))).phones[0]?.lampKey).toBe(5));

  test.each<[string, RegExp]>([
    ["push: { by: http, username: u, password: p }", /phones\[0\].push.address` is missing/],
    ["push: { by: http, address: 192.0.2.31, password: p }", /phones\[0\].push.username` is missing/],
    ["push: { by: http, address: 192.0.2.31, username: u }", /phones\[0\].push.password` is missing/],
    ["push: { by: notify, username: u }", /phones\[0\].push.username` belongs to `by: http`/],
    ["push: { by: mail }", /must be `notify`, `http` or `message`/],
    ['push: { by: http, address: "http://192.0.2.31/x", username: u, password: p }', /must be an address such as/],
    [
      'push: { by: http, address: "http://u:geheim@192.0.2.31", username: u, password: p }',
      /must not hold the password/,
    ],
    ["lampKey: 0", /from 1 to 99/],
  ])("%s is told", (keys, words) => {
    const problems = told(read(phone(keys)));
    expect(problems.filter((problem) => words.test(problem))).toHaveLength(1);
    expect(problems.join()).not.toContain("geheim");
  });

  test.each([
    ["lampKey: 27", []],
    ["lampKey: 28", [expect.stringMatching(/phones\[0\]\.lampKey` is 28, and a `T46U` has the line keys 1 to 27/)]],
  ])("%s is held against the line keys of the model", (keys, words) => {
    const answer = read(phone(keys));
    expect(answer.ok ? [] : told(answer)).toEqual(words);
  });

  test("a key of a model without line keys is told", () => {
    const file = phone("lampKey: 1").replace("model: T46U", "model: T30P");
    expect(told(read(file))).toEqual([
      expect.stringMatching(/phones\[0\]\.lampKey` is 1, and a `T30P` has no line keys/),
    ]);
  });

  test("by NOTIFY without AMI is told", () =>
    expect(told(read(phone("push: { by: notify }").replace(ami, "")))).toEqual([
      expect.stringMatching(/phones\[0\]\.push\.by.* needs `pbx\.ami`/),
    ]));
});

describe("what a make of phone takes", () => {
  /** The right file whose phone is of another make, with further keys. */
  const polycom = (keys: string, model = "VVX411"): string =>
    phone(keys).replace("vendor: yealink, model: T46U", `vendor: polycom, model: ${model}`);
  const http = "by: http, address: 192.0.2.31, username: u, password: p";

  test("no NOTIFY is chosen by itself for a phone that takes no document by it", () =>
    expect(configOf(read(polycom("answer: ring"))).phones[0]?.push).toBeUndefined());

  test("a NOTIFY that is written for one is told", () =>
    expect(told(read(polycom("push: { by: notify }")))).toEqual([
      expect.stringMatching(
        /phones\[0\]\.push\.by` is `notify`, and `polycom` phones take no document by it; use `by: http`/,
      ),
    ]));

  test("a web server that takes none is told, too", () => {
    const known = { ...models, yealink: { ...sure(models["yealink"]), ways: ["notify"] } } as const;
    expect(told(read(phone(`push: { ${http} }`), {}, {}, known))).toEqual([
      expect.stringMatching(
        /phones\[0\]\.push\.by` is `http`, and `yealink` phones take no document by it; use `by: notify`/,
      ),
    ]);
  });

  test("a priority goes with everything that is pushed to it", () =>
    expect(configOf(read(polycom(`push: { ${http}, priority: normal }`))).phones[0]?.push).toMatchObject({
      priority: "normal",
    }));

  test("a priority that there is not is told", () =>
    expect(told(read(polycom(`push: { ${http}, priority: urgent }`)))).toEqual([
      expect.stringMatching(/phones\[0\]\.push\.priority` must be `critical`, `high`, `important` or `normal`/),
    ]));

  test("and a priority for a make that has none", () => {
    expect(told(read(phone(`push: { ${http}, priority: high }`)))).toEqual([
      expect.stringMatching(/phones\[0\]\.push\.priority` is for phones whose pushes have priorities/),
    ]);
    expect(told(read(phone("push: { by: notify, priority: high }")))).toEqual([
      expect.stringMatching(/phones\[0\]\.push\.priority` belongs to `by: http`/),
    ]);
  });
});
