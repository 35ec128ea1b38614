import { describe, expect, test } from "vitest";
import { changed, configOf, read, right, told } from "./files.ts";

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
    ["push: { by: mail }", /must be `notify` or `http`/],
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

  test("by NOTIFY without AMI is told", () =>
    expect(told(read(phone("push: { by: notify }").replace(ami, "")))).toEqual([
      expect.stringMatching(/phones\[0\]\.push\.by.* needs `pbx\.ami`/),
    ]));
});
