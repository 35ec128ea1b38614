import { Agent, request } from "undici";
import type { Connect, Get } from "./desk-phone.ts";
import { checkUrl } from "./yealink-uri.ts";
import type { Complain } from "./yealink-xml.ts";

export interface Reply {
  readonly get: Get;
  /** The document; empty where it is not UTF-8. */
  readonly body: string;
  readonly refreshUrl: string | undefined;
  readonly complaints: readonly string[];
}

export interface LineOptions {
  readonly userAgent: string;
  readonly keepsAlive: boolean;
  /** The first reply to each GET is lost, and the phone asks again. */
  readonly asksTwice: boolean;
  readonly urlLength: number;
  /** A reply that takes longer is complained about. */
  readonly replyMs: number;
  /** After this long the phone waits no more. */
  readonly patienceMs: number;
  readonly connect?: Connect;
}

/** A phone's way to its server: GET alone, without cookies, bodies or headers of its own (yealink.md 6, l. 268). */
export class Line {
  /** Every GET so far. */
  readonly gets: Get[] = [];
  readonly #options: LineOptions;
  readonly #agent: Agent;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#agent = new Agent({
      ...(options.keepsAlive ? { pipelining: 1, connections: 1 } : { pipelining: 0 }),
      ...(options.connect && { connect: options.connect }),
      headersTimeout: options.patienceMs,
      bodyTimeout: options.patienceMs,
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
    const { userAgent, replyMs, urlLength } = this.#options;
    const complaints: string[] = [];
    const complain = (text: string): void => void complaints.push(text);
    const start = performance.timeOrigin + performance.now();
    const reply = await request(url, {
      dispatcher: this.#agent,
      headers: { "user-agent": userAgent, accept: "text/xml, application/xml" },
    });
    const bytes = await reply.body.bytes();
    const end = performance.timeOrigin + performance.now();
    const get: Get = { url, status: reply.statusCode, start, end, bytes: bytes.length };
    this.gets.push(get);

    if (end - start > replyMs) complain(`the reply took ${Math.round(end - start)} ms`);
    // 6, l. 268.
    if (get.status >= 300 && get.status < 400) complain(`a redirect (${get.status})`);
    else if (get.status !== 200) complain(`status ${get.status}`);
    // 1.1, l. 48.
    const type = String(reply.headers["content-type"] ?? "none");
    if (!/^(text|application)\/xml; ?charset=utf-8$/i.test(type)) complain(`content type ${type}`);
    if (reply.headers["cache-control"] !== "no-store") complain("it may be stored: no Cache-Control: no-store");
    const body = decode(bytes, complain);
    return { get, body, refreshUrl: readRefresh(reply.headers["refresh"], urlLength, complain), complaints };
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

/** 1.1, l. 64. */
function readRefresh(header: unknown, urlLength: number, complain: Complain): string | undefined {
  if (header === undefined) return undefined;
  const [, url] = /^\d{1,4}; ?url=(\S+)$/.exec(String(header)) ?? [];
  if (url === undefined) complain(`a Refresh header that cannot be read: ${String(header)}`);
  else checkUrl(url, "Refresh", urlLength, complain);
  return url;
}
