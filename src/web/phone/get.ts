/** Where the page goes on by itself, and after how many seconds. */
export interface Refresh {
  readonly seconds: number;
  readonly url: string;
}

/** A reply as it came. */
export interface Raw {
  readonly status: number;
  /** It leads elsewhere: a phone may not follow. */
  readonly redirects: boolean;
  readonly headers: Headers;
  readonly bytes: ArrayBuffer;
}

/**
 * One GET as a phone makes it: no cookies, no referrer, no header of its own. A page can only reach its own origin, so
 * of the address that phones know the gateway by, the path alone is used. Rejects where there is no reply.
 */
export async function get(url: string, signal: AbortSignal): Promise<Raw> {
  const { pathname, search } = new URL(url);
  const reply = await fetch(pathname + search, {
    signal,
    credentials: "omit",
    cache: "no-store",
    redirect: "manual",
    referrerPolicy: "no-referrer",
  });
  const redirects = reply.type === "opaqueredirect";
  return { status: reply.status, redirects, headers: reply.headers, bytes: await reply.arrayBuffer() };
}

/** The text of a reply; undefined where it is not UTF-8. */
export function textOf({ bytes }: Raw): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A Refresh header; `unreadable` where it is none that a phone is sure to follow. */
export function refreshOf({ headers }: Raw): Refresh | undefined | "unreadable" {
  const header = headers.get("refresh");
  if (header === null) return undefined;
  const [, seconds, url] = /^(\d{1,4}); ?url=(\S+)$/.exec(header) ?? [];
  return url === undefined ? "unreadable" : { seconds: Number(seconds), url };
}
