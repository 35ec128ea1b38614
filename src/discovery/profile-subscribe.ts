import { type Mac, parseMac } from "../model/index.js";
import { wordsOf } from "./words.js";

/*
 * The few SIP messages of configuration discovery (RFC 6080 5.1.4.2, with the vendor's parameters in Event): a phone
 * multicasts SUBSCRIBE, gets 200, then one NOTIFY with the address of its configuration. Headers are echoed as they were
 * written: phones compare them byte by byte.
 */

const longestDatagram = 4_096;
const mostHeaders = 64;

/** What a phone asks, as far as it matters. Header values stand as they were written. */
export interface ProfileSubscribe {
  readonly vias: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: string;
  readonly event: string;
  /** Where the NOTIFY goes. */
  readonly contact: { readonly uri: string; readonly host: string; readonly port: number };
  /** The port its answer goes to; undefined for the one that the request came from (RFC 3581). */
  readonly answerPort?: number;
  readonly mac?: Mac;
  readonly vendor?: string;
  readonly model?: string;
  readonly firmware?: string;
}

/** This side of a dialog: its tag, and where it is reached. */
export interface OwnSide {
  readonly tag: string;
  readonly host: string;
  readonly port: number;
}

const long: Readonly<Record<string, string>> = {
  v: "via",
  f: "from",
  t: "to",
  i: "call-id",
  m: "contact",
  o: "event",
};
const once = ["from", "to", "call-id", "cseq", "contact", "event"] as const;

/** The SUBSCRIBE for `ua-profile` in a datagram; undefined for anything else, and for one with anything doubtful in it. */
export function parseProfileSubscribe(datagram: Buffer): ProfileSubscribe | undefined {
  if (datagram.length > longestDatagram) return undefined;
  // Byte by byte, so that it goes back as it came.
  const text = datagram.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [start = "", ...lines] = text.slice(0, end).split("\r\n");
  if (lines.length > mostHeaders || [start, ...lines].some((line) => /[\0-\x08\x0a-\x1f\x7f]/.test(line)))
    return undefined;
  const uri = /^SUBSCRIBE (sips?:\S{1,256}) SIP\/2\.0$/.exec(start)?.[1];
  const headers = headersOf(lines);
  if (uri === undefined || !headers) return undefined;
  const [from, to, callId, cseq, contact, event] = once.map((name) => {
    const values = headers.get(name) ?? [];
    return values.length === 1 ? values[0] : undefined;
  });
  const vias = headers.get("via") ?? [];
  const via = /^SIP\/2\.0\/UDP[ \t]+[^;:\s]+(?::(\d{1,5}))?(;.*)?$/i.exec(vias[0] ?? "");
  const reached = contact === undefined ? undefined : contactOf(contact);
  if (!from || !to || !callId || !cseq || !event || !reached || !via) return undefined;
  if (!/^\d{1,10}[ \t]+SUBSCRIBE$/.test(cseq) || !/^ua-profile[ \t]*(?:;|$)/i.test(event)) return undefined;
  // With a tag it would belong to a dialog, and there is none of ours.
  if (/;[ \t]*tag[ \t]*=/i.test(to) || !/;[ \t]*tag[ \t]*=/i.test(from)) return undefined;
  const said = (name: string): string | undefined => wordsOf(parameter(event, name));
  const [mac, vendor, model, firmware] = [macIn(uri) ?? macIn(from), said("vendor"), said("model"), said("version")];
  const port = via[1] === undefined ? 5060 : Number(via[1]);
  const symmetric = /;[ \t]*rport\b/i.test(via[2] ?? "");
  if (port < 1 || port > 65_535) return undefined;
  return {
    ...{ vias, from, to, callId, cseq, event, contact: reached },
    ...(!symmetric && { answerPort: port }),
    ...(mac && { mac }),
    ...(vendor && { vendor }),
    ...(model && { model }),
    ...(firmware && { firmware }),
  };
}

/** The 200 to it. A subscription of no length: the one NOTIFY ends it. */
export function acceptance(asked: ProfileSubscribe, own: OwnSide): string {
  return message("SIP/2.0 200 OK", [
    ...asked.vias.map((via) => ["Via", via] as const),
    ["From", asked.from],
    ["To", `${asked.to};tag=${own.tag}`],
    ["Call-ID", asked.callId],
    ["CSeq", asked.cseq],
    ["Contact", `<sip:earshot@${own.host}:${own.port}>`],
    ["Expires", "0"],
  ]);
}

/** The NOTIFY with the address of its configuration, in the dialog that the 200 began. */
export function notification(asked: ProfileSubscribe, own: OwnSide, branch: string, url: string): string {
  const headers = [
    ["Via", `SIP/2.0/UDP ${own.host}:${own.port};branch=${branch};rport`],
    ["Max-Forwards", "70"],
    ["From", `${asked.to};tag=${own.tag}`],
    ["To", asked.from],
    ["Call-ID", asked.callId],
    ["CSeq", "1 NOTIFY"],
    ["Contact", `<sip:earshot@${own.host}:${own.port}>`],
    ["Event", asked.event],
    ["Subscription-State", "terminated;reason=timeout"],
    ["Content-Type", "application/url"],
  ] as const;
  return message(`NOTIFY ${asked.contact.uri} SIP/2.0`, headers, url);
}

/** The dialog whose NOTIFY this datagram answers for good, if it is such an answer. */
export function answered(datagram: Buffer): string | undefined {
  if (datagram.length > longestDatagram) return undefined;
  const text = datagram.toString("latin1");
  if (!/^SIP\/2\.0 [2-6]\d\d /.test(text) || !/\r\nCSeq[ \t]*:[ \t]*1[ \t]+NOTIFY\r\n/i.test(text)) return undefined;
  return /\r\n(?:Call-ID|i)[ \t]*:[ \t]*(\S{1,256})[ \t]*\r\n/i.exec(text)?.[1];
}

function message(start: string, headers: readonly (readonly [string, string])[], body = ""): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${start}\r\n${lines.join("")}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** By their long names, each value as it was written; undefined where a line is none. */
function headersOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> | undefined {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, written = "", value = ""] = /^([A-Za-z-]{1,40})[ \t]*:[ \t]*(.*)$/.exec(line) ?? [];
    if (written === "") return undefined;
    const name = written.toLowerCase();
    const known = Object.hasOwn(long, name) ? (long[name] ?? name) : name;
    headers.set(known, [...(headers.get(known) ?? []), value.trimEnd()]);
  }
  return headers;
}

/** An address by number alone: a name would have to be looked up for a stranger. */
function contactOf(value: string): ProfileSubscribe["contact"] | undefined {
  const [, uri = "", host = "", digits = "5060"] =
    /^(?:[^<>"]{0,64}|"[^"]{0,64}"[ \t]*)<?(sip:(?:[^@<>\s]{1,128}@)?(\d{1,3}(?:\.\d{1,3}){3})(?::(\d{1,5}))?(?:;[^<>\s]{0,128})?)>?/i.exec(
      value,
    ) ?? [];
  const port = Number(digits);
  return uri === "" || port < 1 || port > 65_535 ? undefined : { uri, host, port };
}

function parameter(value: string, name: string): string | undefined {
  const [, quoted, bare] =
    new RegExp(`;[ \\t]*${name}[ \\t]*=[ \\t]*(?:"([^"]{0,256})"|([^;\\s"]{1,256}))`, "i").exec(value) ?? [];
  return quoted ?? bare;
}

/** `sip:MAC%3a805ec0aabbcc@224.0.1.75`, as Yealink and others write it, or the twelve digits alone. */
function macIn(value: string): Mac | undefined {
  const user = /sips?:([^@\s<>]{1,64})@/i.exec(value)?.[1];
  const digits = user && /^(?:MAC(?:%3a|:))?([0-9a-f]{12})$/i.exec(user)?.[1];
  return digits ? parseMac(digits) : undefined;
}
