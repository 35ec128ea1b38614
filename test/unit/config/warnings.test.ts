import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../../src/config/index.js";
import { changed, folder, models, read, right, warningsOf } from "./files.ts";

describe("a warning", () => {
  test("is not given for the right file", () => {
    expect(warningsOf(read(right))).toEqual([]);
  });
  const sup = '  supervisionEndpoint: "PJSIP/{extension}-sup"\n';
  test("tells that hidden shows on busy lamps without a second account", () => {
    expect(warningsOf(read(changed(sup, "")))).toEqual([
      "4:3 pbx.supervisionEndpoint: `pbx.supervisionEndpoint` is not set: a hidden supervision shows on BLF keys of the supervisor as an ordinary call.",
    ]);
    expect(warningsOf(read(changed(sup, "").replace("hidden: allowed", "hidden: forbidden")))).toEqual([]);
  });
  test("tells that whoever sits at a phone can listen unseen where no PIN is asked for", () => {
    expect(warningsOf(read(changed("hidden: allowed", "hidden: allowed, pin: off")))).toEqual([
      expect.stringMatching(/^9:\d+ policy\.pin: `policy\.pin` is `off`: whoever sits down/),
    ]);
  });
  test("tells that no tone is heard because of a hidden supervision, where a team has both", () => {
    const warned = (team: string) => warningsOf(read(`${right}teams: [{ name: support, ${team} }]\n`));
    expect(warned("tone: { agent: true }")).toEqual([
      "16:32 teams[0].tone: `teams[0].tone` is never heard because of a hidden supervision, and Hidden is allowed on calls of this team.",
    ]);
    expect(warned("tone: { agent: true }, hidden: forbidden")).toEqual([]);
    expect(warned("tone: { agent: false }")).toEqual([]);
  });
  test("tells what is missing without AMI", () => {
    expect(warningsOf(read(right.replace(/^ {2}ami: .*\n/m, "")))).toEqual([
      "4:3 pbx.ami: `pbx.ami` is not set: queue pause, take-over and push by NOTIFY are missing.",
    ]);
  });
  test.each(["localhost:8080", "127.0.0.2:8080", "[::1]:8080"])("is not given for http on %s", (host) => {
    expect(warningsOf(read(changed('"http://127.0.0.1:8080"', `"http://${host}"`)))).toEqual([]);
  });
  test.each([
    [
      'publicUrl: "http://127.0.0.1:8080"',
      'publicUrl: "http://192.0.2.10:8080"',
      /^1:\d+ http\.publicUrl: .*is not https/,
    ],
    ['url: "http://127.0.0.1:8088/ari"', 'url: "http://192.0.2.10:8088/ari"', /^5:\d+ pbx\.ari\.url: .*is not https/],
  ])("tells of http to another machine: %s", (piece, by, expected) => {
    expect(warningsOf(read(changed(piece, by)))).toEqual([expect.stringMatching(expected)]);
  });
  test("reminds of the headset where calls are answered by themselves", () => {
    expect(warningsOf(read(changed("model: T46U,", "model: T46U, answer: auto,")))).toEqual([
      expect.stringMatching(/^15:\d+ phones\[0\]\.answer: .*`805ec0aabbcc`: .*headset/),
    ]);
  });
  /** The right file with a phone of another model. */
  const withPhone = (model: string, keys = "", of = right): readonly string[] =>
    warningsOf(read(of.replace("vendor: yealink, model: T46U", `vendor: polycom, model: ${model}${keys}`)));
  test("tells that a model has no proven browser, and what it has instead", () => {
    expect(withPhone("CCX600")).toEqual([
      expect.stringMatching(
        /^15:\d+ phones\[0\]\.model: .*is `CCX600`, for which no browser is proven: it gets notices, lamps and digits as keys, and no pages; digits need `policy\.digits: allowed`\.$/,
      ),
    ]);
    const digits = right.replace("hidden: allowed", "hidden: allowed, digits: allowed");
    expect(withPhone("CCX600", "", digits)).toEqual([expect.stringMatching(/digits as keys, and no pages\.$/)]);
  });
  test("tells of a browser that nobody has proven", () =>
    expect(withPhone("VVX250")).toEqual([expect.stringMatching(/is `VVX250`, whose browser nobody has proven/)]));
  test("tells that a PIN can be read while it is typed, where one is asked for", () => {
    expect(withPhone("SPIP550")).toEqual([
      expect.stringMatching(/is `SPIP550`, which nobody has proven not to show the PIN/),
    ]);
    const forbidden = right.replace("hidden: allowed", "hidden: forbidden");
    expect(withPhone("SPIP550", "", forbidden)).toEqual([]);
  });
  test("tells that a lamp key does nothing where lamps come from the PBX", () =>
    expect(withPhone("VVX411", ", lampKey: 5")).toEqual([
      expect.stringMatching(/phones\[0\]\.lampKey: .*does nothing: lamps of `polycom` phones come from the PBX/),
    ]));
  test("tells what critical does", () => {
    const push = ", push: { by: http, address: 192.0.2.31, username: u, password: p, priority: critical }";
    expect(withPhone("VVX411", push)).toEqual([
      expect.stringMatching(/phones\[0\]\.push\.priority: .*covers the call screen/),
    ]);
  });
  test.skipIf(process.platform === "win32")(
    "tells that the file itself is open to all while it holds passwords",
    () => {
      const path = join(folder(), "earshot.yaml");
      writeFileSync(path, right);
      chmodSync(path, 0o644);
      expect(warningsOf(readConfig(path, {}, models))).toEqual([
        expect.stringMatching(/^1:1 : The file holds passwords/),
      ]);
    },
  );
});
