import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousProblems } from "./accessibility.ts";
import { BrowserLab, screenshot } from "./browser.ts";
import { DeskBench } from "./desk-bench.ts";
import { DeskPage, phoneIn } from "./desk-page.ts";

const NAME = `<b>&"'`;
const MOST_BYTES = 150 * 1024;
const LOOKS = [
  { name: "wide, light", width: 1280, height: 800, colourScheme: "light" },
  { name: "wide, dark", width: 1280, height: 800, colourScheme: "dark" },
  { name: "narrow, light", width: 390, height: 844, colourScheme: "light" },
  { name: "narrow, dark", width: 390, height: 844, colourScheme: "dark" },
] as const;

const browser = new BrowserLab();
const bench = new DeskBench({ script: "manual" });

beforeAll(async () => {
  await Promise.all([browser.start(), bench.start()]);
  const [, ana, ben] = bench.config.phones.map(({ owner }) => owner);
  if (!ana || !ben) throw new Error("Ana and Ben have phones");
  bench.pbx.incoming({ to: ana, number: "+441555010", name: NAME, queue: "support" }).answer();
  bench.pbx.incoming({ to: ben, number: "+441555011", name: "Jane Doe", queue: "support" }).answer();
});
afterEach(async () => expect(await browser.takeFaults()).toEqual([]));
afterAll(async () => {
  await browser.stop();
  await bench.stop();
});

async function opened(look: Parameters<BrowserLab["page"]>[0] = {}): Promise<DeskPage> {
  const desk = await DeskPage.open(await browser.page(look), bench.origin);
  await desk.until("the calls", ({ calls }) => calls === 2);
  return desk;
}

/** Listens hidden to Ana's call, as far as `until` says; the handset is lifted where it must be. */
async function listens(desk: DeskPage): Promise<void> {
  await desk.key(bench.kim, "launcher");
  await desk.highlight(bench.kim, /Ana Ruiz/);
  await desk.softkey(bench.kim, "Listen");
  await desk.softkey(bench.kim, "Hidden");
  await desk.until("a phone that rings", (seen) => phoneIn(seen, bench.kim).screen === "call");
}

async function leaves(desk: DeskPage): Promise<void> {
  await desk.key(bench.kim, "hook");
  await desk.until("nobody supervised", ({ facts }) => Object.keys(facts).length === 0);
}

/** How far the page is wider than its window, in pixels. */
const tooWide = (desk: DeskPage): Promise<number> =>
  desk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

describe.each(LOOKS)("$name", ({ name, ...look }) => {
  it("has no serious problem for axe, and nothing to scroll sideways, whatever it shows", async () => {
    const desk = await opened(look);
    const found: string[] = [];
    const judge = async (state: string): Promise<void> => {
      const wide = await tooWide(desk);
      if (wide > 0) found.push(`${state}: ${wide} px too wide`);
      found.push(...(await seriousProblems(desk.page)).map((problem) => `${state}: ${problem}`));
      await screenshot(desk.page, `desk ${name} ${state}`.replace(/[^a-z]+/g, "-"));
    };
    await judge("guided minute");
    await desk.page.getByRole("button", { name: "Skip" }).click();
    await judge("idle");
    await listens(desk);
    await judge("a call covers the phone");
    await desk.key(bench.kim, "hook");
    await desk.until("listen", ({ paths }) => paths.includes("customer>supervisor"));
    await judge("connected");
    await desk.key(bench.kim, "launcher");
    await desk.softkey(bench.kim, "Visible");
    await desk.until("who is told", ({ facts }) => facts["agent"] === "Told, confirmed");
    await desk.softkey(bench.kim, "Coach");
    await desk.softkey(bench.kim, "Unmute");
    await desk.until("coach", ({ facts }) => facts["microphone"] === "Open to the agent");
    await judge("coach");
    await desk.page.getByRole("tab", { name: "Record" }).click();
    await judge("record");
    await desk.page.getByRole("tab", { name: "Pushes" }).click();
    await judge("pushes");
    await leaves(desk);
    expect(found).toEqual([]);
  });
});

describe("the keyboard alone", () => {
  it("walks from the list to listening and leaves: arrows, F keys and Enter, on what Tab has reached", async () => {
    const desk = await opened();
    const { keyboard } = desk.page;
    const focused = (): Promise<string> =>
      desk.page.evaluate(
        "document.activeElement?.closest('[data-phone]') ? document.activeElement.dataset.key ?? '' : ''",
      );
    for (let tabs = 0; tabs < 40 && (await focused()) !== "launcher"; tabs += 1) await keyboard.press("Tab");
    expect(await focused()).toBe("launcher");
    await keyboard.press("Enter");
    const board = await desk.until("the board", (seen) => phoneIn(seen, bench.kim).rows.length > 2);
    const target = phoneIn(board, bench.kim).rows.findIndex((row) => row.includes("Ben Okafor"));
    await keyboard.press("ArrowDown");
    await desk.until("the second row", (seen) => phoneIn(seen, bench.kim).row === 1);
    if (target === 0) await keyboard.press("ArrowUp");
    await desk.until("Ben's row", (seen) => phoneIn(seen, bench.kim).row === target);
    await keyboard.press("F1");
    await desk.until("the question", (seen) => phoneIn(seen, bench.kim).softkeys.includes("Hidden"));
    const question = await desk.phone(bench.kim);
    await keyboard.press(`F${question.softkeys.indexOf("Hidden") + 1}`);
    await desk.until("a phone that rings", (seen) => phoneIn(seen, bench.kim).screen === "call");
    await keyboard.press("F1");
    await desk.until("listen", ({ paths }) => paths.includes("customer>supervisor"));
    await keyboard.press("F3");
    // The page before it, where the phone still rings, has Leave too, at another key.
    const own = await desk.until("the page", (seen) => phoneIn(seen, bench.kim).softkeys.includes("Visible"));
    await keyboard.press(`F${phoneIn(own, bench.kim).softkeys.indexOf("Leave") + 1}`);
    await desk.until("nobody supervised", ({ facts }) => Object.keys(facts).length === 0);
    expect(bench.hearing()).toBeUndefined();
  });
});

describe("a customer's name", () => {
  it("is text on the list, on the floor, on the phones and in the sentence, and never markup", async () => {
    const desk = await opened();
    await desk.page.locator("[data-call]", { hasText: "Ana Ruiz" }).first().click();
    const seen = await desk.until("the sentence", ({ sentence }) => sentence.includes(NAME));
    expect(seen.sentence).toContain(`Ana hears ${NAME}.`);
    await expect.poll(async () => (await desk.page.locator(".call-row").allTextContents()).join()).toContain(NAME);
    await expect.poll(async () => (await desk.page.locator(".figure .name").allTextContents()).join()).toContain(NAME);
    await desk.key(bench.kim, "launcher");
    await desk.until("the board", (now) => phoneIn(now, bench.kim).rows.join().includes(NAME));
    expect(await desk.page.locator("main b", { hasText: /^&/ }).count()).toBe(0);
  });
});

describe("somebody who wants no motion", () => {
  it("sees none: nothing on the page is animated or slides, during a supervision too", async () => {
    const desk = await opened();
    await desk.page.emulateMedia({ reducedMotion: "reduce" });
    await listens(desk);
    await desk.key(bench.kim, "hook");
    await desk.until("listen", ({ paths }) => paths.includes("customer>supervisor"));
    const moving = await desk.page.evaluate<readonly string[]>(`document.getAnimations()
      .filter((one) => one.playState === "running" && one.effect.getComputedTiming().duration > 20)
      .map((one) => one.animationName ?? one.transitionProperty)`);
    expect(moving).toEqual([]);
    await desk.page.emulateMedia({ reducedMotion: "no-preference" });
    const free = await desk.page.evaluate<number>("document.getAnimations().length");
    expect(free).toBeGreaterThan(0);
    await leaves(desk);
  });
});

describe("the weight of the page", () => {
  it("is less than 150 KB over the wire, everything that a first visit transfers but the news", async () => {
    const page = await browser.page();
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const urls = new Map<string, string>();
    const bytes = new Map<string, number>();
    session.on("Network.requestWillBeSent", ({ requestId, request }) => urls.set(requestId, request.url));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const url = urls.get(requestId) ?? "";
      bytes.set(url, (bytes.get(url) ?? 0) + encodedDataLength);
    });
    const encodings = new Map<string, string>();
    page.on("response", (response) => encodings.set(response.url(), response.headers()["content-encoding"] ?? "none"));
    await DeskPage.open(page, bench.origin);
    await page.waitForLoadState("load");
    const files = [...bytes].filter(([url]) => !url.includes("/desk/"));
    expect(files.length).toBeGreaterThan(2);
    const sum = files.reduce((total, [, size]) => total + size, 0);
    console.log(`the desk's page: ${(sum / 1024).toFixed(1)} KB in ${files.length} files`);
    expect(sum).toBeLessThan(MOST_BYTES);
    const texts = files.filter(([url]) => /\/$|\.(js|css)$/.test(url)).map(([url]) => encodings.get(url));
    expect(new Set(texts)).toEqual(new Set(["br"]));
  });
});
