import { createHash } from "node:crypto";
import Fastify from "fastify";
import { describe, expect, test } from "vitest";
import type { Mac, Sight } from "../../../src/model/index.js";
import { PhoneFileServer, readMakes } from "../../../src/provisioning/index.js";
import { askedFor, sightOf } from "../../../src/provisioning/serving/asked.js";
import { challenge, judge } from "../../../src/provisioning/serving/digest.js";
import { Enrolments } from "../../../src/provisioning/serving/enrolments.js";
import { accountsOf, config, person, phone } from "../../contract/provisioning/site.ts";

const key = Buffer.alloc(32, 7);
const at = 1_800_000_000_000;
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

describe("a digest", () => {
  const passwords = (user: string) => (user === "805ec0aabbcc" ? "geheim" : undefined);
  const nonceOf = (header: string): string => /nonce="([^"]*)"/.exec(header)?.[1] ?? "";
  /** What a phone would send, with what is changed. */
  const signed = (change: Readonly<Record<string, string>> = {}, password = "geheim", method = "GET"): string => {
    const fields = {
      ...{ username: "805ec0aabbcc", realm: "earshot", nonce: nonceOf(challenge(key, at)), uri: "/c/805ec0aabbcc.cfg" },
      ...{ qop: "auth", nc: "00000001", cnonce: "abc", ...change },
    };
    const [first, second] = [`${fields.username}:${fields.realm}:${password}`, `${method}:${fields.uri}`].map(md5);
    const response = md5([first, fields.nonce, fields.nc, fields.cnonce, fields.qop, second].join(":"));
    return `Digest ${Object.entries({ ...fields, response })
      .map(([name, text]) => `${name}="${text}"`)
      .join(", ")}`;
  };
  const judged = (authorization: string | undefined, later = 0, url = "/c/805ec0aabbcc.cfg", method = "GET") =>
    judge(key, at + later, { method, url, ...(authorization !== undefined && { authorization }) }, passwords);

  test("that is right is its user's, for five minutes; then a new nonce is asked for", () => {
    expect(judged(signed())).toEqual({ of: "805ec0aabbcc" });
    expect(judged(signed(), 299_999)).toEqual({ of: "805ec0aabbcc" });
    expect(judged(signed(), 300_000)).toBe("stale");
    expect(challenge(key, at, true)).toContain("stale=true");
  });
  test.each([
    ["no header", undefined],
    ["another scheme", "Basic ODA1ZWMwYWFiYmNjOmdlaGVpbQ=="],
    ["a field twice", `${signed()}, username="other"`],
  ])("is none with %s", (_, header) => {
    expect(judged(header)).toBe("none");
  });
  test.each([
    ["another password", signed({}, "other")],
    ["an empty password of nobody", signed({ username: "nobody" }, "")],
    ["another realm", signed({ realm: "other" })],
    ["another address", signed({ uri: "/c/805ec0aabb99.cfg" })],
    ["a quality that is not offered", signed({ qop: "auth-int" })],
    ["another method", signed({}, "geheim", "PUT")],
    ["no response", signed().replace(/, response=.*/, "")],
  ])("is wrong with %s", (_, header) => {
    expect(judged(header)).toBe("wrong");
  });
  test.each([
    ["of its own making", signed({ nonce: "abc.def" })],
    ["without a time", signed({ nonce: nonceOf(challenge(Buffer.alloc(32, 1), at)) })],
    ["from the future", signed({ nonce: nonceOf(challenge(key, at + 60_000)) })],
  ])("with a nonce %s counts for nothing, however right it is", (_, header) => {
    expect(judged(header)).toBe("stale");
  });
});

describe("what a phone asks for", () => {
  test.each([
    ["805EC0AABBCC.cfg", { kind: "phone", mac: "805ec0aabbcc", name: "805ec0aabbcc.cfg" }],
    ["805ec0aabbcc.boot", { kind: "phone", mac: "805ec0aabbcc", name: "805ec0aabbcc.boot" }],
    ["earshot-0004f2aabb21.cfg", { kind: "phone", mac: "0004f2aabb21", name: "earshot-0004f2aabb21.cfg" }],
    ["0004f2aabb21-phone.cfg", { kind: "phone", mac: "0004f2aabb21", name: "0004f2aabb21-phone.cfg" }],
    ["snomD785-000413AABB23.htm", { kind: "phone", mac: "000413aabb23", name: "snomd785-000413aabb23.htm" }],
    ["snomD785.htm", { kind: "common" }],
    ["snomD785-firmware.xml", { kind: "common" }],
    ["y000000000000.boot", { kind: "common" }],
    ["y000000000108.cfg", { kind: "common" }],
    ["000000000000.cfg", { kind: "common" }],
    ["000000000000-directory.xml", { kind: "common" }],
    ["3111-44500-001.sip.ld", { kind: "common" }],
    ["805ec0aabbcc", undefined],
    ["805ec0aabbccdd.cfg", undefined],
    ["../805ec0aabbcc.cfg", undefined],
    ["805ec0aabbcc.cfg\u0000", undefined],
    ["", undefined],
  ])("by the name %j", (name, asked) => {
    expect(askedFor(name)).toEqual(asked);
  });
  test.each([
    ["Yealink SIP-T54W 96.86.0.100 80:5e:c0:aa:bb:cc", { vendor: "Yealink", model: "T54W", firmware: "96.86.0.100" }],
    [
      "FileTransport PolyCCX-CCX_600-UA/8.0.2.3267 (SN:482567aabbcc) Type/Application",
      { vendor: "Polycom", model: "CCX_600", firmware: "8.0.2.3267" },
    ],
    ["curl/8", {}],
    ["Yealink \u001b[31m 1", { vendor: "Yealink" }],
    [
      "Mozilla/4.0 (compatible; snomD785-SIP 10.1.169.16 2010.12-00004-g9ba52f5 000413AABB23 SXM:0 UXM:0)",
      { vendor: "Snom", model: "D785", firmware: "10.1.169.16" },
    ],
    ["snomD717/10.1.198.19", { vendor: "Snom", model: "D717", firmware: "10.1.198.19" }],
  ])("is seen as what its user agent says: %j", (agent, about) => {
    expect(sightOf(agent, "192.0.2.31", undefined)).toEqual({ by: "provisioning", address: "192.0.2.31", ...about });
  });
});

describe("a window", () => {
  const mac = "805ec0aabbcc" as Mac;
  test("is open until its time, for that phone alone, and each file three times", () => {
    const windows = new Enrolments();
    windows.open(mac, at);
    expect(windows.isOpen(mac, "a.cfg", at - 1)).toBe(true);
    expect(windows.isOpen("805ec0aabb99" as Mac, "a.cfg", at - 1)).toBe(false);
    windows.gave(mac, "a.cfg");
    windows.gave(mac, "a.cfg");
    expect(windows.isOpen(mac, "a.cfg", at - 1)).toBe(true);
    windows.gave(mac, "a.cfg");
    expect(windows.isOpen(mac, "a.cfg", at - 1)).toBe(false);
    expect(windows.isOpen(mac, "b.cfg", at - 1)).toBe(true);
    expect(windows.isOpen(mac, "b.cfg", at)).toBe(false);
    expect(windows.isOpen(mac, "b.cfg", at - 1)).toBe(false);
  });
});

describe("tries for phones that there are not", async () => {
  const read = await readMakes();
  const people = [person("2001", "agent")];
  const waited: number[] = [];
  const seen: Sight[] = [];
  const server = () => {
    const app = Fastify();
    const of = config(people, [phone("805ec0aabbcc", "yealink", "T46U", "2001")]);
    new PhoneFileServer({
      ...{ config: of, known: {}, makes: read.ok ? read.makes : new Map(), clock: { now: () => at }, key },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      phones: { get: (mac) => of.phones.find((one) => one.mac === mac) },
      person: (id) => people.find((one) => one.id === id),
      launcher: async () => undefined,
      accounts: async () => accountsOf(people),
      password: (account) => account,
      seen: (sight) => void seen.push(sight),
      publicUrl: () => "https://calls.example.com",
      wait: async (ms) => void waited.push(ms),
    }).register(app);
    return app;
  };
  test("slow down whoever makes them, also with phones that there are, and each is shown", async () => {
    const app = server();
    const ask = async (mac: string) => (await app.inject({ url: `/c/${mac}.cfg` })).statusCode;
    expect(await ask("805ec0aabbcc")).toBe(401);
    const macs = Array.from({ length: 31 }, (_, at) => `805ec0bb00${String(at).padStart(2, "0")}`);
    expect(new Set(await Promise.all(macs.map(ask)))).toEqual(new Set([401]));
    expect(await ask("805ec0aabbcc")).toBe(401);
    expect(waited[0]).toBe(250);
    expect(waited.at(-1)).toBe(2_000);
    expect(seen.map(({ mac }) => mac)).toEqual(["805ec0aabbcc", ...macs, "805ec0aabbcc"]);
    await app.close();
  });
});
