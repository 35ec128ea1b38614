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
