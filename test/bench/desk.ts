import type { Page } from "playwright-core";
import { BrowserLab } from "../lab/browser.ts";
import { crowd } from "../lab/desk-crowd.ts";
import { DeskPage } from "../lab/desk-page.ts";
import { chromiumPart } from "../lab/parts.ts";
import { type BenchPerson, Earshot } from "./earshot.ts";
import { compared, figure, notRun, type Row } from "./table.ts";

const CALLS = 200;
const MEASURED_MS = 20_000;
const ROUNDS = 2;
const WITHIN_MS = 120_000;
const ADMINISTRATOR = "4001";
const PASSWORD = "bench-of-the-desk";

/** Of every frame that the page could draw in this time, how long it came after the one before, in ms. */
const FRAMES = `new Promise((resolve) => {
  const frames = [];
  const first = performance.now();
  let last = first;
  const next = (at) => {
    frames.push(at - last);
    last = at;
    if (at - first < ${MEASURED_MS}) requestAnimationFrame(next);
    else resolve(frames.slice(1));
  };
  requestAnimationFrame(next);
})`;

/** 60 frames a second with 200 live calls: the desk's page, followed by nobody's hand, against an empty page. */
export async function desk(): Promise<Row[]> {
  const part = await chromiumPart();
  if (!part.ok) return [notRun(`frames of the desk at ${CALLS} live calls`, part.why)];
  const browser = new BrowserLab();
  const earshot = new Earshot({
    pbx: { kind: "simulator", speed: 1 },
    people: crowd().map(benchPerson),
    phones: [ADMINISTRATOR],
    desk: { accounts: [{ person: ADMINISTRATOR, password: PASSWORD }] },
  });
  try {
    await Promise.all([browser.start(), earshot.start()]);
    const page = await signedIn(browser, earshot.publicUrl);
    const empty = await browser.page();
    const sides = { floor: [] as number[], earshot: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      sides.floor.push(...(await frames(empty)));
      sides.earshot.push(...(await frames(page)));
    }
    // Asked before anybody signed in.
    await browser.takeFaults();
    const second = figure((sides.earshot.length * 1_000) / sides.earshot.reduce((sum, ms) => sum + ms, 0));
    const what = `from frame to frame, the desk at ${CALLS} live calls, drawn in software: ${second} frames a second`;
    return [compared(what, "ms", sides.floor, sides.earshot, "60 a second")];
  } finally {
    await browser.stop();
    await earshot.remove();
  }
}

async function frames(page: Page): Promise<readonly number[]> {
  // A page behind others is not drawn.
  await page.bringToFront();
  return await page.evaluate<readonly number[]>(FRAMES);
}

async function signedIn(browser: BrowserLab, url: string): Promise<Page> {
  const page = await browser.page();
  await page.goto(`${url}/`);
  await page.getByLabel("Person").fill(ADMINISTRATOR);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await new DeskPage(page).until(`${CALLS} live calls`, ({ calls }) => calls >= CALLS, WITHIN_MS);
  return page;
}

function benchPerson({ extension, name, role, teams }: ReturnType<typeof crowd>[number]): BenchPerson {
  return { extension, name, role: role === "administrator" ? role : "agent", teams };
}
