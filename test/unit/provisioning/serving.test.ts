import { createHash } from "node:crypto";
import Fastify from "fastify";
import { describe, expect, test } from "vitest";
import type { Mac, Sight } from "../../../src/model/index.js";
import { PhoneFileServer, readMakes } from "../../../src/provisioning/index.js";
import { askedFor, sightOf } from "../../../src/provisioning/serving/asked.js";
import { challenge, judge } from "../../../src/provisioning/serving/digest.js";
import { Enrolments } from "../../../src/provisioning/serving/enrolments.js";
import { UsedNonces } from "../../../src/provisioning/serving/used-nonces.js";
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
    judge(
      key,
      at + later,
      { method, url, ...(authorization !== undefined && { authorization }) },
      passwords,
      () => true,
    );

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
  const asked = (windows: Enrolments, name: string, now = at - 1, address = "192.0.2.31", of = mac) =>
    windows.ask(of, name, address, now);

  test("is open until its time, for that phone alone, and each file three times", () => {
    const windows = new Enrolments();
    windows.open(mac, at);
    expect(asked(windows, "a.cfg")).toBe("open");
    expect(asked(windows, "a.cfg", at - 1, "192.0.2.31", "805ec0aabb99" as Mac)).toBe("closed");
    windows.gave(mac, "a.cfg");
    windows.gave(mac, "a.cfg");
    expect(asked(windows, "a.cfg")).toBe("open");
    windows.gave(mac, "a.cfg");
    expect(asked(windows, "a.cfg")).toBe("used");
    expect(asked(windows, "b.cfg")).toBe("open");
    expect(asked(windows, "b.cfg", at)).toBe("closed");
    expect(asked(windows, "b.cfg")).toBe("closed");
  });

  test("counts no file that could not be made", () => {
    const windows = new Enrolments();
    windows.open(mac, at);
    for (const _ of Array(5).keys()) {
      windows.gave(mac, "a.cfg");
      windows.gaveNot(mac, "a.cfg");
    }
    expect(asked(windows, "a.cfg")).toBe("open");
  });

  test("is that of the first address that asks, until it is opened anew", () => {
    const windows = new Enrolments();
    windows.open(mac, at);
    expect(asked(windows, "a.cfg")).toBe("open");
    expect(asked(windows, "a.cfg", at - 1, "192.0.2.99")).toBe("another");
    expect(asked(windows, "a.cfg")).toBe("open");
    windows.open(mac, at);
    expect(asked(windows, "a.cfg", at - 1, "192.0.2.99")).toBe("open");
  });
});

describe("nonces that were used", () => {
  test("come once with each count, which rises", () => {
    const used = new UsedNonces();
    const taken = [1, 1, 2, 1, 5, 4].map((count) => used.take("ana", "n", at, count));
    expect(taken).toEqual([true, false, true, false, true, false]);
    expect([used.take("kim", "n", at, 1), used.take("ana", "other", at, 1)]).toEqual([true, true]);
  });

  test("are forgotten in their order, and count as used then", () => {
    const used = new UsedNonces();
    const all = Array.from({ length: 1_000 }, (_, n) => n);
    expect(all.every((n) => used.take("ana", `n${n}`, at + n, 1))).toBe(true);
    expect(all.some((n) => used.take("ana", `n${n}`, at + n, 1))).toBe(false);
    expect(used.take("ana", "n999", at + 999, 2)).toBe(true);
  });
});

describe("tries for phones that there are not", async () => {
  const read = await readMakes();
  const people = [person("2001", "agent")];
  const server = () => {
    const waited: number[] = [];
    const seen: Sight[] = [];
    const told = new Map<string, number>();
    const app = Fastify();
    const of = config(people, [phone("805ec0aabbcc", "yealink", "T46U", "2001")]);
    new PhoneFileServer({
      ...{ config: of, known: {}, makes: read.ok ? read.makes : new Map(), clock: { now: () => at }, key },
      refusals: { tell: (what) => void told.set(what, (told.get(what) ?? 0) + 1) },
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
    const ask = async (mac: string, remoteAddress = "192.0.2.31") => {
      const headers = { "x-forwarded-proto": "https" };
      const reply = await app.inject({ url: `/c/${mac}.cfg`, headers, remoteAddress });
      const { date: _, "www-authenticate": challenged = "", ...rest } = reply.headers;
      return {
        status: reply.statusCode,
        body: reply.body,
        rest,
        challenged: String(challenged).replace(/"[^"]*"$/, ""),
      };
    };
    return { app, ask, waited, seen, told };
  };
  const guesses = (count: number) =>
    Array.from({ length: count }, (_, n) => `805ec1${n.toString(16).padStart(6, "0")}`);

  test("slow down whoever makes them, also with phones that there are, and the first are shown", async () => {
    const { app, ask, waited, seen } = server();
    expect((await ask("805ec0aabbcc")).status).toBe(401);
    const macs = guesses(40);
    expect(new Set(await Promise.all(macs.map(async (mac) => (await ask(mac)).status)))).toEqual(new Set([401]));
    expect((await ask("805ec0aabbcc")).status).toBe(401);
    expect(waited[0]).toBe(250);
    expect(waited.at(-1)).toBe(2_000);
    expect(seen.map(({ mac }) => mac)).toEqual(["805ec0aabbcc", ...macs, "805ec0aabbcc"]);
    await app.close();
  });

  test("are answered and waited for alike with one phone that there is, asked again and again", async () => {
    const asked = async (mac: string) => {
      const { app, ask, waited } = server();
      const replies = [];
      for (const _ of Array(310).keys()) replies.push(await ask(mac));
      await app.close();
      return { replies, waited };
    };
    expect(await asked("805ec0aabbcc")).toEqual(await asked("805ec0aabb99"));
  });

  test("by thousands from one address are waited for, told apart by nothing, and push nothing out of the list of what was seen", async () => {
    const { app, ask, waited, seen, told } = server();
    const statuses = await Promise.all(guesses(5_000).map(async (mac) => (await ask(mac)).status));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(waited.filter((ms) => ms === 250)).toHaveLength(30);
    expect(waited.filter((ms) => ms === 2_000)).toHaveLength(270);
    expect(waited.filter((ms) => ms === 4_000)).toHaveLength(4_700);
    expect(seen.length).toBeLessThanOrEqual(60);
    expect(told.get("An address asks for many files that it does not get")).toBe(1);
    expect((await ask(guesses(1)[0] ?? "", "192.0.2.32")).status).toBe(401);
    await app.close();
  });

  test("of hundreds of phones behind one address keep none of them away: each is asked to sign in", async () => {
    const { app, ask } = server();
    await Promise.all(guesses(400).map((mac) => ask(mac)));
    const { status, challenged } = await ask("805ec0aabbcc");
    expect(status).toBe(401);
    expect(challenged).toMatch(/^Digest .*nonce=/);
    await app.close();
  });

  test("by thousands from as many addresses are slowed down together", async () => {
    const { app, ask, waited } = server();
    const from = (n: number): string => `10.0.${n >> 8}.${n & 255}`;
    await Promise.all(guesses(3_000).map((mac, n) => ask(mac, from(n))));
    expect(waited.filter((ms) => ms === 250).length).toBeLessThanOrEqual(1_030);
    await app.close();
  });
});
