/** One SIP message (RFC 3261 section 7), headers in the order in which they stand. */
export interface SipMessage {
  /** A request has a method and uri, a response a code and reason. */
  readonly start: SipRequestLine | SipStatusLine;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

export type SipHeader = readonly [name: string, value: string];

export interface SipRequestLine {
  readonly method: string;
  readonly uri: string;
}

export interface SipStatusLine {
  readonly code: number;
  readonly reason: string;
}

export type SipRequest = SipMessage & { readonly start: SipRequestLine };
export type SipResponse = SipMessage & { readonly start: SipStatusLine };

/** Compact header names (RFC 3261 section 7.3.3; RFC 3515, 6665, 3892). */
const COMPACT: Readonly<Record<string, string>> = {
  b: "referred-by",
  c: "content-type",
  e: "content-encoding",
  f: "from",
  i: "call-id",
  k: "supported",
  l: "content-length",
  m: "contact",
  o: "event",
  r: "refer-to",
  s: "subject",
  t: "to",
  u: "allow-events",
  v: "via",
};

export function isRequest(message: SipMessage): message is SipRequest {
  return "method" in message.start;
}

export function isResponse(message: SipMessage): message is SipResponse {
  return "code" in message.start;
}

/** Reads one datagram. @returns undefined for what is not SIP (keep-alives too). */
export function parseSip(text: string): SipMessage | undefined {
  const split = text.indexOf("\r\n\r\n");
  const head = (split < 0 ? text : text.slice(0, split)).replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const first = head.shift() ?? "";
  const status = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(first);
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(first);
  const start =
    status !== null
      ? { code: Number(status[1]), reason: status[2] ?? "" }
      : request !== null
        ? { method: request[1] ?? "", uri: request[2] ?? "" }
        : undefined;
  if (start === undefined) return undefined;
  const headers: SipHeader[] = [];
  for (const line of head) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  return { start, headers, body: split < 0 ? "" : text.slice(split + 4) };
}

/** Writes a message as it goes over the wire; Content-Length is added. */
export function formatSip(message: SipMessage): string {
  const start = isRequest(message)
    ? `${message.start.method} ${message.start.uri} SIP/2.0`
    : isResponse(message)
      ? `SIP/2.0 ${message.start.code} ${message.start.reason}`
      : "";
  const lines = message.headers.map(([name, value]) => `${name}: ${value}`);
  return [start, ...lines, `Content-Length: ${Buffer.byteLength(message.body)}`, "", message.body].join("\r\n");
}

/** All values of a header, by any spelling of its name. */
export function headersOf(message: Pick<SipMessage, "headers">, name: string): string[] {
  const wanted = name.toLowerCase();
  return message.headers
    .filter(([own]) => {
      const lower = own.toLowerCase();
      return lower === wanted || COMPACT[lower] === wanted;
    })
    .map(([, value]) => value);
}

/** The first value of a header; undefined when it is missing. */
export function headerOf(message: Pick<SipMessage, "headers">, name: string): string | undefined {
  return headersOf(message, name)[0];
}

/** A parameter behind an address or value, such as `tag` of a From or `branch` of a Via. */
export function parameterOf(value: string | undefined, name: string): string | undefined {
  const after = value?.slice(value.lastIndexOf(">") + 1);
  return new RegExp(`;\\s*${name}\\s*=\\s*("?)([^;,"\\s]*)\\1`, "i").exec(after ?? "")?.[2];
}

/** A name-addr (RFC 3261 section 20.10): `"Ana Ruiz" <sip:2001@host>;tag=x`. */
export interface SipAddress {
  readonly name: string;
  readonly uri: string;
  readonly user: string;
}

/** Reads a From, To, Contact or P-Asserted-Identity value; parts that are missing are empty. */
export function addressOf(value: string | undefined): SipAddress {
  const match = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*))\s*<([^>]*)>/.exec(value ?? "");
  const uri = match === null ? ((value ?? "").split(";")[0] ?? "").trim() : (match[3] ?? "");
  const quoted = match?.[1]?.replace(/\\(.)/g, "$1");
  return { name: quoted ?? match?.[2]?.trim() ?? "", uri, user: /^sips?:([^@;]*)@/.exec(uri)?.[1] ?? "" };
}

/** What a message is about in one line, for logs: `INVITE sip:2001@…` or `180 Ringing (INVITE)`. */
export function summaryOf(message: SipMessage): string {
  if (isRequest(message)) return `${message.start.method} ${message.start.uri}`;
  if (!isResponse(message)) return "";
  return `${message.start.code} ${message.start.reason} (${headerOf(message, "cseq")?.split(" ")[1] ?? ""})`;
}
