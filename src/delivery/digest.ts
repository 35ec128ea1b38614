import { createHash, randomBytes } from "node:crypto";

/** What a server has asked for (RFC 7616 section 3.3). */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: "MD5" | "SHA-256";
  /** Undefined for a server of before RFC 2617. */
  readonly qop: "auth" | undefined;
  readonly opaque: string | undefined;
  /** The nonce alone was too old: user and password may be right. */
  readonly stale: boolean;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const strength: readonly Challenge["algorithm"][] = ["MD5", "SHA-256"];

/** The strongest Digest challenge among the values of WWW-Authenticate that can be answered, else undefined. */
export function challengeOf(header: string | readonly string[] | undefined): Challenge | undefined {
  const values = header === undefined ? [] : typeof header === "string" ? [header] : header;
  const found = values.flatMap(schemes).flatMap((scheme) => readChallenge(scheme) ?? []);
  return found.toSorted((one, other) => strength.indexOf(other.algorithm) - strength.indexOf(one.algorithm))[0];
}

/** The Authorization header for one request; `count` is how often this nonce has been used, this time included. */
export function authorization(
  challenge: Challenge,
  { username, password }: Credentials,
  { method, uri, count, cnonce = randomBytes(12).toString("hex") }: RequestLine,
): string {
  const { realm, nonce, algorithm, qop, opaque } = challenge;
  const hash = (text: string): string =>
    createHash(algorithm === "MD5" ? "md5" : "sha256")
      .update(text)
      .digest("hex");
  const secret = hash(`${username}:${realm}:${password}`);
  const request = hash(`${method}:${uri}`);
  const nc = count.toString(16).padStart(8, "0");
  const response = qop
    ? hash(`${secret}:${nonce}:${nc}:${cnonce}:${qop}:${request}`)
    : hash(`${secret}:${nonce}:${request}`);
  const fields = [
    `username=${quoted(username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `algorithm=${algorithm}`,
    `response="${response}"`,
    ...(qop ? [`qop=${qop}`, `nc=${nc}`, `cnonce="${cnonce}"`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ];
  return `Digest ${fields.join(", ")}`;
}

interface RequestLine {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly uri: string;
  readonly count: number;
  /** A fresh random one by default. */
  readonly cnonce?: string;
}

/** One header may hold several challenges; a scheme is a word followed by a space and not by `=`. */
function schemes(header: string): string[] {
  const starts = [...header.matchAll(/(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)\s+(?=[A-Za-z0-9-]+\s*=)/g)];
  return starts.map((start, at) => header.slice(start.index, starts[at + 1]?.index).replace(/^[,\s]+/, ""));
}

function readChallenge(text: string): Challenge | undefined {
  const [, rest] = /^Digest\s+(.*)$/is.exec(text) ?? [];
  if (rest === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const [, name = "", quotedValue, bare] of rest.matchAll(
    /([A-Za-z0-9-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g,
  )) {
    if (!fields.has(name.toLowerCase())) {
      fields.set(name.toLowerCase(), quotedValue?.replace(/\\(.)/g, "$1") ?? bare ?? "");
    }
  }
  const [realm, nonce] = [fields.get("realm"), fields.get("nonce")];
  const named = fields.get("algorithm")?.toUpperCase() ?? "MD5";
  const algorithm = strength.find((known) => known === named);
  const offered = fields.get("qop")?.split(/\s*,\s*/);
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined;
  if (offered && !offered.includes("auth")) return undefined;
  const opaque = fields.get("opaque");
  const stale = fields.get("stale")?.toLowerCase() === "true";
  return { realm, nonce, algorithm, qop: offered && "auth", opaque, stale };
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
