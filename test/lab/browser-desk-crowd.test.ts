import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BrowserLab } from "./browser.ts";
import { DeskBench } from "./desk-bench.ts";
import { crowd } from "./desk-crowd.ts";
import { DeskPage, phoneIn } from "./desk-page.ts";

const CALLS = 200;
/** The rows that are drawn of a long list, generously: those in sight and some above and below. */
const MOST_ROWS = 40;
/** Far longer than a person waits, for a machine that does other things too. */
const ANSWERED_WITHIN_MS = 5_000;

const browser = new BrowserLab();
const demo = new DeskBench({ config: { people: crowd() } });
let desk: DeskPage;

beforeAll(async () => {
  await Promise.all([browser.start(), demo.start()]);
  desk = await DeskPage.open(await browser.page(), demo.origin);
  await desk.until(`${CALLS} live calls`, ({ calls }) => calls >= CALLS, 90_000);
});
afterEach(async () => expect(await browser.takeFaults()).toEqual([]));
afterAll(async () => {
  await browser.stop();
  await demo.stop();
});

describe("a floor of two hundred live calls", () => {
  it("is counted as the PBX has it, and only the rows in sight are drawn", async () => {
    await desk.until("as many calls as the PBX", ({ calls }) => calls === demo.calls.length);
    const rows = await desk.page.locator(".call-row").count();
    expect(rows).toBeGreaterThan(2);
    expect(rows).toBeLessThan(MOST_ROWS);
  });

  it("is found in by a search, and each call of it can be chosen", async () => {
    await desk.page.getByRole("searchbox").fill("Agent 1");
    const row = desk.page.locator(".call-row").first();
    await row.click();
    const call = await row.getAttribute("data-call");
    await desk.until("the chosen call", (seen) => seen.call === call);
    await desk.page.getByRole("searchbox").fill("");
  });

  it("does not keep a press waiting, at ten times the usual pace, and presses are answered in their order", async () => {
    await desk.page.locator("#pace").selectOption("10");
    await desk.key(demo.kim, "launcher");
    await desk.until("the board", (seen) => phoneIn(seen, demo.kim).rows.length > 5, ANSWERED_WITHIN_MS);
    const { row } = await desk.phone(demo.kim);
    for (const key of ["down", "down", "down", "up"]) await desk.key(demo.kim, key);
    await desk.until("the row", (seen) => phoneIn(seen, demo.kim).row === row + 2, ANSWERED_WITHIN_MS);
    await desk.key(demo.kim, "ok");
    const own = (title: string): boolean => !/^Live calls/.test(title);
    await desk.until("the item", (seen) => own(phoneIn(seen, demo.kim).title), ANSWERED_WITHIN_MS);
    await desk.key(demo.kim, "back");
    await desk.until("the board again", (seen) => !own(phoneIn(seen, demo.kim).title), ANSWERED_WITHIN_MS);
  });

  it("goes on being told meanwhile: calls go and come on the page as at the PBX", async () => {
    const before = new Set(demo.calls.map(({ id }) => id));
    const changed = (): number => demo.calls.filter(({ id }) => !before.has(id)).length;
    await expect.poll(changed, { timeout: 60_000 }).toBeGreaterThan(10);
    await desk.until("as many calls as the PBX", ({ calls }) => calls === demo.calls.length);
  });
});
