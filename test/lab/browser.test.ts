import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousProblems } from "./accessibility.ts";
import { BrowserLab, screenshot } from "./browser.ts";

const SCRIPT = `
  const on = (id, act) => document.getElementById(id).addEventListener("click", act);
  on("count", ({ target }) => { target.textContent = String(Number(target.textContent) + 1); });
  on("complain", ({ target }) => { console.error("no such call"); target.textContent = "told"; });
  on("warn", ({ target }) => { console.warn("late"); target.textContent = "warned"; });
  on("break", () => { throw new Error("no such person"); });
  on("ask", async ({ target }) => { await fetch("/gone"); target.textContent = "asked"; });
  on("eval", ({ target }) => { try { eval("0"); } catch { target.textContent = "forbidden"; } });
`;
const STYLE = `
  body { font-family: sans-serif; background: white; color: black; }
  @media (prefers-color-scheme: dark) { body { background: black; color: white; } }
`;
const BUTTONS = ["complain", "warn", "break", "ask", "eval"];
const document = (planted: string): string => `<!doctype html><html lang="en"><head><title>Part</title>
  <link rel="stylesheet" href="/style.css"></head><body><main><h1>Part</h1><button id="count">0</button>
  ${BUTTONS.map((id) => `<button id="${id}">${id}</button>`).join(" ")}${planted}</main>
  <script src="/script.js"></script></body></html>`;
const FILES: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  "/": { type: "text/html", text: document("") },
  "/planted": { type: "text/html", text: document('<button id="nameless"></button>') },
  "/script.js": { type: "text/javascript", text: SCRIPT },
  "/style.css": { type: "text/css", text: STYLE },
};

const browser = new BrowserLab();
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const file = FILES[request.url ?? ""];
    response.writeHead(file === undefined ? 404 : 200, {
      "Content-Type": file?.type ?? "text/plain",
      "Content-Security-Policy": "default-src 'self'",
    });
    response.end(file?.text ?? "gone");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await browser.start();
});

afterAll(async () => {
  await browser.stop();
  server.closeAllConnections();
  server.close();
});

/** A page of its own, with one of its buttons pressed and that button's text waited for. */
async function pressed(button: string, then: string) {
  const page = await browser.page();
  await page.goto(url);
  await page.locator(`#${button}`).click();
  await page.locator(`#${button}`, { hasText: then }).waitFor();
  return page;
}

describe("a real browser", () => {
  it("a page is opened, pressed and read, and nothing is a fault", async () => {
    await pressed("count", "1");
    await pressed("warn", "warned");
    expect(await browser.takeFaults()).toEqual([]);
  });

  it("an error on the console is a fault, told once", async () => {
    await pressed("complain", "told");
    expect(await browser.takeFaults()).toEqual(["console: no such call"]);
    expect(await browser.takeFaults()).toEqual([]);
  });

  it("an uncaught error is a fault", async () => {
    await pressed("break", "break");
    expect(await browser.takeFaults()).toEqual(["uncaught: no such person"]);
  });

  it("an answer of 400 or more is a fault, with its address", async () => {
    await pressed("ask", "asked");
    expect(await browser.takeFaults()).toEqual([`answered 404: GET ${url}/gone`]);
  });

  it("the pages of a window that was opened beside are watched too", async () => {
    const first = await pressed("count", "1");
    await (await first.context().newPage()).goto(`${url}/gone`);
    expect(await browser.takeFaults()).toEqual([`answered 404: GET ${url}/gone`]);
  });

  it("nobody beyond this machine can be reached, and trying is a fault", async () => {
    const page = await browser.page();
    await page.goto("data:text/html,<img src='http://127.0.0.2/a.png'>");
    expect(await browser.takeFaults()).toEqual(["failed: GET http://127.0.0.2/a.png (net::ERR_NAME_NOT_RESOLVED)"]);
  });

  it("a fault that nobody took fails the end, and the browser is gone all the same", async () => {
    const another = new BrowserLab();
    await another.start();
    await (await another.page()).goto(`${url}/gone`);
    await expect(another.stop()).rejects.toThrow(`answered 404: GET ${url}/gone`);
    await expect(another.page()).rejects.toThrow("was not started");
    await another.stop();
  });

  it("a page has the size and the colour scheme it is asked for", async () => {
    const page = await browser.page({ width: 390, height: 844, colourScheme: "dark" });
    await page.goto(url);
    const seen = await page.evaluate("[innerWidth, innerHeight, getComputedStyle(document.body).backgroundColor]");
    expect(seen).toEqual([390, 844, "rgb(0, 0, 0)"]);
  });

  it("text is drawn in a real font, not in boxes", async () => {
    const page = await browser.page();
    await page.goto(url);
    const width = (text: string) =>
      page.evaluate<number>(`(() => {
      const context = document.createElement("canvas").getContext("2d");
      context.font = "40px sans-serif";
      return context.measureText(${JSON.stringify(text)}).width;
    })()`);
    expect(await width("WWWW")).toBeGreaterThan(2 * (await width("iiii")));
  });

  it("a screenshot is a picture as wide as the page", async () => {
    const page = await browser.page({ width: 640, height: 480 });
    await page.goto(url);
    const png = await readFile(await screenshot(page, "part"));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBe(640);
  });
});

describe("axe in a page that forbids foreign scripts", () => {
  it("finds nothing serious in a sound page, and leaves the page as strict as it was", async () => {
    const page = await browser.page();
    await page.goto(url);
    expect(await seriousProblems(page)).toEqual([]);
    expect(await browser.takeFaults()).toEqual([]);
    await page.locator("#eval").click();
    await page.locator("#eval", { hasText: "forbidden" }).waitFor();
    expect(await browser.takeFaults()).toEqual([
      expect.stringMatching(/^console: .*(script-src|Content Security Policy)/s),
    ]);
  });

  it("finds a button without a name", async () => {
    const page = await browser.page();
    await page.goto(`${url}/planted`);
    expect(await seriousProblems(page)).toContain("button-name: Buttons must have discernible text (#nameless)");
  });
});
