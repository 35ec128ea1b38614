import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Config, Phone } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { YealinkPhone } from "../lab/phones/yealink.ts";
import { freePorts } from "../lab/ports.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people } from "./bench.ts";
import { phoneAt, servedInFull } from "./phone-site.ts";
import { ask, closed, dial, pour, type Reply, replyIn, say, signed } from "./wire.ts";

/*
 * The attacks of issue 8 on a whole gateway, over sockets. Each comes from an address of its own, so that what it brought
 * into the log, and what it is held back by, is its own.
 */

const mac = {
  ...{ kim: "805ec0aa3001", kims: "0004f2aa3001", ana: "805ec0aa2001" },
  /** Ana's too, and nobody's. */
  ...{ spare: "805ec0aa2003", nobody: "805ec0aa9999" },
} as const;
const phones = [
  phoneAt(mac.kim, "yealink", "T46U", kim.id),
  phoneAt(mac.kims, "polycom", "VVX411", kim.id),
  phoneAt(mac.ana, "yealink", "T46U", ana.id),
  phoneAt(mac.spare, "yealink", "T46U", ana.id),
];
const secrets = /sip-kim|sip-ana|#!version|CONFIG_FILES|PHONE_CONFIG|account\.1/;

let pbx: SimulatorPbx;
let bench: GatewayBench;
let port: number;
let launcher: string;
let host = 1;

/** An address that nobody has used yet. */
const stranger = (): string => {
  host += 1;
  return `127.0.0.${host}`;
};

async function started(config: Partial<Config> = {}, own?: SimulatorPbx): Promise<GatewayBench> {
  const made = new GatewayBench({
    ...(own && { pbx: own }),
    config: {
      phones,
      provisioning: await servedInFull(),
      ...config,
    },
  });
  await made.start();
  return made;
}

beforeAll(async () => {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = await started({}, pbx);
  launcher = await bench.launcher(mac.kim as Phone["mac"]);
  port = Number(new URL(launcher).port);
});

afterAll(async () => {
  await bench.stop();
  // Whatever was tried, the log holds none of it.
  expect(bench.lines.join("\n")).not.toMatch(/sip-kim|sip-ana|response=|evil|\/p\/[\w-]{22}|earshot\.db|\.\.\//);
});

/** The lines of the log that name this address. */
const linesOf = (address: string, of = bench): readonly string[] =>
  of.lines.filter((line) => line.includes(`"${address}"`));

async function open(...macs: readonly string[]): Promise<void> {
  const opened = await bench.gateway.enrol({ macs, minutes: 30 });
  if (!opened.ok) throw new Error(opened.sentence);
}

/** What a phone of the box is given, and the password it then signs in with. */
async function enrolled(of: string, from: string): Promise<string> {
  await open(of);
  const { body } = await ask(port, from, `/c/${of}.cfg`);
  const [, password] = /^static\.auto_provision\.server\.password = (.*)$/m.exec(body) ?? [];
  return password ?? expect.fail(body);
}

/** A phone's page comes while `under` is under way. */
async function served(): Promise<void> {
  const phone = new YealinkPhone({ replyMs: 10_000 });
  await phone.open(launcher);
  expect(phone.title()).toMatch(/Live calls|Starting/);
  await phone.stop();
}

const bare = ({ status, headers, body }: Reply) => {
  const { date: _, ...rest } = headers;
  return {
    status,
    body,
    headers: { ...rest, "www-authenticate": rest["www-authenticate"]?.replace(/nonce="[^"]*"/, "") },
  };
};

describe.concurrent("MAC guessing", () => {
  it("finds nothing: each guess is answered alike, whether there is such a phone or not", async () => {
    const from = stranger();
    const replies = await Promise.all(
      [mac.ana, mac.nobody, mac.kim, "805ec0000001"].map((of) => ask(port, from, `/c/${of}.cfg`)),
    );
    expect(new Set(replies.map((reply) => JSON.stringify(bare(reply))))).toHaveLength(1);
    expect(replies[0]).toMatchObject({ status: 401, body: "" });
  });

  it("is slowed and few lines of the log, and the phones have their pages meanwhile", async () => {
    const from = stranger();
    const macs = Array.from({ length: 400 }, (_, n) => `805ec0bb${n.toString(16).padStart(4, "0")}`);
    macs[200] = mac.ana;
    const guesses = macs.map((of) => ask(port, from, `/c/${of}.cfg`));
    await served();
    const replies = await Promise.all(guesses);
    expect(new Set(replies.map((reply) => JSON.stringify(bare(reply))))).toHaveLength(1);
    expect(replies[0]).toMatchObject({ status: 401 });
    expect(replies.map(({ body }) => body).join("")).toBe("");
    expect(linesOf(from).filter((line) => /A phone that there is not was asked for/.test(line))).toHaveLength(10);
    expect(linesOf(from).length).toBeLessThanOrEqual(11);
  });

  it("gets nothing by an open window at that pace, and does not take it from its phone", async () => {
    const from = stranger();
    const guess = (of: string) => ask(port, from, `/c/${of}.cfg`);
    await Promise.all(Array.from({ length: 301 }, (_, n) => guess(`805ec0cc${n.toString(16).padStart(4, "0")}`)));
    await open(mac.spare);
    expect(await guess(mac.spare)).toMatchObject({ status: 401, body: "" });
    expect((await ask(port, stranger(), `/c/${mac.spare}.cfg`)).status).toBe(200);
  });
});

describe("a trick in the path", () => {
  const long = "a".repeat(7_000);
  const tricks: readonly [string, string][] = [
    ["dots", `/c/../c/${mac.ana}.cfg`],
    ["dots behind a file", `/c/${mac.kim}.cfg/../${mac.ana}.cfg`],
    ["dots in percents", `/c/%2e%2e/%2e%2e/earshot.yaml`],
    ["a slash in percents", `/c/..%2f..%2fdata%2fsecret.key`],
    ["percents twice", `/c/%252e%252e%252fsecret.key`],
    ["an end of text", `/c/${mac.ana}.cfg%00.txt`],
    ["a backslash", `/c/..\\${mac.ana}.cfg`],
    ["a backslash in percents", `/c/%5c..%5c${mac.ana}.cfg`],
    ["an empty part", `/c//${mac.ana}.cfg`],
    ["a dot alone", `/c/./${mac.ana}.cfg`],
    ["a dot behind", `/c/${mac.ana}.cfg.`],
    ["a space behind", `/c/${mac.ana}.cfg%20`],
    ["another case", `/C/${mac.ana}.cfg`],
    ["digits of another script", `/c/${encodeURIComponent("٨٠٥")}ec0aa2001.cfg`],
    ["wide digits", `/c/${encodeURIComponent("８０５")}ec0aa2001.cfg`],
    ["no UTF-8", "/c/%ff%fe.cfg"],
    ["percents that are none", `/c/%zz${mac.ana}.cfg`],
    ["a very long name", `/c/${long}.cfg`],
    ["a parameter", `/c/${mac.ana}.cfg;x=1`],
    ["a question", `/c/${mac.nobody}.cfg?../../secret.key`],
    ["nothing", "/c/"],
    ["a whole address", `http://127.0.0.1/c/${mac.ana}.cfg`],
    ["an address of another host", `http://evil.example/c/${mac.ana}.cfg`],
    ["the database", "/c/earshot.db"],
  ];

  it.concurrent.each(tricks)("gives nothing, and is in the log: %s", async (_, target) => {
    const from = stranger();
    const { status, body } = await ask(port, from, target);
    expect([400, 401, 403, 404, 414]).toContain(status);
    expect(body).not.toMatch(secrets);
    expect(linesOf(from)).toHaveLength(1);
  });

  it("is no other phone's file for who is signed in", async () => {
    const from = stranger();
    const password = await enrolled(mac.kim, from);
    const tried = async (uri: string) => {
      const challenge = (await ask(port, from, uri)).headers["www-authenticate"] ?? "";
      const authorization = signed(challenge, { user: mac.kim, password, uri });
      return ask(port, from, uri, { headers: { authorization } });
    };
    const replies = [
      await tried(`/c/${mac.kim}.cfg%2f..%2f${mac.ana}.cfg`),
      await tried(`/c/${mac.kim}.cfg?${mac.ana}.cfg`),
      await tried(`/c/${mac.kim}-${mac.ana}.cfg`),
    ];
    expect(replies.map(({ body }) => body).join("\n")).not.toContain("sip-ana");
  });

  it.concurrent.each([
    ["two hosts", `GET /c/${mac.ana}.cfg HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`, 400],
    [
      "a header over two lines",
      `GET /c/${mac.ana}.cfg HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\nConnection: close\r\n\r\n`,
      400,
    ],
    ["a line end in a header", `GET /c/${mac.ana}.cfg HTTP/1.1\r\nHost: a\r\nX: y\rAuthorization: z\r\n\r\n`, 400],
    [
      "a length and pieces",
      `POST /c/${mac.ana}.cfg HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ["endless headers", `GET /c/${mac.ana}.cfg HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(20_000)}\r\n\r\n`, 431],
  ])("in the request itself is no request, and in the log: %s", async (_, bytes, status) => {
    const from = stranger();
    const reply = replyIn(await say(port, from, bytes));
    expect(reply.status).toBe(status);
    expect(reply.body).not.toMatch(secrets);
    expect(linesOf(from)).toEqual([expect.stringContaining("Something that is no request was sent")]);
  });
});

describe("an enrolment that is played again", () => {
  it("gives each file three times, also where all ask at once", async () => {
    const from = stranger();
    await open(mac.ana);
    const replies = await Promise.all(Array.from({ length: 20 }, () => ask(port, from, `/c/${mac.ana}.cfg`)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(linesOf(from).join("\n")).toContain("A phone's file was asked for once more than its window gives it");
  });

  it("gives nothing to a second address, and says so; opened anew it does", async () => {
    const [phone, thief] = [stranger(), stranger()];
    await open(mac.ana);
    expect((await ask(port, phone, `/c/${mac.ana}.boot`)).status).toBe(404);
    const stolen = await ask(port, thief, `/c/${mac.ana}.cfg`);
    expect(stolen).toMatchObject({ status: 401, body: "" });
    expect(linesOf(thief).join("\n")).toContain("from a second address in its window");
    expect((await ask(port, phone, `/c/${mac.ana}.cfg`)).status).toBe(200);
    await open(mac.ana);
    expect((await ask(port, thief, `/c/${mac.ana}.cfg`)).status).toBe(200);
  });
});

describe("credentials that are played again", () => {
  let password: string;
  const uri = `/c/${mac.ana}.cfg`;
  beforeAll(async () => {
    password = await enrolled(mac.ana, stranger());
    // Used up, so that nothing comes by the window.
    await Promise.all(Array.from({ length: 5 }, () => ask(port, stranger(), uri)));
  });

  /** A fresh challenge, answered. */
  const authorization = async (from: string, change: Partial<Parameters<typeof signed>[1]> = {}): Promise<string> =>
    signed((await ask(port, from, uri)).headers["www-authenticate"] ?? "", { user: mac.ana, password, uri, ...change });

  it("open nothing the second time, from wherever they come; the phone is asked to sign anew", async () => {
    const [phone, thief] = [stranger(), stranger()];
    const headers = { authorization: await authorization(phone) };
    expect((await ask(port, phone, uri, { headers })).status).toBe(200);
    const again = await ask(port, thief, uri, { headers });
    expect(again).toMatchObject({ status: 401, body: "" });
    expect(again.headers["www-authenticate"]).toContain("stale=true");
    expect(linesOf(thief).join("\n")).toContain("A phone's credentials have come a second time");
  });

  it.concurrent.each([
    ["for another file", `/c/${mac.ana}.boot`, "GET", {}],
    ["for another phone's file", `/c/${mac.kim}.cfg`, "GET", {}],
    ["with a question behind", `${uri}?x`, "GET", {}],
    ["as another phone's", uri, "GET", { user: mac.kim }],
    ["with another password", uri, "GET", { password: "evil" }],
  ])("open nothing %s", async (_, target, method, change) => {
    const from = stranger();
    const headers = { authorization: await authorization(from, change) };
    expect(await ask(port, from, target, { method, headers })).toMatchObject({ status: 401, body: "" });
    expect(linesOf(from).join("\n")).toContain("A phone's files were asked for with wrong credentials");
  });

  it("open nothing by another method", async () => {
    const from = stranger();
    const headers = { authorization: await authorization(from) };
    expect((await ask(port, from, uri, { method: "PUT", headers })).status).toBe(405);
  });
});

describe("plain HTTP where phones have https", () => {
  let secure: GatewayBench;
  let at: number;
  beforeAll(async () => {
    at = await freePorts(1, 1);
    const listen = { host: "127.0.0.1", port: at };
    secure = await started({ http: { listen, publicUrl: "https://calls.example.com" } });
  });
  afterAll(() => secure.stop());

  it("gives nothing, not even in a window, and is in the log; what a proxy has had by https is served", async () => {
    const from = stranger();
    expect((await secure.gateway.enrol({ macs: [mac.ana], minutes: 5 })).ok).toBe(true);
    const [there, not] = [await ask(at, from, `/c/${mac.ana}.cfg`), await ask(at, from, `/c/${mac.nobody}.cfg`)];
    expect(there).toMatchObject({ status: 403, body: "" });
    expect(bare(there)).toEqual(bare(not));
    expect(linesOf(from, secure)).toEqual([expect.stringContaining("A phone's file was asked for without https")]);
    const headers = { "x-forwarded-proto": "https" };
    expect((await ask(at, from, `/c/${mac.ana}.cfg`, { headers })).status).toBe(200);
  });
});

describe("a huge PUT", () => {
  const piece = Buffer.alloc(65_536, "x");
  const chunk = Buffer.concat([Buffer.from("10000\r\n"), piece, Buffer.from("\r\n")]);
  const head = (name: string, how: string): string => `PUT /c/${name} HTTP/1.1\r\nHost: a\r\n${how}\r\n\r\n`;

  it.each([
    ["of gigabytes", `${mac.ana}-app.log`, "Content-Length: 9000000000", piece],
    ["of gigabytes, as somebody else", "x", "Content-Length: 9000000000", piece],
    ["without an end", `${mac.ana}-app.log`, "Transfer-Encoding: chunked", chunk],
    ["without an end, unasked", "x", "Transfer-Encoding: chunked\r\nExpect: 100-continue", chunk],
  ])("is cut off early, and in the log: %s", async (_, name, how, bytes) => {
    const from = stranger();
    const poured = await pour(port, from, head(name, how), bytes);
    // What the system takes before the server has looked is some megabytes.
    expect(poured.bytes).toBeLessThan(64_000_000);
    expect(poured.text).not.toMatch(/^HTTP\/1\.1 100/);
    expect(linesOf(from)).toEqual([expect.stringContaining("Something was sent that nobody here takes")]);
  });

  it("is not even sent by who asks first", async () => {
    const from = stranger();
    const bytes = head(`${mac.ana}-app.log`, "Content-Length: 9000000000\r\nExpect: 100-continue");
    expect(replyIn(await say(port, from, bytes))).toMatchObject({ status: 405 });
  });
});

describe.concurrent("a slow client", () => {
  it("is cut off, however it dawdles, and in the log; the phones have their pages meanwhile", async () => {
    const begun = `GET /c/${mac.ana}.cfg HTTP/1.1\r\nHost: a\r\n`;
    const ways = [
      { sends: "", drips: "" },
      { sends: begun, drips: "" },
      { sends: begun, drips: "X: y\r\n" },
      { sends: `${begun}Content-Length: 1000\r\n\r\n`, drips: "z" },
      { sends: "P", drips: "" },
    ];
    const froms = ways.map(stranger);
    const slow = await Promise.all(
      ways.flatMap((way, n) =>
        Array.from({ length: 10 }, async () => ({ way, socket: await dial(port, froms[n] ?? "") })),
      ),
    );
    const dripping = setInterval(() => {
      for (const { way, socket } of slow) if (way.drips !== "" && socket.writable) socket.write(way.drips);
    }, 500);
    for (const { way, socket } of slow) if (way.sends !== "") socket.write(way.sends);
    await served();
    await Promise.all(slow.map(({ socket }) => closed(socket)));
    clearInterval(dripping);
    for (const from of froms) expect(linesOf(from).join("\n")).toContain("A request was not whole in time");
    for (const { socket } of slow) socket.destroy();
  });

  it("that never reads its replies is cut off", async () => {
    const socket = await dial(port, stranger());
    socket.pause();
    socket.write(`GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n`);
    await closed(socket);
    socket.destroy();
  });
});

describe("what is no request", () => {
  it("is told so, and in the log; who goes on is held and told nothing, and the phones have their pages meanwhile", async () => {
    const from = stranger();
    const replies = await Promise.all(Array.from({ length: 60 }, () => say(port, from, "x".repeat(100))));
    expect(new Set(replies)).toEqual(
      new Set(["HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"]),
    );
    const again = say(port, from, "x".repeat(100));
    await served();
    expect(await again).toBe("");
    expect(linesOf(from).join("\n")).toContain("Something that is no request was sent");
  });
});

describe("many at once", () => {
  it("600 connections of one address are too many: some are closed, and others have their pages", async () => {
    const from = stranger();
    const sockets = await Promise.all(Array.from({ length: 600 }, () => dial(port, from)));
    let gone = 0;
    for (const socket of sockets) socket.resume().once("close", () => (gone += 1));
    await served();
    await expect.poll(() => gone, { timeout: 20_000 }).toBeGreaterThanOrEqual(88);
    for (const socket of sockets) socket.destroy();
    expect(linesOf(from).filter((line) => line.includes("An address has too many connections"))).toHaveLength(1);
  });

  it("a connection that asks for many things at a time is closed, its address shut out, and in the log", async () => {
    const from = stranger();
    const one = `GET /c/${mac.ana}.cfg HTTP/1.1\r\nHost: a\r\n\r\n`;
    expect((await say(port, from, one.repeat(500))).match(/HTTP\/1\.1 /g)?.length).toBeLessThanOrEqual(4);
    expect(await say(port, from, one)).toBe("");
    expect(linesOf(from).join("\n")).toContain("A connection asked for many things at a time");
  });

  it("a request that comes before a reply is known to be out is answered, and nobody is shut out", async () => {
    const from = stranger();
    const one = `GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n`;
    const last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    expect((await say(port, from, one + last)).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(linesOf(from)).toEqual([]);
  });
});

describe("a caller with a line end in their name", () => {
  it("changes no file by a byte", async () => {
    const from = stranger();
    await open(mac.ana);
    const file = async () => (await ask(port, from, `/c/${mac.ana}.cfg`)).body;
    const before = await file();
    pbx
      .incoming({ to: ana.id, number: "+44155501", name: 'x\r\naccount.1.password = evil\n"<evil/>$(evil)%NULL%' })
      .answer();
    expect(await file()).toBe(before);
    expect(before).toContain("account.1.password = sip-ana");
  });
});
