import type { Code, Complain } from "./polycom-facts.ts";
import type { Form } from "./polycom-switches.ts";

/** What an address in a link, a softkey, a file of URIs or a push tells the phone to do. */
export type Deed =
  | { readonly does: "fetch"; readonly url: string }
  | { readonly does: SoftKeyWord }
  | { readonly does: "internal"; readonly uri: string };

/** What a `SoftKey:` URI does to the browser (2.1). */
export type SoftKeyWord = "home" | "back" | "exit" | "cancel" | "submit" | "reset" | "refresh";

const softKeyWords: readonly SoftKeyWord[] = ["home", "back", "exit", "cancel", "submit", "reset", "refresh"];
const keys =
  "line([1-9]|[1-3]\\d|4[0-8])|dialpad(\\d|star|pound)|softkey[1-5]|volup|voldown|headset|handsfree|micmute|mute|menu|messages|applications|directories|setup|arrow(up|down|dwn|left|right)|backspace|donotdisturb|select|conference|transfer|redial|hold|status|calllist";
const calls = "endcall|answer|reject|ignore|micmute|hold|resume|transfer|conference|join|split|remove";
/** Internal URIs (2.3); they are read without regard to case. */
const internals: readonly RegExp[] = [
  new RegExp(`^key:(${keys})$`, "i"),
  /^tel:(\/\/|\\\\)?[^\s;]+(;line([1-9]|[1-3]\d|4[0-8]))?(;ext=\w+)?(;postd=[\w,*#]+)?$/i,
  /^sip:[^\s@]+(@[^\s]+)?$/i,
  /^play:[^\s]+$/i,
  /^action:updateconfig$/i,
  new RegExp(`^callaction:(${calls});ncallreference=\\w+$`, "i"),
];
/** Longest address that a phone is told of (1.4); the reader of pages has no figure of its own. */
const longestUrl = 255;

/** Complains where a URL is not one that a phone can fetch as it stands. */
export function checkUrl(url: string, where: string, complain: Complain): void {
  if (!/^[\x21-\x7e]*$/.test(url)) {
    complain("url-character", `${where}: ${url}`);
    return;
  }
  if (!/^https?:\/\/[^/]/i.test(url) || !URL.canParse(url)) complain("url-not-absolute", `${where}: ${url}`);
  if (url.length > longestUrl) complain("url-too-long", `${where}: ${url.length} characters`);
}

interface Place {
  readonly form: Form;
  /** For a reader of complaints. */
  readonly where: string;
  /** Whether an address of the web is one here, without `SoftKey:Fetch;`. */
  readonly bareUrls: boolean;
  readonly unknown: Code;
}

/** What an address does on a phone of that form; undefined, and told, where the phone does not know it. */
export function deedOf(address: string, place: Place, complain: Complain): Deed | undefined {
  const { form, where, bareUrls, unknown } = place;
  const refuse = (code: Code): undefined => void complain(code, `${where}: ${address}`);
  const fetching = (url: string): Deed => {
    checkUrl(url, where, complain);
    return { does: "fetch", url };
  };
  if (/^javascript:/i.test(address)) return refuse("script");
  if (/^softkey:/i.test(address)) {
    if (form === "vvx") return refuse("softkey-uri-on-vvx");
    const [, word = "", url] = /^softkey:(\w+)(?:;(.*))?$/i.exec(address) ?? [];
    if (word.toLowerCase() === "fetch" && url !== undefined) return fetching(url);
    const does = softKeyWords.find((one) => one === word.toLowerCase());
    return does && url === undefined ? { does } : refuse(unknown);
  }
  if (internals.some((shape) => shape.test(address))) return { does: "internal", uri: address };
  return !bareUrls || /^[a-z]+:(?!\/\/)/i.test(address) ? refuse(unknown) : fetching(address);
}

/** The URIs of a document of type `application/x-com-polycom-spipx`, one on each line (2.2). */
export function readUris(text: string, form: Form, complain: Complain): readonly Deed[] {
  const place = { form, where: "URI", bareUrls: false, unknown: "unknown-uri" } as const;
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  return lines.flatMap((line) => deedOf(line, place, complain) ?? []);
}
