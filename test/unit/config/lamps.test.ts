import { describe, expect, test } from "vitest";
import { blfKeysOf, type PersonId } from "../../../src/model/index.js";
import { changed, configOf, read, right, told } from "./files.ts";

const kim = "3001" as PersonId;
const ana = "2001" as PersonId;
const endpoint = `  endpoint: "PJSIP/{extension}"\n`;
/** The right file whose phone has these further keys. */
const phone = (keys: string): string => changed('extension: "3001" }\n', `extension: "3001", ${keys} }\n`);
const keysOf = (text: string) => blfKeysOf(configOf(read(text)).phones, kim);

describe("how a phone shows who is with its owner", () => {
  test.each<[string, readonly string[]]>([
    ["answer: ring", ["any"]],
    ["lampKey: 5", []],
    ["lamp: push, lampKey: 5", []],
    ["lamp: blf", ["any"]],
    ["lamp: blf-three", ["listen", "coach", "join"]],
    ["lamp: mqtt", []],
  ])("by %s", (keys, wanted) => expect(keysOf(phone(keys))).toEqual(wanted));

  test("by every phone they have, each key once", () => {
    const second = '  - { mac: 805ec0aabbcd, vendor: yealink, model: T46U, extension: "3001", lamp: blf-three }\n';
    const third = '  - { mac: 805ec0aabbce, vendor: yealink, model: T46U, extension: "3001", lampKey: 2 }\n';
    expect(keysOf(`${right}${second}${third}`)).toEqual(["any", "listen", "coach", "join"]);
  });

  test("by one key where no phone of theirs is known", () =>
    expect(blfKeysOf(configOf(read(right)).phones, ana)).toEqual(["any"]));

  test.each<[string, RegExp]>([
    [
      "lamp: blf-tree",
      /^15:\d+ phones\[0\]\.lamp: `phones\[0\]\.lamp` must be `push`, `blf`, `blf-three` or `mqtt`.*did you mean `blf-three`\?/,
    ],
    ["lamps: blf", /phones\[0\]\.lamps.*`lamp`/],
    ["lamp: push", /phones\[0\]\.lampKey` is missing: `lamp: push` needs the number of a line key/],
    ["lamp: blf, lampKey: 5", /phones\[0\]\.lampKey` belongs to `lamp: push`, and `lamp` is `blf`/],
    ["lamp: mqtt, lampKey: 5", /phones\[0\]\.lampKey` belongs to `lamp: push`, and `lamp` is `mqtt`/],
  ])("%s is told", (keys, words) => {
    const problems = told(read(phone(keys)));
    expect(problems).toEqual([expect.stringMatching(words)]);
  });

  test("a pushed lamp is told of a make whose lamps come from the PBX", () => {
    const file = phone("lamp: push, lampKey: 5").replace(
      "vendor: yealink, model: T46U",
      "vendor: polycom, model: VVX411",
    );
    expect(told(read(file))).toEqual([
      expect.stringMatching(/phones\[0\]\.lamp` is `push`, and lamps of `polycom` phones come from the PBX; use `blf`/),
    ]);
  });
});

describe("earshot's own SIP account", () => {
  const sip = (keys: string): string => changed(endpoint, `${endpoint}  sip: { ${keys} }\n`);
  const accountOf = (text: string) => {
    const { pbx } = configOf(read(text));
    return pbx.kind === "asterisk" ? pbx.sip : undefined;
  };

  test("is not there unless the site says so", () => expect(accountOf(right)).toBeUndefined());

  test("comes in where ARI is, unless told", () => {
    expect(accountOf(sip("username: earshot-blf"))).toEqual({ username: "earshot-blf", url: "ws://127.0.0.1:8088/ws" });
    const encrypted = sip("username: earshot-blf").replace(
      "http://127.0.0.1:8088/ari",
      "https://pbx.example.com/a/ari",
    );
    expect(accountOf(encrypted)?.url).toBe("wss://pbx.example.com/a/ws");
    expect(accountOf(sip('username: earshot-blf, url: "wss://pbx.example.com/ws", context: phones'))).toEqual({
      username: "earshot-blf",
      url: "wss://pbx.example.com/ws",
      context: "phones",
    });
  });

  test.each<[string, RegExp]>([
    ["url: ws://127.0.0.1/ws", /pbx\.sip\.username` is missing/],
    ["username: a b", /pbx\.sip\.username/],
    ["username: earshot-blf, url: http://127.0.0.1/ws", /pbx\.sip\.url` must be a URL such as/],
    ["username: earshot-blf, url: ws://u:geheim@127.0.0.1/ws", /pbx\.sip\.url` must not hold/],
    ["username: earshot-blf, context: earshot-watch", /pbx\.sip\.context` must be a context of your own/],
    ["username: earshot-blf, contxt: phones", /pbx\.sip\.contxt.*`context`/],
  ])("%s is told", (keys, words) => {
    const problems = told(read(sip(keys)));
    expect(problems).toEqual([expect.stringMatching(words)]);
    expect(problems.join()).not.toContain("geheim");
  });

  test("sends texts to phones that are to be told so, and is missed where there is none", () => {
    const texts = (text: string): string =>
      text.replace('extension: "3001" }\n', 'extension: "3001", push: { by: message } }\n');
    expect(configOf(read(texts(sip("username: earshot-blf")))).phones[0]?.push).toEqual({ by: "message" });
    expect(told(read(texts(right)))).toEqual([
      expect.stringMatching(/phones\[0\]\.push\.by` is `message`, which needs `pbx\.sip`/),
    ]);
  });
});
