import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousProblems } from "./accessibility.ts";
import { BrowserLab } from "./browser.ts";
import { DeskBench } from "./desk-bench.ts";
import { DeskPage, phoneIn } from "./desk-page.ts";

const browser = new BrowserLab();
const demo = new DeskBench({ script: "manual" });
let desk: DeskPage;

beforeAll(async () => {
  await Promise.all([browser.start(), demo.start()]);
  desk = await DeskPage.open(await browser.page({ width: 1280, height: 1400 }), demo.origin);
  const [, anas] = demo.config.phones;
  if (!anas) throw new Error("the demo has a phone of Ana's");
  for (const name of ["Zoë Ångström", "Max Miller"]) {
    demo.pbx.incoming({ to: anas.owner, number: "+44155501", name, queue: "support" }).answer();
  }
});
afterEach(async () => expect(await browser.takeFaults()).toEqual([]));
afterAll(async () => {
  await browser.stop();
  await demo.stop();
});

const phone = () => desk.page.locator(`[data-phone="${demo.kim}"]`);
const field = () => phone().locator("[data-typed]");
const digit = (key: string) => phone().locator(`[data-digit="${key}"]`);

/** The page to type on, by the softkeys alone. */
async function toTyping(by: "Digits" | "Letters"): Promise<void> {
  await desk.key(demo.kim, "launcher");
  await desk.highlight(demo.kim, /^Find or sort/);
  await desk.key(demo.kim, "ok");
  await desk.softkey(demo.kim, by);
  await field().waitFor();
}

async function found(title: string, row: RegExp): Promise<void> {
  const seen = await desk.until(title, (now) => phoneIn(now, demo.kim).title === title);
  expect(phoneIn(seen, demo.kim).rows).toEqual([expect.stringMatching(row), "Find or sort …"]);
  expect(phoneIn(seen, demo.kim).complaints).toEqual([]);
}

describe("a page to type on, on the drawn phone", () => {
  it("takes the keypad: digits, the last one back, and OK", async () => {
    await toTyping("Digits");
    for (const key of ["9", "6", "3", "*"]) await digit(key).click();
    expect(await field().inputValue()).toBe("963*");
    await desk.softkey(demo.kim, "Delete");
    expect(await field().inputValue()).toBe("963");
    await desk.key(demo.kim, "ok");
    await found("Found (1): 963", /Zoë/);
  });

  it("takes the keyboard, with the field in focus or the phone", async () => {
    await toTyping("Letters");
    await field().focus();
    await desk.page.keyboard.type("ångs");
    await digit("1").focus();
    await desk.page.keyboard.type("tr");
    await desk.page.keyboard.press("Backspace");
    expect(await field().inputValue()).toBe("ångst");
    await field().focus();
    await desk.page.keyboard.press("Enter");
    await found("Found (1): ångst", /Zoë/);
  });

  it("takes letters by keys pressed again, and the other modes by their softkey", async () => {
    await toTyping("Letters");
    for (const key of ["6", "2"]) await digit(key).click();
    await digit("9").dblclick();
    expect(await field().inputValue()).toBe("max");
    await desk.softkey(demo.kim, "123/abc");
    await desk.softkey(demo.kim, "123/abc");
    await digit("2").click();
    expect(await field().inputValue()).toBe("max2");
    await desk.softkey(demo.kim, "Delete");
    await desk.softkey(demo.kim, "OK");
    await found("Found (1): max", /Max/);
  });

  it("takes a finger: a touch on the field brings the screen's own keyboard, for digits where it takes digits", async () => {
    const page = await browser.page({ width: 390, height: 844, touch: true });
    const small = await DeskPage.open(page, demo.origin);
    await small.key(demo.kim, "launcher");
    await small.highlight(demo.kim, /^Find or sort/);
    await small.key(demo.kim, "ok");
    await small.softkey(demo.kim, "Digits");
    const typed = page.locator(`[data-phone="${demo.kim}"] [data-typed]`);
    await typed.tap();
    await page.locator(`[data-phone="${demo.kim}"] [data-typed]:focus[inputmode="numeric"]`).waitFor();
    await typed.fill("6a2");
    expect(await typed.inputValue()).toBe("62");
  });

  it("has no serious problem for a screen reader", async () => {
    await toTyping("Digits");
    expect(await seriousProblems(desk.page)).toEqual([]);
  });
});
