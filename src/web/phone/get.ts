import type { YealinkDocument } from "./document.js";
import { checkUrl, readDocument, t46u } from "./reader.js";

/** Where the page goes on by itself, and after how many seconds. */
export interface Refresh {
  readonly seconds: number;
  readonly url: string;
}

export interface Reply {
  readonly document: YealinkDocument | undefined;
  readonly refresh: Refresh | undefined;
  readonly complaints: readonly string[];
}

/**
 * One GET as a phone makes it: no cookies, no referrer, no header of its own. A page can only reach its own origin, so
 * of the address that phones know the gateway by, the path alone is used. Rejects where there is no reply.
 * @param served what a document had of this URL: without what was typed.
 */
export async function get(url: string, signal: AbortSignal, served = url): Promise<Reply> {
  const complaints: string[] = [];
  const complain = (text: string) => void complaints.push(text);
  checkUrl(served, "request", t46u.urlLength, complain);
  if (complaints.length > 0) return { document: undefined, refresh: undefined, complaints };
  const { pathname, search } = new URL(url);
  const reply = await fetch(pathname + search, {
    signal,
    credentials: "omit",
    cache: "no-store",
    redirect: "manual",
    referrerPolicy: "no-referrer",
  });
  if (reply.type === "opaqueredirect") complain("a redirect");
  else if (reply.status !== 200) complain(`status ${reply.status}`);
  const type = reply.headers.get("content-type") ?? "none";
  if (!/^(text|application)\/xml; ?charset=utf-8$/i.test(type)) complain(`content type ${type}`);
  if (reply.headers.get("cache-control") !== "no-store") complain("it may be stored: no Cache-Control: no-store");
  const { document, complaints: about } = readDocument(decode(await reply.arrayBuffer(), complain));
  complaints.push(...about);
  const refresh = readRefresh(reply.headers.get("refresh"), complain);
  return { document, refresh, complaints };
}

function decode(bytes: ArrayBuffer, complain: (text: string) => void): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    complain("it is not UTF-8");
    return "";
  }
}

function readRefresh(header: string | null, complain: (text: string) => void): Refresh | undefined {
  if (header === null) return undefined;
  const [, seconds, url] = /^(\d{1,4}); ?url=(\S+)$/.exec(header) ?? [];
  if (url === undefined) {
    complain(`a Refresh header that cannot be read: ${header}`);
    return undefined;
  }
  checkUrl(url, "Refresh", t46u.urlLength, complain);
  return { seconds: Number(seconds), url };
}
