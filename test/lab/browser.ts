import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { chromiumPart } from "./parts.ts";

/** How a page is looked at. */
export interface Look {
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly colourScheme: "light" | "dark";
  /** A screen that takes a finger. */
  readonly touch: boolean;
}

const DESKTOP: Look = { width: 1280, height: 800, colourScheme: "light", touch: false };
const SCREENSHOTS = join(import.meta.dirname, "..", "report", "browser");
const WITHIN_MS = 30_000;

/** What Playwright does not ask of Chromium by itself. */
const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--autoplay-policy=no-user-gesture-required",
  // A page that asks anybody but this machine has a fault.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/**
 * A private, real Chromium without a window: an empty profile, and a home of its own in a temporary folder, gone after
 * `stop()`. What goes wrong in its pages is kept as a fault, in words: an error on the console, an uncaught error, a
 * request that failed or was answered with 400 or more. A fault that no test has taken fails `stop()`.
 */
export class BrowserLab {
  #browser: Browser | undefined;
  #home: string | undefined;
  #faults: string[] = [];

  /** @throws Error when there is no Chromium, or it does not start. */
  async start(): Promise<void> {
    if (this.#browser !== undefined) return;
    const part = await chromiumPart();
    if (!part.ok) throw new Error(`Chromium: ${part.why}`);
    const home = await mkdtemp(join(tmpdir(), "earshot-browser-"));
    this.#home = home;
    const { file, args } = part.command(FLAGS);
    this.#browser = await chromium.launch({
      executablePath: file,
      args,
      // Chromium refuses to start as root with one; all it opens are pages of this machine.
      chromiumSandbox: false,
      timeout: WITHIN_MS,
      env: {
        PATH: process.env["PATH"] ?? "",
        LANG: "C.UTF-8",
        HOME: home,
        TMPDIR: home,
        XDG_CACHE_HOME: join(home, "cache"),
        XDG_CONFIG_HOME: join(home, "config"),
        ...part.env,
      },
    });
  }

  /**
   * A blank page with cookies and storage of its own; `page.context().newPage()` opens another that shares them.
   * @throws Error before `start()`.
   */
  async page(look: Partial<Look> = {}): Promise<Page> {
    if (this.#browser === undefined) throw new Error("the browser was not started");
    const { width, height, colourScheme, touch } = { ...DESKTOP, ...look };
    const context = await this.#browser.newContext({
      viewport: { width, height },
      hasTouch: touch,
      colorScheme: colourScheme,
      locale: "en-GB",
      timezoneId: "UTC",
    });
    context.setDefaultTimeout(WITHIN_MS);
    this.#watch(context);
    return context.newPage();
  }

  /** What has gone wrong in any page since it was last asked. What is taken here does not fail `stop()`. */
  async takeFaults(): Promise<readonly string[]> {
    const pages = this.#browser?.contexts().flatMap((context) => context.pages()) ?? [];
    // A page's events come in order: once it has answered, what went wrong before is here.
    await Promise.all(pages.map((page) => page.evaluate("0").catch(() => undefined)));
    const taken = this.#faults;
    this.#faults = [];
    return taken;
  }

  /** Ends it and removes its folder. Harmless when it does not run. @throws Error naming the faults nobody took. */
  async stop(): Promise<void> {
    const faults = await this.takeFaults();
    await this.#browser?.close();
    this.#browser = undefined;
    if (this.#home !== undefined) await rm(this.#home, { recursive: true, force: true });
    this.#home = undefined;
    if (faults.length > 0) throw new Error(`faults in the browser:\n${faults.join("\n")}`);
  }

  #watch(context: BrowserContext): void {
    context.on("console", (message) => {
      // What could not be loaded is told below, with its address.
      if (message.type() !== "error" || message.text().startsWith("Failed to load resource")) return;
      this.#faults.push(`console: ${message.text()}`);
    });
    context.on("weberror", (error) => this.#faults.push(`uncaught: ${error.error().message}`));
    context.on("response", (response) => {
      if (response.status() < 400) return;
      this.#faults.push(`answered ${response.status()}: ${response.request().method()} ${response.url()}`);
    });
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // The page went elsewhere, or gave it up itself.
      if (why === "net::ERR_ABORTED") return;
      this.#faults.push(`failed: ${request.method()} ${request.url()} (${why})`);
    });
  }
}

/** Writes the whole page as it looks now to `test/report/browser/<name>.png`, and gives the file's path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const path = join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path, fullPage: true, animations: "disabled" });
  return path;
}
