import { Agent, request } from "undici";
import type { Get } from "./desk-phone.ts";
import type { Complain } from "./snom-xml.ts";

export interface Reply {
  readonly get: Get;
  /** The document; empty where it is not UTF-8. */
  readonly body: string;
  readonly complaints: readonly string[];
}

export interface LineOptions {
  readonly userAgent: string;
  readonly keepsAlive: boolean;
  /** The first reply to each GET is lost, and the phone asks again. */
  readonly asksTwice: boolean;
  /** A reply that takes longer is complained about. */
  readonly replyMs: number;
  /** After this long the phone waits no more. */
  readonly patienceMs: number;
}

/** A phone's way to its server: GET alone, without cookies, bodies or headers of its own. */
export class Line {
  readonly gets: Get[] = [];
  readonly #options: LineOptions;
  readonly #agent: Agent;

  constructor(options: LineOptions) {
    this.#options = options;
    const { keepsAlive, patienceMs } = options;
    this.#agent = new Agent({
      ...(keepsAlive ? { pipelining: 1, connections: 1 } : { pipelining: 0 }),
      ...{ headersTimeout: patienceMs, bodyTimeout: patienceMs },
    });
  }

  /** @throws where nobody answers, or not in time. */
  async get(url: string): Promise<Reply> {
    if (this.#options.asksTwice) await this.#ask(url).catch(() => undefined);
    return this.#ask(url);
  }

  async stop(): Promise<void> {
    await this.#agent.close();
  }

  async #ask(url: string): Promise<Reply> {
    const complaints: string[] = [];
    const complain = (text: string): void => void complaints.push(text);
    const start = performance.timeOrigin + performance.now();
    const reply = await request(url, { dispatcher: this.#agent, headers: { "user-agent": this.#options.userAgent } });
    const bytes = await reply.body.bytes();
    const end = performance.timeOrigin + performance.now();
    const get: Get = { url, status: reply.statusCode, start, end, bytes: bytes.length };
    this.gets.push(get);
    const { replyMs } = this.#options;
    if (end - start > replyMs) complain(`the reply took ${Math.round(end - start)} ms`);
    // amooma/GS5, issue 52: a phone does not show a page that comes with another status.
    if (get.status !== 200) complain(`status ${get.status}`);
    // index, Common rules: the header says XML.
    const type = String(reply.headers["content-type"] ?? "none");
    if (!/^(text|application)\/xml; ?charset=utf-8$/i.test(type)) complain(`content type ${type}`);
    if (reply.headers["cache-control"] !== "no-store") complain("it may be stored: no Cache-Control: no-store");
    return { get, body: decode(bytes, complain), complaints };
  }
}

function decode(bytes: Uint8Array, complain: Complain): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    complain("it is not UTF-8");
    return "";
  }
}
