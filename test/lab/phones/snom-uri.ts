import type { Switches } from "./snom-switches.ts";
import type { Complain } from "./snom-xml.ts";

/** fragments: `mb_exit` closes the minibrowser, `mb_nop` leaves the page; either may carry commands behind a `#`. */
const own = /^(?:snom|phone):\/\/mb_(exit|nop)(?:#\S*)?$/;
/** No page gives one; what other makes take. */
const longest = 255;

export type Target = { readonly does: "fetch"; readonly url: string } | { readonly does: "exit" | "nothing" };

/** Where a URL of a document leads; what is wrong with it is told to `complain`. */
export function targetOf(text: string, where: string, complain: Complain): Target {
  const url = text.trim();
  const [, word] = own.exec(url) ?? [];
  if (word !== undefined) return { does: word === "exit" ? "exit" : "nothing" };
  checkUrl(url, where, longest, complain);
  return { does: "fetch", url };
}

/** Complains where the URL is none that a phone fetches as it stands; what is behind a `#` would be a command (fragments). */
export function checkUrl(url: string, where: string, most: number, complain: Complain): void {
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) complain(`${where}: not an absolute URL: ${url}`);
  if (!/^[\x21-\x7e]*$/.test(url)) complain(`${where}: a character that a URL may not have: ${url}`);
  if (url.includes("#")) complain(`${where}: a fragment, which is a command: ${url}`);
  if (url.length > most) complain(`${where}: a URL of ${url.length} characters`);
}

/** The URL with what was typed in the place of its token (main_tags/SnomIPPhoneInput: URL). */
export function withTyped(url: string, token: string, typed: string, as: Switches["typedAs"]): string {
  return url.replaceAll(token, () => (as === "utf-8" ? encodeURIComponent(typed) : latin1(typed)));
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
