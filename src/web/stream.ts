import type { DeskNews } from "../model/desk.js";
import { forgetAll, takeNews } from "./news.js";
import { link } from "./store.js";

const firstPauseMs = 500;
const longestPauseMs = 4_000;
/** The gateway is heard from every 15 s; after this long without a word the connection is held for dead. */
const silentMs = 40_000;
/** News wait at most this long where no frame is drawn, as in a tab behind others. */
const hiddenMs = 200;

/**
 * The desk's stream. Read by `fetch`, because an `EventSource` does not say why it was refused. News are taken in once
 * for each frame that is drawn, so that a busy floor costs no more than a quiet one.
 */
export class Stream {
  readonly #url: string;
  #waiting: DeskNews[] = [];
  #fresh = false;
  #scheduled = false;
  #stopped: AbortController | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  start(): void {
    this.stop();
    const stopped = new AbortController();
    this.#stopped = stopped;
    void this.#keep(stopped.signal);
  }

  stop(): void {
    this.#stopped?.abort();
    this.#stopped = undefined;
  }

  async #keep(signal: AbortSignal): Promise<void> {
    let pause = firstPauseMs;
    while (!signal.aborted) {
      try {
        const reply = await fetch(this.#url, { signal, headers: { accept: "text/event-stream" }, cache: "no-store" });
        if (reply.status === 401) {
          this.#waiting = [];
          forgetAll();
          link.value = "signed-out";
          return;
        }
        if (reply.ok && reply.body) {
          pause = firstPauseMs;
          await this.#read(reply.body);
        }
      } catch {
        // The pause below is the answer to every way in which a connection can fail.
      }
      if (signal.aborted) return;
      link.value = "lost";
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(longestPauseMs, pause * 2);
    }
  }

  async #read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    this.#waiting = [];
    this.#fresh = true;
    let rest = "";
    for (;;) {
      const silent = setTimeout(() => void reader.cancel(), silentMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(silent));
      if (done) return;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) this.#event(part);
    }
  }

  #event(text: string): void {
    const data = text
      .split("\n")
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5))
      .join("\n");
    if (data.trim() === "") return;
    // The stream is the gateway's own, of the same origin: its shape is held by the types of `model`.
    const news = JSON.parse(data) as DeskNews;
    if (news.type === "hello") link.value = "open";
    this.#waiting.push(news);
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (document.visibilityState === "visible") requestAnimationFrame(() => this.#flush());
    else setTimeout(() => this.#flush(), hiddenMs);
  }

  #flush(): void {
    const news = this.#waiting;
    const fresh = this.#fresh && news.length > 0;
    this.#waiting = [];
    this.#scheduled = false;
    if (fresh) this.#fresh = false;
    takeNews(news, fresh);
  }
}
