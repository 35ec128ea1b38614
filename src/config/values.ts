import { isIPv6 } from "node:net";
import {
  type Language,
  type Listen,
  languageWords,
  type Parsed,
  parseLanguage,
  parseName,
  phoneForms,
} from "../model/index.js";
import { shown } from "./paths.js";
import { shaped, whole } from "./shapes.js";

export type { Parsed } from "../model/index.js";

const launcherLimit = 90;
const launcherTail = "/p/".length + 26 + "/".length;

/** A name on one line. */
export const name = shaped("1 to 200 characters on one line", parseName);

export const port = whole("a port from 1 to 65535", 1, 65_535);

/** `host:port`, the port 0 to 65535, an IPv6 address in brackets. */
export function parseListen(text: string): Parsed<Listen> {
  const form = "must be `host:port`, such as `127.0.0.1:8080` or `[::1]:8080`";
  const match = /^(?:\[([^\]]*)\]|([A-Za-z0-9._-]+)):(\d{1,9})$/.exec(text);
  if (!match) {
    const bare = text.replace(/:\d+$/, "");
    const hint = isIPv6(text) || isIPv6(bare) ? "; an IPv6 address needs brackets" : "";
    return wrong(`${form}, not ${shown(text)}${hint}`);
  }
  const [, six, host, digits] = match;
  if (six !== undefined && !isIPv6(six)) return wrong(`has brackets around ${shown(six)}, which is no IPv6 address`);
  const port = Number(digits);
  if (port > 65535) return wrong(`has the port ${shown(String(digits))}; ports go from 0 to 65535`);
  return right({ host: six ?? host ?? "", port });
}

/** The origin that phones are sent to: no path, short enough for the launcher URL (design 5). */
export function parsePublicUrl(text: string): Parsed<string> {
  const form = "must be an address such as `http://192.0.2.10:8080` or `https://calls.example.com`";
  const url = parseUrl(text, ["http:", "https:"]);
  if (!url) return wrong(`${form}, not ${shown(text)}`);
  if (hasCredentials(url)) return wrong("must not hold a user name or password");
  if (/[?#]/.test(text)) return wrong(`${form}, with nothing behind it; take away what begins with \`?\` or \`#\``);
  if (url.pathname !== "/") return wrong(`${form}, with no path; take away ${shown(url.pathname)}`);
  if (isAnyAddress(url.hostname)) {
    return wrong(`is ${shown(url.hostname)}, which phones cannot call; give this machine's name or address`);
  }
  const length = url.origin.length + launcherTail;
  if (length > launcherLimit) {
    const most = launcherLimit - launcherTail;
    const sizes = `it has ${url.origin.length} characters and may have ${most}`;
    return wrong(`is too long: ${sizes}, so that the address on a phone's key stays within ${launcherLimit}`);
  }
  return right(url.origin);
}

/** A language that phones can be shown, by its code. */
export function parseShownLanguage(text: string): Parsed<Language> {
  const language = parseLanguage(text);
  return language ? right(language) : wrong(languageWords(text));
}

/** The web server of a phone: a host, or an http(s) address with nothing behind it. */
export const parsePhoneOrigin = phoneForms.origin;

/** Where the site's own recorder is told of private calls. */
export function parseHookUrl(text: string): Parsed<string> {
  const url = parseUrl(text, ["http:", "https:"]);
  if (url && hasCredentials(url)) return wrong("must not hold the password; give `password` next to it");
  if (url) return right(url.href);
  return wrong(
    `must be an address such as \`https://recorder.example.com/private\`, not ${shown(withoutCredentials(text))}`,
  );
}

/** Where phones get their configuration from; a path belongs to it. */
export function parseConfigurationUrl(text: string): Parsed<string> {
  const url = parseUrl(text, ["http:", "https:"]);
  if (url && hasCredentials(url)) {
    return wrong("must not hold a password: it is told to whoever asks on the network");
  }
  if (url && !isAnyAddress(url.hostname) && url.href.length <= 255) return right(url.href);
  return wrong(`must be an address such as \`https://phones.example.com/\`, not ${shown(withoutCredentials(text))}`);
}

/** Where ARI is: an http(s) URL; a slash at the end is taken away. */
export function parseAriUrl(text: string): Parsed<string> {
  const url = parseUrl(text, ["http:", "https:"]);
  if (!url || /[?#]/.test(text)) {
    return wrong(`must be a URL such as \`http://127.0.0.1:8088/ari\`, not ${shown(withoutCredentials(text))}`);
  }
  if (hasCredentials(url)) return wrong("must not hold the password; give `username` and `password` next to it");
  return right(url.href.replace(/\/+$/, ""));
}

/** Where the PBX takes SIP over WebSocket: a ws(s) URL. */
export function parseSipUrl(text: string): Parsed<string> {
  const url = parseUrl(text, ["ws:", "wss:"]);
  if (url && hasCredentials(url)) return wrong("must not hold a user name or password");
  if (!url || /[?#]/.test(text)) {
    return wrong(`must be a URL such as \`ws://127.0.0.1:8088/ws\`, not ${shown(withoutCredentials(text))}`);
  }
  return right(url.href);
}

/** Where an outside broker is. */
export function parseBrokerUrl(text: string): Parsed<string> {
  const url = parseUrl(text, ["mqtt:", "mqtts:", "ws:", "wss:"]);
  if (!url || url.hostname === "" || url.hash !== "") {
    return wrong(`must be a URL such as \`mqtts://broker.example.com:8883\`, not ${shown(withoutCredentials(text))}`);
  }
  if (hasCredentials(url)) return wrong("must not hold the password; give `username` and `password` next to it");
  return right(text);
}

/** A context of the site's own dialplan that can stand in a Goto and behind an include. */
export function parseContext(text: string): Parsed<string> {
  if (!/^[A-Za-z0-9_.-]{1,79}$/.test(text)) {
    return wrong(`must be the name of a context: letters, digits, \`_\`, \`.\` and \`-\`, not ${shown(text)}`);
  }
  return text.startsWith("earshot-") ? wrong("must be a context of your own; this is one of earshot's") : right(text);
}

/** A device at the PBX, `{extension}` to be replaced: `PJSIP/{extension}`. */
export function parseEndpoint(text: string): Parsed<string> {
  const form = "must be a technology and a device, such as `PJSIP/{extension}`";
  if (!text.includes("{extension}")) return wrong(`${form}; \`{extension}\` is missing in ${shown(text)}`);
  if (!/^[A-Za-z][A-Za-z0-9]*\//.test(text)) return wrong(`${form}; ${shown(text)} does not begin with a technology`);
  if (/[\s&,|]/.test(text)) return wrong(`${form}; one device, without spaces, commas, \`&\` or \`|\``);
  const other = /\{(?!extension\})[^}]*\}?/.exec(text);
  if (other) return wrong(`${form}; only \`{extension}\` is replaced, not ${shown(other[0])}`);
  return right(text);
}

/** True for a host that cannot be reached from another machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  return bare === "localhost" || bare.endsWith(".localhost") || bare === "::1" || /^127(?:\.\d+){3}$/.test(bare);
}

function parseUrl(text: string, schemes: readonly string[]): URL | undefined {
  const scheme = schemes.find((one) => text.toLowerCase().startsWith(`${one}//`));
  if (scheme === undefined || /[\s\u0000-\u001f\u007f\\]/.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}

function hasCredentials(url: URL): boolean {
  return url.username !== "" || url.password !== "";
}

function withoutCredentials(text: string): string {
  return text.replace(/^([a-z]*:?\/*).*@/i, "$1...@");
}

function isAnyAddress(hostname: string): boolean {
  return hostname === "0.0.0.0" || hostname === "[::]";
}

function right<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

function wrong(words: string): { readonly ok: false; readonly wrong: string } {
  return { ok: false, wrong: words };
}
