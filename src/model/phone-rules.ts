import { parseExtension, parseMac } from "./ids.js";
import type { KnownPhones, MakeFacts } from "./known-phones.js";
import { type AnswerStyle, type PhonePush, parseName } from "./people.js";
import { choiceWords, matching, type Parsed, shaped, shown } from "./words.js";

/*
 * What a phone may be, whoever writes it: `earshot.yaml`, a command, a list. Words go behind the name of what they are
 * about, by which a path leads to it: `lampKey`, `push` and then `by`.
 */

export const answerStyles = ["ring", "auto"] as const satisfies readonly AnswerStyle[];
export const pushWays = ["notify", "http", "message"] as const satisfies readonly PhonePush["by"][];

/** How single values of a phone are read. */
export const phoneForms = {
  mac: shaped("a MAC address such as `805ec0aabbcc` or `80:5E:C0:AA:BB:CC`", parseMac),
  extension: shaped("1 to 40 digits, letters, `_`, `*`, `#`, `+` or `-`", parseExtension),
  /** Of the phone's SIP contact. */
  address: shaped("a host name or address", matching(/^(?:[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45})$/)),
  lampKey: shaped("the number of a line key, from 1 to 99", (text) =>
    /^[1-9]\d?$/.test(text) ? Number(text) : undefined,
  ),
  username: shaped("1 to 200 characters on one line", parseName),
  origin: parseOrigin,
} as const;

/** What is written of a phone, wherever it is. */
export interface PhoneWritten {
  /** Undefined where nothing is there, or nothing that is a text. */
  text(...path: readonly string[]): string | undefined;
  has(...path: readonly string[]): boolean;
}

/** What a site has, as far as it decides what a phone may be. */
export interface PhoneSite {
  readonly known: KnownPhones;
  /** Whether the PBX sends NOTIFYs. */
  readonly notify: boolean;
  /** Whether earshot has a SIP account that sends texts. */
  readonly message: boolean;
  /** Where phones' pages are given to where each is registered alone. */
  readonly pagesFrom?: "registered";
}

/** Which ways to phones a PBX has, as it is configured. */
export function phoneWays(pbx: {
  readonly kind: string;
  readonly ami?: unknown;
  readonly sip?: unknown;
}): Pick<PhoneSite, "notify" | "message"> {
  const real = pbx.kind === "asterisk";
  return { notify: real && pbx.ami !== undefined, message: real && pbx.sip !== undefined };
}

export interface PhoneFault {
  readonly path: readonly string[];
  readonly words: string;
}

/** What is wrong with a phone whose single values can be read: what its make, its model and the site do not have. */
export function phoneFaults(written: PhoneWritten, site: PhoneSite): readonly PhoneFault[] {
  const faults = [...pushFaults(written, site), ...lampFaults(written), ...addressFaults(written, site)];
  const vendor = written.text("vendor");
  if (vendor === undefined) return faults;
  const make = makeNamed(vendor, site.known);
  if (make === undefined) return [...faults, fault(["vendor"], choiceWords(Object.keys(site.known), vendor, ""))];
  faults.push(...makeFaults(written, vendor, make));
  const models = Object.keys(make.models);
  const model = written.text("model");
  if (model === undefined) return faults;
  if (!models.includes(model)) return [...faults, fault(["model"], choiceWords(models, model, ""))];
  return [...faults, ...lampKeyFaults(written, model, make)];
}

/**
 * How documents reach a phone, with what is wanted; undefined where the site or the make has no way. By NOTIFY wherever that
 * is possible and nothing else is said.
 */
export function pushOf(wanted: PhonePush | undefined, vendor: string, site: PhoneSite): PhonePush | undefined {
  if (wanted?.by === "http") return wanted;
  if (wanted?.by === "message") return site.message ? wanted : undefined;
  const ways = makeNamed(vendor, site.known)?.ways ?? [];
  return ways.includes("notify") && site.notify ? { by: "notify" } : undefined;
}

/** A lamp that is not there would never be seen to be missing. */
function lampKeyFaults(written: PhoneWritten, model: string, { models }: MakeFacts): readonly PhoneFault[] {
  const key = Number(written.text("lampKey"));
  const keys = models[model]?.lineKeys;
  if (keys === undefined || !Number.isInteger(key) || key <= keys) return [];
  const has = keys === 0 ? "no line keys; leave it out" : `the line keys 1 to ${keys}`;
  return [fault(["lampKey"], `is ${key}, and a ${shown(model)} has ${has}`)];
}

/** What a make of phone takes, and what it does not. */
function makeFaults(written: PhoneWritten, vendor: string, make: MakeFacts): readonly PhoneFault[] {
  const [by, priority] = [written.text("push", "by"), written.text("push", "priority")];
  const faults: PhoneFault[] = [];
  if (!make.lampKeys && written.text("lamp") === "push") {
    const words = `is \`push\`, and lamps of ${shown(vendor)} phones come from the PBX; use \`blf\` or \`blf-three\``;
    faults.push(fault(["lamp"], words));
  }
  if ((by === "notify" || by === "http") && !make.ways.includes(by)) {
    const instead = make.ways[0] === undefined ? "leave `push` out" : `use \`by: ${make.ways[0]}\``;
    const words = `is \`${by}\`, and ${shown(vendor)} phones take no document by it; ${instead}`;
    faults.push(fault(["push", "by"], words));
  }
  if (by !== "http" || priority === undefined || make.priorities.includes(priority)) return faults;
  const words =
    make.priorities.length > 0
      ? choiceWords(make.priorities, priority, "")
      : `is for phones whose pushes have priorities, and those of ${shown(vendor)} have none; leave it out`;
  return [...faults, fault(["push", "priority"], words)];
}

const ofHttp = ["address", "username", "password", "passwordFile", "passwordEnv", "priority"] as const;

function pushFaults(written: PhoneWritten, site: PhoneSite): readonly PhoneFault[] {
  const by = written.text("push", "by");
  const has = (key: string): boolean => written.has("push", key);
  const foreign = (): readonly PhoneFault[] =>
    ofHttp.filter(has).map((key) => fault(["push", key], "belongs to `by: http`; leave it out"));
  switch (by) {
    case "http":
      return ["address", "username"]
        .filter((key) => !has(key))
        .map((key) => fault(["push", key], "is missing: `by: http` needs it"));
    case "notify":
      return [...foreign(), ...(site.notify ? [] : [fault(["push", "by"], "is `notify`, which needs `pbx.ami`")])];
    case "message":
      return [...foreign(), ...(site.message ? [] : [fault(["push", "by"], "is `message`, which needs `pbx.sip`")])];
    default:
      return [];
  }
}

function lampFaults(written: PhoneWritten): PhoneFault[] {
  const lamp = written.text("lamp");
  const has = written.has("lampKey");
  if (lamp === "push" && !has) return [fault(["lampKey"], "is missing: `lamp: push` needs the number of a line key")];
  if (has && (lamp === "blf" || lamp === "blf-three" || lamp === "mqtt"))
    return [fault(["lampKey"], `belongs to \`lamp: push\`, and \`lamp\` is ${shown(lamp)}; leave one of them out`)];
  return [];
}

function addressFaults(written: PhoneWritten, { pagesFrom }: PhoneSite): readonly PhoneFault[] {
  if (pagesFrom !== "registered" || !written.has("address")) return [];
  const words =
    "says that this phone's requests come from elsewhere; with `policy.pagesFrom: registered` none would be answered; " +
    "leave one of them out";
  return [fault(["address"], words)];
}

/** The web server of a phone: a host, or an http(s) address with nothing behind it. */
function parseOrigin(text: string): Parsed<string> {
  const whole = text.includes("://") ? text : `http://${text}`;
  const readable = /^https?:\/\//i.test(whole) && !/[\s\u0000-\u001f\u007f\\]/.test(whole) && URL.canParse(whole);
  const url = readable ? new URL(whole) : undefined;
  if (url && (url.username !== "" || url.password !== ""))
    return { ok: false, wrong: "must not hold the password; give `username` and `password` next to it" };
  if (url && !/[?#]/.test(text) && url.pathname === "/") return { ok: true, value: url.origin };
  const bare = text.replace(/^([a-z]*:?\/*).*@/i, "$1...@");
  return { ok: false, wrong: `must be an address such as \`http://192.0.2.31\`, not ${shown(bare)}` };
}

function makeNamed(vendor: string, known: KnownPhones): MakeFacts | undefined {
  return Object.hasOwn(known, vendor) ? known[vendor] : undefined;
}

function fault(path: readonly string[], words: string): PhoneFault {
  return { path, words };
}
