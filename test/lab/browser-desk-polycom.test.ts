import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousProblems } from "./accessibility.ts";
import { BrowserLab, screenshot } from "./browser.ts";
import { DeskBench } from "./desk-bench.ts";
import { DeskPage, type DeskSeen, phoneIn } from "./desk-page.ts";

const NAME = `<b>&"'`;
const browser = new BrowserLab();
const bench = new DeskBench({ script: "manual" });
let desk: DeskPage;

beforeAll(async () => {
  await Promise.all([browser.start(), bench.start()]);
  bench.pbx.incoming({ to: bench.ownerOf(bench.ana), number: "+441555010", name: NAME, queue: "support" }).answer();
  desk = await DeskPage.open(await browser.page({ width: 1280, height: 1400 }), bench.origin);
  await desk.page.getByRole("button", { name: "Skip" }).click();
});
afterEach(async () => expect(await browser.takeFaults()).toEqual([]));
afterAll(async () => {
  await browser.stop();
  await bench.stop();
});

const kims = (seen: DeskSeen) => phoneIn(seen, bench.kim);
const offers = (label: string) => (seen: DeskSeen) => kims(seen).rows.includes(label);
const spoken = () => desk.page.locator(`[data-phone="${bench.kim}"] [data-spoken]`).textContent();

/** How an administrator presses what a page offers. */
interface Hands {
  /** Presses what is called so, once it is there. */
  press(label: string): Promise<void>;
  select(): Promise<void>;
}

const byMouse: Hands = {
  press: (label) => desk.softkey(bench.kim, label),
  select: () => desk.key(bench.kim, "ok"),
};

/** Arrows and Enter, the focus on the page itself. */
const byKeyboard: Hands = {
  async press(label) {
    await desk.until(label, offers(label));
    await desk.page.locator(`[data-phone="${bench.kim}"] .page [tabindex="0"]`).focus();
    for (let moves = 0; moves < 20; moves += 1) {
      const { rows, row } = kims(await desk.look());
      if (rows[row] === label) break;
      await desk.page.keyboard.press("ArrowDown");
      await desk.until("the highlight elsewhere", (seen) => kims(seen).row !== row || kims(seen).rows[row] === label);
    }
    await desk.page.keyboard.press("Enter");
  },
  select: () => desk.page.keyboard.press("Enter"),
};

interface Drawn {
  readonly model: string;
  readonly hands: Hands;
  readonly softkeys: readonly string[];
}

const PHONES: readonly Drawn[] = [
  { model: "SPIP550", hands: byMouse, softkeys: ["Listen", "Coach", "Join", "Calls"] },
  { model: "VVX500", hands: byKeyboard, softkeys: [] },
];

describe.each(PHONES)("a supervisor's phone drawn as $model", ({ model, hands, softkeys }) => {
  it("R19 walks from the board to Listen, Coach, Unmute, Join and Leave, as the PBX and the record have it", async () => {
    await desk.drawAs(bench.kim, "polycom", model);
    const before = (await bench.bench.gateway.audit({ limit: 1 }))[0]?.id ?? 0;
    await desk.key(bench.kim, "launcher");
    await desk.highlight(bench.kim, /Ana Ruiz/);
    expect(kims(await desk.look()).rows.join()).toContain(NAME);
    expect(await spoken()).toBe("Live calls, list.");
    await desk.page.locator(`[data-phone="${bench.kim}"] .page [tabindex="0"]`).focus();
    await hands.select();
    const own = await desk.until("the page of the call", offers("Coach"));
    expect(kims(own).softkeys).toEqual(softkeys);
    expect(kims(own).text).toContain(NAME);
    await hands.press("Listen");
    await hands.press("Visible");
    await desk.until("a phone that rings", (seen) => kims(seen).screen === "call");
    await desk.key(bench.kim, "hook");
    await desk.until("listen", ({ paths }) => paths.includes("customer>supervisor"));
    await desk.key(bench.kim, "launcher");
    await desk.until("a lamp", (seen) => phoneIn(seen, bench.ana).lamp === "listen");
    await hands.press("Coach");
    await hands.press("Unmute");
    const coached = await desk.until("coach", ({ paths }) => paths.includes("supervisor>agent"));
    expect(coached.paths).not.toContain("supervisor>customer");
    expect(bench.hearing()).toContain("supervisor>agent");
    await desk.until("the phone's words", (seen) => /hears you/.test(kims(seen).text));
    expect(await seriousProblems(desk.page)).toEqual([]);
    await screenshot(desk.page, `desk-${model.toLowerCase()}-coach`);
    expect(kims(await desk.look()).complaints).toEqual([]);
    await hands.press("Join");
    await desk.until("join", ({ paths }) => paths.includes("supervisor>customer"));
    await hands.press("Leave");
    await desk.until("nobody supervised", ({ facts }) => Object.keys(facts).length === 0);
    expect(bench.hearing()).toBeUndefined();
    await expect
      .poll(async () => {
        const rows = await bench.bench.gateway.audit({ limit: 50 });
        return rows.filter(({ id, outcome }) => id > before && outcome !== "refused").map(({ act }) => act);
      })
      .toEqual(expect.arrayContaining(["listen", "coach", "unmute", "join", "leave"]));
    expect(await desk.page.locator("main b", { hasText: /^&/ }).count()).toBe(0);
  });
});

/** The page to type digits on, by way of the board. */
async function toTyping() {
  await desk.highlight(bench.kim, /^Find or sort/);
  await desk.key(bench.kim, "ok");
  await desk.link(bench.kim, "Find by digits");
  const field = desk.page.locator(`[data-phone="${bench.kim}"] [data-typed]`);
  await field.waitFor();
  return field;
}

async function found(title: string): Promise<void> {
  const seen = await desk.until(title, (now) => kims(now).title === title);
  expect(kims(seen).rows.join()).toContain(NAME);
  expect(kims(seen).complaints).toEqual([]);
}

describe("a page that is left alone, and one to type on", () => {
  it("the first moves on by Refresh; the second takes keypad and Delete on a SoundPoint, and Select sends it", async () => {
    await desk.drawAs(bench.kim, "polycom", "SPIP550");
    await desk.key(bench.kim, "launcher");
    await desk.until("the board", (seen) => kims(seen).rows.join().includes(NAME));
    const late = bench.pbx.incoming({ to: bench.ownerOf(bench.ben), number: "+3312", name: "Late", queue: "support" });
    late.answer();
    await desk.until("a call that nobody has asked for", (seen) => kims(seen).rows.join().includes("Late"));
    const field = await toTyping();
    const digit = (key: string) => desk.page.locator(`[data-phone="${bench.kim}"] [data-digit="${key}"]`);
    await digit("2").click();
    await digit("6").click();
    await digit("9").click();
    await desk.key(bench.kim, "erase");
    expect(await field.inputValue()).toBe("26");
    await desk.key(bench.kim, "ok");
    await found("Found (1): 26");
    late.hangUp();
  });

  it("on a VVX the field takes a keyboard, and the button on the page sends it", async () => {
    await desk.drawAs(bench.kim, "polycom", "VVX500");
    await desk.key(bench.kim, "launcher");
    const field = await toTyping();
    await field.focus();
    await desk.page.keyboard.type("1555");
    await desk.link(bench.kim, "OK");
    await found("Found (1): 1555");
  });
});

describe("an agent's phone drawn as a Polycom", () => {
  it("has a lamp that is on while a visible supervisor is there, and a notice with the time it is from", async () => {
    await desk.drawAs(bench.kim, "yealink", "T46U");
    await desk.drawAs(bench.ana, "polycom", "VVX411");
    expect((await desk.phone(bench.ana)).lamp).toBe("off");
    await desk.key(bench.kim, "launcher");
    await desk.highlight(bench.kim, /Ana Ruiz/);
    await desk.softkey(bench.kim, "Listen");
    await desk.softkey(bench.kim, "Visible");
    const lit = await desk.until("a notice", (seen) => phoneIn(seen, bench.ana).notice !== null);
    expect(phoneIn(lit, bench.ana).notice).toMatch(/^\d\d:\d\d Kim Osei/);
    await desk.key(bench.kim, "hook");
    await desk.until("a lamp", (seen) => phoneIn(seen, bench.ana).lamp === "on" && !phoneIn(seen, bench.ana).blinks);
    await desk.key(bench.kim, "hook");
    await desk.until("no lamp", (seen) => phoneIn(seen, bench.ana).lamp === "off");
  });
});

describe("a narrow page, dark", () => {
  it("has nothing to scroll sideways, and no serious problem, with a Polycom", async () => {
    await desk.drawAs(bench.kim, "polycom", "SPIP550");
    const page = await browser.page({ width: 400, height: 900, colourScheme: "dark" });
    const narrow = await DeskPage.open(page, bench.origin);
    await narrow.key(bench.kim, "launcher");
    await narrow.until("the board", (seen) => kims(seen).rows.join().includes(NAME));
    const wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate<number>(wider)).toBeLessThanOrEqual(0);
    expect(await seriousProblems(page)).toEqual([]);
  });
});
