import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { loadSheets, loadTemplates, templatesFolder } from "../../../src/http/index.ts";
import { movedUrl } from "../../../src/http/listening.ts";
import { describeError } from "../../../src/http/redaction.ts";
import { readSheet } from "../../../src/http/sheets.ts";
import { raw, served, token } from "./fixture.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function takenPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
}

describe("a taken port", () => {
  test("is said with its code", async () => {
    const port = await takenPort();
    await expect(served({ listen: { host: "127.0.0.1", port } })).rejects.toMatchObject({
      code: "EADDRINUSE",
      message: `http.listen: 127.0.0.1:${port} is taken by another program`,
    });
  });

  test("moves to the next free one for the demo, and the public URL with it", async () => {
    const port = await takenPort();
    const publicUrl = `http://127.0.0.1:${port}`;
    const at = await served({ listen: { host: "127.0.0.1", port }, publicUrl, nextFreePort: true });
    closing.push(() => at.server.stop());
    expect(at.port).toBeGreaterThan(port);
    expect(at.url).toBe(`http://127.0.0.1:${at.port}`);
    const body = await (await fetch(at.launcher)).text();
    expect(body).toContain(`http://127.0.0.1:${at.port}/p/`);
    expect(body).not.toContain(`:${port}/`);
  });

  test("a public URL of another port stays", () => {
    const moved = (url: string) => movedUrl(url, { host: "h", port: 8080 }, { host: "h", port: 8081 });
    expect(moved("http://10.0.0.5:8080/")).toBe("http://10.0.0.5:8081");
    expect(moved("https://phones.example.com/")).toBe("https://phones.example.com");
    expect(moved("https://phones.example.com:8443")).toBe("https://phones.example.com:8443");
  });
});

test.each(["ftp://x", "nowhere", "http://a/?b", `http://${"h".repeat(60)}`])("public URL %s", async (publicUrl) => {
  await expect(served({ publicUrl })).rejects.toMatchObject({ code: "public-url" });
});

test("a short signing key stops the start", async () => {
  await expect(served({ signingKey: Buffer.alloc(8) })).rejects.toMatchObject({ code: "signing-key" });
});

test("stop lets a reply under way go out, and slow clients do not hold it", async () => {
  const at = await served();
  const dawdler = raw(at.port, "GET /p/", 10_000);
  let release = (): void => {};
  at.desk.before = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  const reply = fetch(at.launcher);
  await expect.poll(() => at.desk.asked.length).toBe(1);
  const start = performance.now();
  const stopped = at.server.stop();
  release();
  await stopped;
  expect((await reply).status).toBe(200);
  expect(performance.now() - start).toBeLessThan(8_000);
  await dawdler;
  await at.server.stop();
});

describe("a broken template stops the start with a sentence", () => {
  const good = '<?xml version="1.0" encoding="UTF-8"?>\n<A><B><%= it.title %></B></A>\n';
  test.each([
    ["a tag left open", good.replace("</B>", ""), /text-screen\.eta is broken: 2:\d+: unexpected close tag/],
    ["a value not escaped", good.replace("<%=", "<%~"), /text-screen\.eta is broken: /],
    ["a value that is not there", good.replace("title", "titel"), /a value that it asks for is not in its data/],
    ["no code at all", good.replace("%>", ""), /text-screen\.eta is broken: /],
    ["too large", good.replace("<A>", `<A>${"x".repeat(10_001)}`), /10 ?000 is the limit/],
  ])("%s", async (_what, text, sentence) => {
    const folder = await mkdtemp(join(tmpdir(), "earshot-templates-"));
    closing.push(() => rm(folder, { recursive: true }));
    await cp(templatesFolder(), folder, { recursive: true });
    await writeFile(join(folder, "yealink/text-screen.eta"), text);
    const failed = expect(loadTemplates(await loadSheets(), folder)).rejects;
    await failed.toMatchObject({ code: "template", message: expect.stringMatching(sentence) });
  });

  test("and one that no page uses", async () => {
    const folder = await mkdtemp(join(tmpdir(), "earshot-templates-"));
    closing.push(() => rm(folder, { recursive: true }));
    await cp(templatesFolder(), folder, { recursive: true });
    await writeFile(join(folder, "yealink/spare.eta"), good);
    await expect(loadTemplates(await loadSheets(), folder)).rejects.toThrow("yealink/spare.eta is broken: no page");
  });
});

describe("the model sheet", () => {
  test("knows the models of the first profile", async () => {
    const sheets = await loadSheets();
    expect(Object.keys(sheets.known()["yealink"]?.models ?? {})).toEqual(
      expect.arrayContaining(["T42U", "T43U", "T44W", "T46U", "T48U", "T53W", "T54W", "T57W"]),
    );
    expect(sheets.profile("yealink", "t46u")?.screen).toMatchObject({ labelColumns: 10, selection: true });
    expect(sheets.profile("yealink", "T42U")?.screen).toMatchObject({ labelColumns: 8, rows: 10 });
    expect(sheets.profile("yealink", "T99")).toBeUndefined();
    expect(sheets.profile("constructor", "T46U")).toBeUndefined();
  });

  test("says where it is wrong", async () => {
    const none = { traits: [], sizes: [] };
    expect(() => readSheet("profiles:\n  - name: x\n", "yealink/models.yaml", none)).toThrow(
      /The model sheet yealink\/models\.yaml cannot be used:[\s\S]*screen/,
    );
    await expect(loadSheets("/nowhere")).rejects.toMatchObject({ code: "sheet" });
  });
});

test("an error's text loses every token", () => {
  const error = new Error(`GET http://x/p/${token}/do/leave failed; "${token}"`, { cause: token });
  expect(describeError(error, token)).not.toContain(token);
  expect(describeError(new Error(`GET /p/${token}?a failed`))).toContain("/p/[token]?a");
  expect(describeError("just text")).toBe("just text");
});
