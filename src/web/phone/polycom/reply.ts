import { type Raw, refreshOf, textOf } from "../get.js";
import type { Reading } from "../page-loop.js";
import { type Complain, checkUrl, type PolycomForm } from "./deeds.js";
import type { PolycomDocument } from "./document.js";
import { readPage } from "./reader.js";

const pageType = /^(text\/html; ?charset=utf-8|application\/xhtml\+xml(; ?charset=utf-8)?)$/;
/** Faster costs the phone too much. */
const leastSeconds = 5;

/** What a Polycom would not even ask for. */
export function checkRequest(url: string): readonly string[] {
  const complaints: string[] = [];
  checkUrl(url, "request", (code, what) => void complaints.push(`${code}: ${what}`));
  return complaints;
}

/** A reply as a Polycom of that form takes it. */
export function readReply(reply: Raw, form: PolycomForm): Reading<PolycomDocument> {
  const complaints: string[] = [];
  const complain: Complain = (code, what) => void complaints.push(`${code}: ${what}`);
  if (reply.redirects) complain("redirect", "a redirect");
  else if (reply.status !== 200) complain("status", String(reply.status));
  // Another page is none: the one before is dropped when the next is asked for.
  if (complaints.length > 0) return { page: undefined, refresh: undefined, complaints };
  const header = (name: string): string => reply.headers.get(name) ?? "";
  if (header("content-length") === "") complain("no-length", "no Content-Length");
  if (header("content-encoding") !== "") complain("content-coding", header("content-encoding"));
  if (!/\bno-(store|cache)\b/.test(header("cache-control"))) complain("storable", header("cache-control"));
  const type = header("content-type").toLowerCase();
  if (type === "text/html") complain("no-charset", type);
  else if (!pageType.test(type)) complain("content-type", type);
  const refresh = refreshOf(reply);
  if (refresh === "unreadable") complain("refresh-unreadable", header("refresh"));
  else if (refresh) {
    checkUrl(refresh.url, "Refresh", complain);
    if (refresh.seconds < leastSeconds) complain("refresh-too-fast", header("refresh"));
  }
  const text = textOf(reply);
  if (text === undefined) {
    complain("not-utf8", "bytes that are not UTF-8");
    return { page: undefined, refresh: undefined, complaints };
  }
  const asHtml = !type.startsWith("application/xhtml+xml");
  const { document, complaints: about } = readPage(text, { form, asHtml });
  return {
    page: document,
    refresh: refresh === "unreadable" ? undefined : refresh,
    complaints: [...complaints, ...about],
  };
}
