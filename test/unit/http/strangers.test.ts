import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missesPerMinute, missMs } from "../../../src/http/misses.ts";
import { modelsOf } from "../../contract/phones/rendering.ts";
import { strictPhones } from "../../contract/phones/strict-phones.ts";
import { YealinkPhone } from "../../lab/phones/yealink.ts";
import { raw, served, session, stranger, sure, token } from "./fixture.ts";

let at: Awaited<ReturnType<typeof served>>;
beforeAll(async () => {
  at = await served();
});
afterAll(() => at.server.stop());

async function timed(url: string) {
  const start = performance.now();
  const reply = await request(url);
  const body = await reply.body.text();
  const { date: _date, ...headers } = reply.headers;
  return { ms: performance.now() - start, status: reply.statusCode, headers, body };
}

describe("a token that names no phone", () => {
  test("404 after a fixed time, always alike", async () => {
    const paths = [
      `/p/${stranger}/`,
      `/p/${stranger}`,
      `/p/${stranger}/do/leave/-/7.AAAAAAAAAAAAAAAA`,
      `/p/${token.slice(0, 21)}/`,
      `/p/${token}x/`,
      "/p/short/",
      "/p/",
      "/p",
      "/p/%zz/",
      `/p/${"x".repeat(3000)}/`,
      "/",
      "/admin",
    ];
    const replies = await Promise.all(paths.map((path) => timed(at.url + path)));
    for (const [index, reply] of replies.entries()) {
      expect(reply.status, paths[index]).toBe(404);
      expect(reply.body, paths[index]).toBe(replies[0]?.body);
      expect(reply.headers, paths[index]).toEqual(replies[0]?.headers);
      expect(reply.ms, paths[index]).toBeGreaterThanOrEqual(missMs - 2);
      expect(reply.ms, paths[index]).toBeLessThan(missMs + 1_500);
    }
    expect(replies[0]?.body).toContain("There is nothing here.");
    expect(at.desk.asked).toEqual([]);
  });

  test("a flood is turned away, and a known phone at the same address is always served", async () => {
    const flood = Array.from({ length: 400 }, (_, n) => timed(`${at.url}/p/${String(n).padStart(24, "x")}/`));
    // How long a page takes beside 400 strangers is a figure for a bench; here it is enough that none is turned away.
    const phone = new YealinkPhone({ replyMs: 5_000 });
    for (let n = 0; n < 10; n += 1) {
      await phone.open(at.launcher);
    }
    await phone.stop();
    const statuses = (await Promise.all(flood)).map((reply) => reply.status);
    expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(missesPerMinute);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(400 - missesPerMinute);
    expect((await timed(at.launcher)).status).toBe(200);
  });
});

describe("what is no GET", () => {
  test.each(["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"])("%s does nothing", async (method) => {
    at.desk.asked.length = 0;
    at.desk.page = session;
    const phone = new YealinkPhone();
    await phone.open(at.launcher);
    const path = new URL(phone.keyUrl("Leave") ?? "").pathname;
    await phone.stop();
    at.desk.asked.length = 0;
    const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`;
    const reply = await raw(at.port, `${head}Content-Type: text/weird\r\nContent-Length: 2\r\n\r\nhi`);
    expect(reply).toMatch(/^HTTP\/1\.1 405 /);
    expect(reply).toMatch(/^allow: GET\r$/m);
    if (method !== "HEAD") expect(reply).toMatch(/^content-type: text\/plain; charset=utf-8\r$/m);
    expect(at.desk.asked).toEqual([]);
  });
});

describe("a stranger who names themselves as a phone does", () => {
  // One that no flood has been at.
  let quiet: Awaited<ReturnType<typeof served>>;
  beforeAll(async () => {
    quiet = await served();
  });
  afterAll(() => quiet.server.stop());
  const phones = Object.entries(strictPhones).flatMap(([vendor, strict]) =>
    strict.agents.map((agent) => [vendor, agent, strict] as const),
  );
  test.each(phones)("has the page in the form of a %s: %s", async (vendor, agent, strict) => {
    const [first] = modelsOf(vendor);
    const [none, no] = await Promise.all([
      request(`${quiet.url}/p/${stranger}/`, { headers: { "user-agent": agent } }),
      request(`${quiet.url}/p/${stranger}/`, { method: "POST", headers: { "user-agent": agent } }),
    ]);
    expect([none.statusCode, no.statusCode]).toEqual([404, 405]);
    expect(strict.read(await none.body.text(), sure(first))).toMatchObject({ title: "Not found", complaints: [] });
    expect(strict.read(await no.body.text(), sure(first)).complaints).toEqual([]);
  });

  test("anybody else has plain words", async () => {
    const reply = await request(`${quiet.url}/p/${stranger}/`, {
      headers: { "user-agent": "Mozilla/5.0 (X11) Firefox" },
    });
    expect(reply.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(await reply.body.text()).toContain("There is nothing here.");
  });
});

describe("bytes that are no request", () => {
  test.each([
    ["garbage", "\u0000\u0001 nonsense\r\n\r\n"],
    ["a bad version", `GET /p/${token}/ HTTP/9.9\r\n\r\n`],
    ["endless headers", `GET /p/${token}/ HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`],
    ["an absolute form", `GET http://elsewhere/p/${token}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`],
  ])("%s", async (_what, bytes) => {
    const reply = await raw(at.port, bytes);
    expect(reply).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(reply).not.toContain(token);
    expect((await timed(at.launcher)).status).toBe(200);
  });
});

describe("a connection that is late with a request", () => {
  test("is told so where there was some of one", async () => {
    expect(await raw(at.port, "GET /", 20_000)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("is closed without a word where there was none: it would be taken for the reply to what is asked then", async () => {
    const told = () => at.lines.filter((line) => line.includes("A request was not whole in time")).length;
    const [before, from] = [told(), performance.now()];
    expect(await raw(at.port, "", 20_000)).toBe("");
    expect(performance.now() - from).toBeLessThan(15_000);
    expect(told()).toBe(before + 1);
  });
});

test("health", async () => {
  expect(await timed(`${at.url}/healthz`)).toMatchObject({ status: 200, body: "ok" });
});

test("neither tokens nor what strangers tried stands in any log line", () => {
  const lines = at.lines.join("\n");
  expect(lines).not.toContain(token);
  expect(lines).not.toContain(stranger);
  expect(lines).not.toContain("xxxx");
});
