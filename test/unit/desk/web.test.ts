import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PhoneRegistry } from "../../../src/control/index.ts";
import { BrowserDesk } from "../../../src/http/index.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { everybody } from "../core/world.ts";
import { VirtualClock } from "../virtual-clock.ts";

let folder: string;
let app: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "earshot-web-"));
});

afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

/** The desk alone on a server, its web app in this folder. */
async function served(web: string): Promise<void> {
  const clock = new VirtualClock();
  const fail = (): never => {
    throw new Error("not for this test");
  };
  const desk = new BrowserDesk({
    desk: { kind: "open" },
    gateway: "main",
    calls: "simulator",
    writer: new Writer(emptyState(everybody, 0, 0), clock, fail),
    clock,
    log: { info: fail, warn: fail, error: fail },
    audit: { append: fail, after: fail, follow: fail },
    broker: () => "starting",
    people: everybody,
    phones: new PhoneRegistry([], fail),
    models: [],
    tokenOf: fail,
    publicUrl: () => "http://127.0.0.1:8080",
    leave: fail,
    web,
  });
  app = fastify();
  await desk.register(app);
}

async function built(): Promise<void> {
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html>");
  await writeFile(join(folder, "assets", "app-abc.js"), "alert(1)");
  await writeFile(join(folder, "assets", "app-abc.js.br"), brotliCompressSync("alert(1)"));
  await writeFile(join(folder, "secret"), "no");
  await served(folder);
}

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { host: "127.0.0.1:8080", ...headers } });

it("the page is never kept, and runs nothing but what this server gives", async () => {
  await built();
  const { statusCode, headers, body } = await get("/");
  expect([statusCode, body, headers["cache-control"]]).toEqual([200, "<!doctype html>", "no-store"]);
  expect(headers["content-type"]).toMatch(/^text\/html/);
  expect(headers["content-security-policy"]).toMatch(/^default-src 'self';script-src 'self';style-src 'self';/);
  expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*/);
});

it("its parts are kept for ever, compressed as they were built", async () => {
  await built();
  const { statusCode, headers } = await get("/assets/app-abc.js", { "accept-encoding": "br" });
  expect([statusCode, headers["content-encoding"]]).toEqual([200, "br"]);
  expect(headers["content-type"]).toMatch(/javascript/);
  expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
});

it.each(["/assets/../secret", "/assets/..%2fsecret", "/assets/%2e%2e/secret", "/secret", "/assets/none.js"])(
  "nothing else is served: %s",
  async (url) => {
    await built();
    const { statusCode, headers } = await get(url);
    expect(statusCode).toBeGreaterThanOrEqual(400);
    expect(headers["cache-control"] ?? "").not.toMatch(/immutable/);
  },
);

it("where it has not been built, a sentence says so", async () => {
  await served(join(folder, "none"));
  const { statusCode, headers, body } = await get("/");
  expect([statusCode, headers["content-type"]]).toEqual([404, "text/plain; charset=utf-8"]);
  expect(body).toBe("The desk is not built here: npm run build makes it.\n");
});
