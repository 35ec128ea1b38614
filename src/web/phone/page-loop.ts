import { type Signal, signal } from "@preact/signals";
import type { Handset } from "../../model/desk.js";
import type { Standing } from "./form.js";
import { get, type Raw, type Refresh } from "./get.js";

/** Why a page is asked for: its user pressed something, or it goes on by itself. */
export type Why = "press" | "refresh";

/** A reply as its form has read it. */
export interface Reading<Page> {
  readonly page: Page | undefined;
  readonly refresh: Refresh | undefined;
  /** Everything that a real phone may not take, in words. */
  readonly complaints: readonly string[];
}

export interface PageLoopOptions<Page> {
  /** What a real phone would not even ask for, in words; empty where it would. */
  readonly check: (url: string) => readonly string[];
  readonly read: (reply: Raw) => Reading<Page>;
  /** Told of every page that has come, or that none has, and of the address that was asked for. */
  readonly show: (page: Page | undefined, why: Why, url: string) => void;
}

const calm: Standing = { loading: false, complaints: [], unanswered: false, covered: false };
/** A state URL that was not answered is asked again after this long. */
const againMs = 2_000;

/** Fetches a drawn phone's pages, one at a time, and moves on by Refresh. `stop` ends its timers. */
export class PageLoop<Page> {
  readonly standing: Signal<Standing> = signal(calm);
  readonly #options: PageLoopOptions<Page>;
  #handset: Handset["state"] = "idle";
  #refresh: Refresh | undefined;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #asking: AbortController | undefined;

  constructor(options: PageLoopOptions<Page>) {
    this.#options = options;
  }

  /** @param served what a document had of this URL: without what was typed. */
  async get(url: string, why: Why = "press", served = url): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#clearTimers();
    if (why === "press") this.#stand({ loading: true });
    const wrong = this.#options.check(served);
    if (wrong.length > 0) {
      this.#take({ page: undefined, refresh: undefined, complaints: wrong }, why, url);
      return;
    }
    try {
      const reply = await get(url, asking.signal);
      if (!asking.signal.aborted) this.#take(this.#options.read(reply), why, url);
    } catch {
      if (asking.signal.aborted) return;
      this.#stand({ loading: false, unanswered: true });
      // Only what shows a state is asked again by itself: a press is the user's to repeat.
      const again = why === "refresh" ? url : this.#refresh?.url;
      if (again !== undefined) this.after(againMs, () => void this.get(again, "refresh"));
    }
  }

  /** Once that long has passed, unless another page is asked for meanwhile. */
  after(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, ms));
  }

  uncover(): void {
    this.#stand({ covered: false });
  }

  /** A call covers the page when it begins, and is gone from the screen when it ends. */
  handset(state: Handset["state"]): void {
    const before = this.#handset;
    this.#handset = state;
    if (before === "idle" && state !== "idle") this.#stand({ covered: true });
    if (state === "idle") this.uncover();
  }

  reconnected(): void {
    if (this.#refresh) void this.get(this.#refresh.url, "refresh");
  }

  /** Leaves the application. */
  close(): void {
    this.stop();
    this.standing.value = calm;
  }

  stop(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    this.#refresh = undefined;
    this.#clearTimers();
  }

  #take({ page, refresh, complaints }: Reading<Page>, why: Why, url: string): void {
    this.#stand({ complaints, loading: false, unanswered: false });
    this.#refresh = refresh;
    if (refresh) this.after(refresh.seconds * 1000, () => void this.get(refresh.url, "refresh"));
    this.#options.show(page, why, url);
  }

  #stand(change: Partial<Standing>): void {
    this.standing.value = { ...this.standing.value, ...change };
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }
}
