import type { Switches } from "./yealink-switches.ts";
import type { Complain } from "./yealink-xml.ts";

/** `Led:` as it was seen (yealink.md 3.3, l. 163-166): a line key, the power light, a key of an expansion module. */
const led =
  /^Led:(?:LINE(\d{1,2})_(GREEN|RED|ORANGE)|POWER| ?EXP-[1-6]-\d{1,2}-(?:GREEN|RED|ORANGE))=(on|off|slowflash|fastflash)$/;
/** Names of Aastra's, or from general knowledge (3.3, l. 167). */
const moreLeds =
  /^Led:(?:MEMO\d{1,2}_(?:GREEN|RED)|HEADSET|MUTE|SPEAKER|MESSAGE|BACKLIGHT)=(?:on|off|slowflash|fastflash)$/;
/** Every other URI of the phone's own that was seen (2.3, l. 136-140), and the keys of l. 138. */
const keyNames = "LINE\\d{1,2}|Headset|Goodbye|Hold|Xfer|KeyPad(?:[0-9]|Star|Pound)|SoftKey[1-6]";
const own = new RegExp(
  `^(?:Dial:[0-9A-Za-z*#+@._-]+|Key:(?:${keyNames})|Wav\\.Play:https?://\\S+|Wav\\.Stop|Command:Reset)$`,
);
/** What a URI of the phone's own begins with. */
const ownScheme = /^(Dial|Led|Key|Wav\.Play|Wav\.Stop|Command)(:|$)/;

export interface LineLamp {
  readonly line: number;
  readonly colour: string;
  readonly state: string;
}

/** The lamp of a line key that this URI sets. */
export function lineLamp(uri: string): LineLamp | undefined {
  const [, line, colour, state] = led.exec(uri) ?? [];
  return line && colour && state ? { line: Number(line), colour, state } : undefined;
}

/** Whether the phone does something by itself with this URI (2.3). */
export function isOwn(uri: string, knowsAastra = false): boolean {
  return led.test(uri) || own.test(uri) || (knowsAastra && moreLeds.test(uri));
}

/**
 * Complains where the URL is not one that a phone can fetch as it stands: absolute (8, l. 313), in ASCII, and no longer
 * than a budget (no line of yealink.md says how long one may be, but for a key's: 5.1, l. 223).
 */
export function checkUrl(url: string, where: string, longest: number, complain: Complain): void {
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) complain(`${where}: not an absolute URL: ${url}`);
  if (!/^[\x21-\x7e]*$/.test(url)) complain(`${where}: a character that a URL may not have: ${url}`);
  if (url.length > longest) complain(`${where}: a URL of ${url.length} characters`);
}

/** The same for whatever a row, a key or an action may hold. */
export function checkUri(uri: string, where: string, longest: number, knowsAastra: boolean, complain: Complain): void {
  if (!ownScheme.test(uri)) checkUrl(uri, where, longest, complain);
  else if (!isOwn(uri, knowsAastra)) complain(`${where}: a URI that a phone does not know: ${uri}`);
}

/** The URL of an input screen with what was typed (1.5, l. 86; 6, l. 272). */
export function withTyped(
  url: string,
  typed: readonly (readonly [parameter: string, value: string])[],
  as: Switches["typedAs"],
): string {
  const escaped = as === "utf-8" ? encodeURIComponent : latin1;
  const query = typed.map(([parameter, value]) => `${parameter}=${escaped(value)}`);
  return `${url}${url.includes("?") ? "&" : "?"}${query.join("&")}`;
}

/** A URL with the value of the highlighted row, as it stands (2.2, l. 130; 6, l. 272). */
export function withSelection(url: string, selection: string, by: Switches["selectionBy"]): string {
  return `${url}${by === "?" || !url.includes("?") ? "?" : "&"}selection=${selection}`;
}

function latin1(text: string): string {
  return [...text]
    .map((one) => {
      const code = one.codePointAt(0) ?? 0;
      if (code < 0x80) return encodeURIComponent(one);
      return code <= 0xff ? `%${code.toString(16).toUpperCase()}` : "%3F";
    })
    .join("");
}
