import { type Dispatcher, request } from "undici";
import type { Get } from "./desk-phone.ts";
import type { Complain } from "./polycom-facts.ts";
import type { Switches } from "./polycom-switches.ts";
import { checkUrl } from "./polycom-uris.ts";

/** What a phone is like when it asks a server. */
export interface Asking {
  readonly dispatcher: Dispatcher;
  readonly userAgent: string;
  readonly switches: Switches;
  /** A reply that takes longer is complained about. */
  readonly replyMs: number;
  /** After this the phone waits no more. */
  readonly patienceMs: number;
}

export interface Reply {
  readonly get: Get;
  /** Undefined where there is nothing to be read. */
  readonly body: string | undefined;
  /** A file of internal URIs, and no page (1.3). */
  readonly uris: boolean;
  readonly asHtml: boolean;
  readonly refreshUrl: string | undefined;
}

const refused = 300;

/** Asks for a page as a phone does; all that would leave nothing on its screen is told. */
export async function ask(url: string, asking: Asking, complain: Complain): Promise<Reply> {
  const start = performance.timeOrigin + performance.now();
  const answer = await bytesOf(url, asking, complain);
  const end = performance.timeOrigin + performance.now();
  const { status, headers, bytes } = answer ?? { status: 0, headers: {}, bytes: new Uint8Array() };
  const get: Get = { url, status, start, end, bytes: bytes.length };
  const nothing = { get, body: undefined, uris: false, asHtml: false, refreshUrl: undefined };
  if (!answer) return nothing;
  if (end - start > asking.replyMs) complain("slow", `${Math.round(end - start)} ms`);
  if (status !== 200) {
    complain(status >= refused && status < 400 ? "redirect" : "status", String(status));
    return nothing;
  }
  const header = (name: string): string => String(headers[name] ?? "");
  if (header("transfer-encoding") !== "") {
    if (!asking.switches.readsChunked) complain("chunked", header("transfer-encoding"));
  } else if (header("content-length") === "") complain("no-length", "no Content-Length");
  if (header("content-encoding") !== "") complain("content-coding", header("content-encoding"));
  if (!/\bno-(store|cache)\b/.test(header("cache-control"))) complain("storable", header("cache-control"));
  if (header("set-cookie") !== "") complain("cookie", "Set-Cookie");
  const type = header("content-type").toLowerCase();
  const asHtml = !type.startsWith("application/xhtml+xml");
  if (type === "text/html") complain("no-charset", type);
  else if (!known.test(type)) complain("content-type", type);
  const uris = type === spipx;
  return { get, body: decode(bytes, complain), uris, asHtml, refreshUrl: readRefresh(headers["refresh"], complain) };
}

const spipx = "application/x-com-polycom-spipx";
const known = new RegExp(`^(text/html; ?charset=utf-8|application/xhtml\\+xml(; ?charset=utf-8)?|${spipx})$`);

async function bytesOf(url: string, asking: Asking, complain: Complain) {
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: asking.dispatcher,
      headers: { "user-agent": asking.userAgent, accept: "*/*" },
      signal: AbortSignal.timeout(asking.patienceMs),
    });
    return { status: statusCode, headers, bytes: await body.bytes() };
  } catch (error) {
    complain("no-reply", String(error));
    return undefined;
  }
}

function decode(bytes: Uint8Array, complain: Complain): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    complain("not-utf8", "bytes that are not UTF-8");
    return undefined;
  }
}

/** Where a Refresh leads; what cannot be read is told. */
export function readRefresh(header: unknown, complain: Complain): string | undefined {
  if (header === undefined) return undefined;
  const [, seconds, url] = /^(\d{1,4}); ?url=(\S+)$/i.exec(String(header)) ?? [];
  if (url === undefined) complain("refresh-unreadable", String(header));
  else checkUrl(url, "Refresh", complain);
  if (Number(seconds) < 5) complain("refresh-too-fast", String(header));
  return url;
}
