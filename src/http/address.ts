import { type PhoneRequest, type Pick, type SaferAct, type ShowLink, saferActs } from "../control/index.js";
import type { PushedPage } from "../dispatch/index.js";
import {
  type BoardOrder,
  boardOrders,
  type LegId,
  type PersonId,
  type ProbeAsked,
  parseLegId,
  parsePersonId,
  parseSearchText,
  parseSecret,
  parseToken,
  type SearchText,
  type Secret,
  type Token,
} from "../model/index.js";
import { type Link, type PressAct, pressActs } from "../pages/index.js";
import { typedParameter } from "../phones/index.js";
import { isSigned, sign } from "./stamp.js";

/** Step and signature as they stood in a URL. */
interface Stamp {
  readonly step: number;
  readonly signature: string;
}

/** What the part of the URL after the token names. */
export type Route =
  | { readonly kind: "show"; readonly link: ShowLink }
  | {
      readonly kind: "do";
      readonly act: PressAct;
      readonly leg: LegId | undefined;
      readonly stamp: Stamp | undefined;
      readonly secret: Secret | undefined;
    }
  | { readonly kind: "hand-over"; readonly person: PersonId; readonly stamp: Stamp | undefined }
  | { readonly kind: "pick"; readonly pick: Pick; readonly leg: LegId | undefined; readonly stamp: Stamp | undefined }
  /** No page is asked for: the phone tells what has happened to itself. */
  | { readonly kind: "told"; readonly what: PhoneTold }
  /** A page by which the phone is proved: its step, what the page called it, and whatever stands behind the path. */
  | { readonly kind: "probe"; readonly step: string; readonly word: string; readonly tail: string };

const phoneTold = ["mute", "unmute", "registered"] as const;
/** What a phone tells of itself by an action URL: that its own mute is on, or off again; that it has registered. */
export type PhoneTold = (typeof phoneTold)[number];

const home: Route = { kind: "show", link: { to: "home" } };
const picks: readonly string[] = ["listen", "coach", "join"] satisfies Pick[];

function isAct(text: string): text is PressAct {
  return pressActs.some((act) => act === text);
}

function isSafer(act: PressAct): act is SaferAct {
  return saferActs.some((safer) => safer === act);
}

function isPick(text: string): text is Pick {
  return picks.includes(text);
}

function isPage(text: string): boolean {
  return /^\d{1,4}$/.test(text);
}

function isProbe(text: string): boolean {
  return /^[a-z-]{1,40}$/.test(text);
}

function isOrder(text: string): text is BoardOrder {
  return boardOrders.some((order) => order === text);
}

/** What is looked for as it stands in the path of a page: nothing in it needs an escape. */
function searchTextOf(path: string): SearchText | undefined {
  return /^[A-Za-z0-9_-]{1,140}$/.test(path)
    ? parseSearchText(Buffer.from(path, "base64url").toString("utf8"))
    : undefined;
}

/** Where something was typed that can be looked for, it is; else it is asked for. */
function findLink(input: string, query: string): ShowLink {
  if (input !== "digits" && input !== "text") return { to: "find" };
  const text = parseSearchText(parameterOf(query, typedParameter));
  return text ? { to: "found", text, page: 0 } : { to: "find", input };
}

function stampOf(text: string): Stamp | undefined {
  const [, step, signature] = /^(\d{1,15})\.([A-Za-z0-9_-]{16})$/.exec(text) ?? [];
  return step !== undefined && signature !== undefined ? { step: Number(step), signature } : undefined;
}

/** What no UTF-8 decodes to is ISO-8859-1: in which of the two a phone escapes what was typed is not known. */
function parameterOf(query: string, name: "selection" | typeof typedParameter): string {
  const joined = query.replaceAll("?", "&");
  const value = new URLSearchParams(joined).get(name) ?? "";
  if (!value.includes("\ufffd")) return value;
  const latin1 = (byte: string): string => encodeURIComponent(String.fromCharCode(Number.parseInt(byte.slice(1), 16)));
  return new URLSearchParams(joined.replace(/%[89a-f][0-9a-f]/gi, latin1)).get(name) ?? "";
}

function routeOf(path: string, tail: string): Route {
  const query = tail.slice(1);
  const selection = parseLegId(parameterOf(query, "selection"));
  const at = selection && { at: selection };
  const [room = "", first = "", second = "", third = ""] = path.split("/");
  if (room === "session" || room === "menu" || room === "participants") return { kind: "show", link: { to: room } };
  if (room === "board" && isPage(first)) {
    const order = isOrder(second) && { order: second };
    return { kind: "show", link: { to: "board", page: Number(first), ...order, ...at } };
  }
  if (room === "find") return { kind: "show", link: findLink(first, query) };
  const text = searchTextOf(second);
  if (room === "found" && isPage(first) && text) {
    return { kind: "show", link: { to: "found", text, page: Number(first), ...at } };
  }
  if (room === "transfer" && /^\d{1,4}$/.test(first)) {
    return { kind: "show", link: { to: "transfer", page: Number(first) } };
  }
  const person = parsePersonId(first);
  if (room === "give" && person) return { kind: "hand-over", person, stamp: stampOf(second) };
  const what = room === "phone" && phoneTold.find((known) => known === first);
  if (what) return { kind: "told", what };
  if (room === "prove" && isProbe(first))
    return { kind: "probe", step: first, word: isProbe(second) ? second : "", tail };
  const leg = parseLegId(first);
  if (room === "call" && leg) return { kind: "show", link: { to: "call", leg } };
  if (room === "listen" && leg) return { kind: "show", link: { to: "ask-listen", leg } };
  if (room === "pick" && isPick(first)) {
    return { kind: "pick", pick: first, leg: selection, stamp: stampOf(second) };
  }
  if (room === "do" && isAct(first)) {
    const of = { act: first, leg: second === "-" ? undefined : parseLegId(second), stamp: stampOf(third) };
    return { kind: "do", ...of, secret: parseSecret(parameterOf(query, typedParameter)) };
  }
  return home;
}

/**
 * Reads `/p/<token>/…`. Undefined where there is no token; whatever else is not understood is home.
 * The path ends at the first `?` or `&`: a phone may append `&selection=…` to a URL that has no query, and may append
 * it to any URL of a list.
 */
export function parseAddress(url: string): { readonly token: Token; readonly route: Route } | undefined {
  const [, text = "", path = "", tail = ""] = /^\/p\/([^/?&]*)(?:\/([^?&]*))?([?&].*)?$/s.exec(url) ?? [];
  const token = parseToken(text);
  return token && { token, route: routeOf(path, tail) };
}

/**
 * What the desk is asked. A press whose signature is not ours acts not: it becomes a show of home, and the acts that
 * let somebody hear less reach the desk as unsigned.
 */
export function requestOf(key: Uint8Array, token: Token, route: Route): PhoneRequest {
  if (route.kind === "show") return route;
  if (route.kind === "told" || route.kind === "probe") return { kind: "show", link: { to: "home" } };
  if (route.kind === "hand-over") {
    const { person, stamp } = route;
    const ours =
      stamp && isSigned(key, { token, deed: `give/${person}`, leg: undefined, step: stamp.step }, stamp.signature);
    return ours ? { kind: "hand-over", person, step: stamp.step } : { kind: "show", link: { to: "home" } };
  }
  const { leg, stamp } = route;
  const deed = route.kind === "do" ? `do/${route.act}` : `pick/${route.pick}`;
  // The leg of a pick is chosen on the phone, after the URL was signed.
  const signedLeg = route.kind === "do" ? leg : undefined;
  const named = leg === undefined ? {} : { leg };
  if (stamp && isSigned(key, { token, deed, leg: signedLeg, step: stamp.step }, stamp.signature)) {
    return route.kind === "do"
      ? { kind: "press", act: route.act, ...named, step: stamp.step, ...(route.secret && { secret: route.secret }) }
      : { kind: "pick", pick: route.pick, ...named, step: stamp.step };
  }
  return route.kind === "do" && isSafer(route.act)
    ? { kind: "unsigned-press", act: route.act, ...named }
    : { kind: "show", link: { to: "home" } };
}

/** At most so much of what stands behind a path is looked at. */
const longestTail = 300;

/** What a page of a walk is asked by: its own address, or the launcher. Undefined for every other route. */
export function probedBy(
  route: Route,
  agent: string | undefined,
): ({ readonly step: string } & ProbeAsked) | undefined {
  const named = { agent: (agent ?? "").slice(0, 200) };
  if (route.kind === "probe") {
    return { step: route.step, word: route.word, tail: route.tail.slice(0, longestTail), ...named };
  }
  return route.kind === "show" && route.link.to === "home" ? { step: "", word: "", tail: "", ...named } : undefined;
}

/** The route in words for a log line: never the token, a step or a signature. */
export function routeName(route: Route): string {
  if (route.kind === "do") return `do/${route.act}`;
  if (route.kind === "hand-over") return "give";
  if (route.kind === "told") return `phone/${route.what}`;
  if (route.kind === "probe") return "prove";
  return route.kind === "pick" ? `pick/${route.pick}` : route.link.to;
}

/** The URL of a phone's launcher key. */
export function launcherUrl(publicUrl: string, token: Token): string {
  return `${publicUrl}/p/${token}/`;
}

/** The URL of one of a phone's own pages, for a phone that has not asked; a press on it counts at `step`. */
export function pushedUrl(key: Uint8Array, publicUrl: string, token: Token, step: number, page: PushedPage): string {
  return hrefs(key, publicUrl, token, step)(linkOf(page));
}

function linkOf(page: PushedPage): Link {
  if (typeof page === "object")
    return "call" in page ? { to: "call", leg: page.call } : { to: "probe", path: page.probe };
  return page === "home" || page === "session" ? { to: page } : { to: "press", act: page };
}

/** As a phone says it of itself. */
function selected({ at }: { readonly at?: LegId }): string {
  return at === undefined ? "" : `?selection=${at}`;
}

function pathOf(key: Uint8Array, token: Token, step: number, link: Link): string {
  const stamp = (deed: string, leg?: LegId) => `${step}.${sign(key, { token, deed, leg, step })}`;
  switch (link.to) {
    case "home":
    case "exit":
      return "";
    case "board":
      return `board/${link.page}${link.order ? `/${link.order}` : ""}${selected(link)}`;
    case "find":
      return `find${link.input ? `/${link.input}` : ""}`;
    case "found":
      return `found/${link.page}/${Buffer.from(link.text, "utf8").toString("base64url")}${selected(link)}`;
    case "call":
      return `call/${link.leg}`;
    case "ask-listen":
      return `listen/${link.leg}`;
    case "session":
    case "menu":
    case "participants":
      return link.to;
    case "press":
      return `do/${link.act}/${link.leg ?? "-"}/${stamp(`do/${link.act}`, link.leg)}`;
    case "transfer":
      return `transfer/${link.page}`;
    case "probe":
      return `prove/${link.path}`;
    case "hand-over":
      return `give/${link.person}/${stamp(`give/${link.person}`)}`;
    case "pick":
      return `pick/${link.pick}/${stamp(`pick/${link.pick}`)}`;
  }
}

/** Gives the absolute URL of each link on one page of one phone; its presses count at `step`. */
export function hrefs(key: Uint8Array, publicUrl: string, token: Token, step: number): (link: Link) => string {
  return (link) => launcherUrl(publicUrl, token) + pathOf(key, token, step, link);
}
