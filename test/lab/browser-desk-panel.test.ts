import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserLab } from "./browser.ts";
import { DeskBench } from "./desk-bench.ts";

const browser = new BrowserLab();
const demo = new DeskBench({ speed: 1 });
const WITHIN_MS = 30_000;

beforeAll(async () => {
  await Promise.all([browser.start(), demo.start()]);
});
afterAll(async () => {
  await browser.stop();
  await demo.stop();
});

it("topics and pushes can be read of one person: what the broker keeps, what came of each, and how long it took", async () => {
  const page = await browser.page({ width: 1280, height: 1400 });
  await page.goto(demo.origin);
  const entries = page.locator("[data-panel=topics] [data-topic]");
  await page.locator('[data-topic$="/agents/2002/lamp/text"]').waitFor({ timeout: WITHIN_MS });
  const about = page.locator("[data-panel] .about select");
  await about.selectOption("2001");
  await page.locator('[data-topic$="/agents/2002/lamp/text"]').waitFor({ state: "detached", timeout: WITHIN_MS });
  const shown = await entries.evaluateAll((all) => all.map((one) => one.getAttribute("data-topic") ?? ""));
  expect(shown.filter((topic) => !/\/agents\/2001\/|\/gateway\//.test(topic))).toEqual([]);
  expect(shown).toContain("earshot/agents/2001/lamp/text");
  expect(await page.locator('[data-topic$="2001/lamp/text"]').textContent()).toMatch(
    /retained.*the broker had it after [\d.]+ ms/,
  );
  await page.getByRole("tab", { name: "Pushes" }).click();
  await page.locator("[data-panel=pushes] tbody tr").first().waitFor({ timeout: WITHIN_MS });
  expect(await about.inputValue(), "the choice is for both").toBe("2001");
  const whose = page.locator("[data-panel=pushes] tbody tr td:nth-child(2)");
  expect(new Set(await whose.allTextContents())).toEqual(new Set(["Ana Ruiz"]));
  expect(await browser.takeFaults()).toEqual([]);
});
