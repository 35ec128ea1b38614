/** The two browsers: of SoundPoint and SoundStation phones, and of the VVX. */
export type PolycomForm = "microbrowser" | "vvx";

/** Tells what a real phone would not show: a code, and what it is about. */
export type Complain = (code: string, what: string) => void;

const words = ["home", "back", "exit", "cancel", "submit", "reset", "refresh"] as const;

/** What an address in a link or a softkey tells the phone to do. */
export type Deed =
  | { readonly does: "fetch"; readonly url: string }
  | { readonly does: (typeof words)[number] }
  /** Something of the phone itself, such as a key or a number to dial, which a drawn one has not. */
  | { readonly does: "phone"; readonly uri: string };

const keyNames = [
  ...["line([1-9]|[1-3]\\d|4[0-8])", "dialpad(\\d|star|pound)", "softkey[1-5]", "volup", "voldown", "headset"],
  ...["handsfree", "micmute", "mute", "menu", "messages", "applications", "directories", "setup", "backspace"],
  ...["arrow(up|down|dwn|left|right)", "donotdisturb", "select", "conference", "transfer", "redial", "hold"],
  ...["status", "calllist"],
];
const callActs = "endcall|answer|reject|ignore|micmute|hold|resume|transfer|conference|join|split|remove";
const ofThePhone: readonly RegExp[] = [
  new RegExp(`^key:(${keyNames.join("|")})$`, "i"),
  /^tel:(\/\/|\\\\)?[^\s;]+(;line([1-9]|[1-3]\d|4[0-8]))?(;ext=\w+)?(;postd=[\w,*#]+)?$/i,
  /^sip:[^\s@]+(@[^\s]+)?$/i,
  /^play:[^\s]+$/i,
  /^action:updateconfig$/i,
  new RegExp(`^callaction:(${callActs});ncallreference=\\w+$`, "i"),
];
/** What a host may not have, and Chromium takes all the same. */
const oddHost = /^https?:\/\/[^/?#]*[ <>^|]/i;
/** The longest address that a phone is told of; its reader of pages has no figure of its own. */
const longestUrl = 255;

/** Complains where a URL is not one that a phone can fetch as it stands. */
export function checkUrl(url: string, where: string, complain: Complain): void {
  if (!/^[\x21-\x7e]*$/.test(url)) {
    complain("url-character", `${where}: ${url}`);
    return;
  }
  if (!/^https?:\/\/[^/]/i.test(url) || oddHost.test(url) || !URL.canParse(url))
    complain("url-not-absolute", `${where}: ${url}`);
  if (url.length > longestUrl) complain("url-too-long", `${where}: ${url.length} characters`);
}

/** What a link does; undefined, and told, where a phone of that form does not know it. */
export function linkDeed(address: string, form: PolycomForm, where: string, complain: Complain): Deed | undefined {
  if (/^softkey:/i.test(address) && form === "vvx") return void complain("softkey-uri-on-vvx", `${where}: ${address}`);
  return deed(address, where, "unknown-uri", true, complain);
}

/** What a softkey does; undefined, and told, where a phone does not know it. */
export function softKeyDeed(action: string, where: string, complain: Complain): Deed | undefined {
  return deed(action, where, "softkey-action", false, complain);
}

function deed(
  address: string,
  where: string,
  unknown: string,
  bareUrls: boolean,
  complain: Complain,
): Deed | undefined {
  const fetching = (url: string): Deed => {
    checkUrl(url, where, complain);
    return { does: "fetch", url };
  };
  const refuse = (code: string): undefined => void complain(code, `${where}: ${address}`);
  if (/^javascript:/i.test(address)) return refuse("script");
  if (/^softkey:/i.test(address)) {
    const [, word = "", url] = /^softkey:(\w+)(?:;(.*))?$/i.exec(address) ?? [];
    if (word.toLowerCase() === "fetch" && url !== undefined) return fetching(url);
    const does = words.find((one) => one === word.toLowerCase());
    return does && url === undefined ? { does } : refuse(unknown);
  }
  if (ofThePhone.some((shape) => shape.test(address))) return { does: "phone", uri: address };
  return !bareUrls || /^[a-z]+:(?!\/\/)/i.test(address) ? refuse(unknown) : fetching(address);
}
