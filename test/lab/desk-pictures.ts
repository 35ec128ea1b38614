import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { systemClock } from "../../src/clock/index.ts";
import type { Clock, PersonId } from "../../src/model/index.ts";
import { BrowserLab } from "./browser.ts";
import { DeskBench } from "./desk-bench.ts";
import { DeskPage, phoneIn } from "./desk-page.ts";

/** `npx tsx test/lab/desk-pictures.ts` makes the README's pictures of the desk anew; no test does. */

const folder = join(import.meta.dirname, "..", "..", "src", "web", "pictures");
/** The same pictures as they were before they were made small, to be looked at. */
const report = join(import.meta.dirname, "..", "report", "browser");
const QUALITY = 0.6;

const floor: readonly (readonly [agent: string, name: string, number: string, queue: string, seconds: number])[] = [
  ["2001", "Jane Doe", "+442071234501", "support", 252],
  ["2002", "Marta Nowak", "+48221234502", "support", 97],
  ["2004", "Smith & Co", "+442071234503", "sales", 161],
  ["2006", "Yusuf Demir", "+902121234504", "support", 34],
  ["2009", "Clara Petit", "+33112345605", "sales", 408],
  ["2003", "Per Hansen", "+4531234506", "support", 12],
];

/** A clock that calls can be set back on, so that they are not all a second old. */
class SetBack implements Clock {
  ms = 0;

  now(): number {
    return systemClock.now() - this.ms;
  }

  after(ms: number, run: () => void): () => void {
    return systemClock.after(ms, run);
  }
}

const clock = new SetBack();
const bench = new DeskBench({ script: "manual", clock });
const browser = new BrowserLab();

/** The part of the page as a WebP, made by the browser itself. */
async function picture(page: Page, name: string, clip: { width: number; height: number; y?: number }): Promise<void> {
  await page.mouse.move(0, 0);
  const png = await page.screenshot({ fullPage: true, animations: "disabled", clip: { x: 0, y: 0, ...clip } });
  const painter = await browser.page();
  await writeFile(join(report, `picture-${name}.png`), png);
  const webp = await painter.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = "data:image/png;base64,${png.toString("base64")}";
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", ${QUALITY}).split(",")[1];
  })()`);
  await painter.context().close();
  const file = join(folder, `${name}.webp`);
  await writeFile(file, Buffer.from(webp, "base64"));
  console.log(`${name}.webp: ${Math.round((await stat(file)).size / 1024)} KB`);
}

async function opened(look: Parameters<BrowserLab["page"]>[0]): Promise<DeskPage> {
  const page = await browser.page(look);
  await page.addInitScript('localStorage.setItem("earshot.guided-minute", "skipped")');
  const desk = await DeskPage.open(page, bench.origin);
  await desk.until("the calls", ({ calls }) => calls === floor.length);
  return desk;
}

async function listens(desk: DeskPage): Promise<void> {
  await desk.key(bench.kim, "launcher");
  await desk.highlight(bench.kim, /Ana Ruiz/);
  await desk.softkey(bench.kim, "Listen");
  await desk.softkey(bench.kim, "Hidden");
  await desk.until("a phone that rings", (seen) => phoneIn(seen, bench.kim).screen === "call");
  await desk.key(bench.kim, "hook");
  await desk.until("listen", ({ paths }) => paths.includes("customer>supervisor"));
  await desk.key(bench.kim, "launcher");
  await desk.until("the page", (seen) => phoneIn(seen, bench.kim).softkeys.includes("Visible"));
}

async function coaches(desk: DeskPage): Promise<void> {
  await desk.softkey(bench.kim, "Visible");
  await desk.until("who is told", ({ facts }) => facts["agent"] === "Told, confirmed");
  await desk.softkey(bench.kim, "Coach");
  await desk.softkey(bench.kim, "Unmute");
  await desk.until("coach", ({ paths }) => paths.includes("supervisor>agent"));
  await desk.until("the phone's words", (seen) => /hears you/.test(phoneIn(seen, bench.kim).text));
  await desk.until("the notice", (seen) => /coach/.test(phoneIn(seen, bench.ana).notice ?? ""));
}

for (const place of [folder, report]) await mkdir(place, { recursive: true });
await Promise.all([browser.start(), bench.start()]);
try {
  for (const [agent, name, number, queue, seconds] of floor) {
    clock.ms = seconds * 1_000;
    bench.pbx.incoming({ to: agent as PersonId, name, number, queue }).answer();
  }
  clock.ms = 0;
  const wide = await opened({ width: 1280, height: 1030, colourScheme: "light" });
  await listens(wide);
  await picture(wide.page, "listen-hidden", { y: 62, width: 1280, height: 706 });
  await coaches(wide);
  await picture(wide.page, "coach", { width: 1280, height: 1030 });
  await wide.softkey(bench.kim, "Join");
  await wide.until("join", ({ paths }) => paths.includes("supervisor>customer"));
  await wide.until("the phone's words", (seen) => /Everybody/.test(phoneIn(seen, bench.kim).text));
  await picture(wide.page, "join", { y: 62, width: 1280, height: 706 });
  await wide.drawAs(bench.kim, "polycom", "SPIP550");
  await wide.drawAs(bench.ana, "polycom", "VVX411");
  await wide.key(bench.kim, "launcher");
  await wide.until("the phone's words", (seen) => /Everybody/.test(phoneIn(seen, bench.kim).text));
  await picture(wide.page, "polycom", { y: 62, width: 646, height: 968 });
  await wide.drawAs(bench.kim, "yealink", "T46U");
  await wide.drawAs(bench.ana, "yealink", "T46U");
  await wide.key(bench.kim, "hook");
  await wide.until("nobody supervised", ({ facts }) => Object.keys(facts).length === 0);
  await wide.page.context().close();
  const narrow = await opened({ width: 390, height: 844, colourScheme: "dark" });
  await listens(narrow);
  await coaches(narrow);
  await picture(narrow.page, "narrow-dark", { width: 390, height: 1146 });
  await narrow.key(bench.kim, "hook");
  await narrow.until("nobody supervised", ({ facts }) => Object.keys(facts).length === 0);
} finally {
  await browser.stop();
  await bench.stop();
}
