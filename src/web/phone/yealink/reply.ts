import { type Raw, refreshOf, textOf } from "../get.js";
import type { Reading } from "../page-loop.js";
import type { YealinkDocument } from "./document.js";
import { checkUrl, readDocument, t46u } from "./reader.js";

/** What a Yealink would not even ask for. */
export function checkRequest(url: string): readonly string[] {
  const complaints: string[] = [];
  checkUrl(url, "request", t46u.urlLength, (text) => void complaints.push(text));
  return complaints;
}

/** A reply as a Yealink takes it. */
export function readReply(reply: Raw): Reading<YealinkDocument> {
  const complaints: string[] = [];
  const complain = (text: string) => void complaints.push(text);
  if (reply.redirects) complain("a redirect");
  else if (reply.status !== 200) complain(`status ${reply.status}`);
  const type = reply.headers.get("content-type") ?? "none";
  if (!/^(text|application)\/xml; ?charset=utf-8$/i.test(type)) complain(`content type ${type}`);
  if (reply.headers.get("cache-control") !== "no-store") complain("it may be stored: no Cache-Control: no-store");
  const text = textOf(reply);
  if (text === undefined) complain("it is not UTF-8");
  const { document: page, complaints: about } = readDocument(text ?? "");
  complaints.push(...about);
  const refresh = refreshOf(reply);
  if (refresh === "unreadable") {
    complain(`a Refresh header that cannot be read: ${reply.headers.get("refresh")}`);
    return { page, refresh: undefined, complaints };
  }
  if (refresh) checkUrl(refresh.url, "Refresh", t46u.urlLength, complain);
  return { page, refresh, complaints };
}
