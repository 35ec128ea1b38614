import { Agent, request } from "undici";
import type { DeskNews } from "../../src/model/index.ts";
import { Watch } from "../lab/watch.ts";

type Of<Type extends DeskNews["type"]> = Extract<DeskNews, { type: Type }>;

/** What came of a request of the desk's page. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** A browser at the desk: reads the stream as an EventSource does, and posts as a page of the same origin does. */
export class DeskBrowser {
  readonly news: DeskNews[] = [];
  readonly #origin: string;
  readonly #agent = new Agent({ pipelining: 0 });
  readonly #watch = new Watch();
  cookie: string | undefined;
  /** The stream has been ended from the other side. */
  ended = false;
  #stop: () => void = () => {};

  constructor(origin: string) {
    this.#origin = origin;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.#send("GET", path, headers);
  }

  /** As the desk's own page sends it; `headers` can say otherwise, and an empty one is not sent. */
  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const own = { origin: this.#origin, "sec-fetch-site": "same-origin", "content-type": "application/json" };
    const sent = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== "");
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const reply = await this.#send("POST", path, Object.fromEntries(sent), text);
    const cookie = String(reply.headers["set-cookie"] ?? "").split(";")[0];
    if (cookie) this.cookie = cookie;
    return reply;
  }

  /** Opens the stream; resolves when it begins. */
  async open(): Promise<this> {
    const { statusCode, body } = await request(`${this.#origin}/desk/stream`, {
      dispatcher: this.#agent,
      headers: { ...(this.cookie && { cookie: this.cookie }) },
    });
    if (statusCode !== 200) throw new Error(`the stream was refused: ${statusCode} ${await body.text()}`);
    this.#stop = () => body.destroy();
    let rest = "";
    body.setEncoding("utf8");
    body.on("data", (text: string) => {
      const events = (rest + text).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) this.#take(event);
      this.#watch.tell();
    });
    const over = (): void => {
      this.ended = true;
      this.#watch.tell();
    };
    body.once("close", over).once("error", over);
    return this;
  }

  all<Type extends DeskNews["type"]>(type: Type): Of<Type>[] {
    return this.news.filter((one): one is Of<Type> => one.type === type);
  }

  last<Type extends DeskNews["type"]>(type: Type): Of<Type> | undefined {
    return this.all(type).at(-1);
  }

  until(holds: () => boolean, withinMs = 10_000): Promise<void> {
    return this.#watch.until(holds, () => `it was not told within ${withinMs} ms: ${holds.toString()}`, withinMs);
  }

  async stop(): Promise<void> {
    this.#stop();
    await this.#agent.destroy();
  }

  #take(event: string): void {
    const data = /^data: (.*)$/m.exec(event)?.[1];
    if (data === undefined) return;
    const news = JSON.parse(data) as DeskNews;
    const name = /^event: (.*)$/m.exec(event)?.[1];
    if (name !== news.type) throw new Error(`an event ${name} carries ${news.type}`);
    this.news.push(news);
  }

  async #send(
    method: "GET" | "POST",
    path: string,
    headers: Record<string, string>,
    text: string | null = null,
  ): Promise<Reply> {
    const reply = await request(`${this.#origin}${path}`, {
      method,
      dispatcher: this.#agent,
      headers: { ...headers, ...(this.cookie && { cookie: this.cookie }) },
      body: text,
    });
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  }
}
