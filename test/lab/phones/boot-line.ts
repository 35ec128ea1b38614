import { createHash, randomBytes } from "node:crypto";
import { request as plainly } from "node:http";
import { request as securely } from "node:https";
import type { LookupFunction } from "node:net";
import { rootCertificates } from "node:tls";
import { alertFor, refuseByAlert } from "./boot-refusal.ts";

/*
 * How a booting phone asks for a file: by HTTP or HTTPS, with the authorities that it trusts, signing in by digest where it is
 * asked to and has been told how. Imports nothing of earshot.
 */

/** The network that a phone is plugged into: its own address there, and what the DNS of that network says. */
export interface Lan {
  readonly address: string;
  readonly names: Readonly<Record<string, string>>;
}

/** What a phone signs in with. */
export interface SignIn {
  readonly user: string;
  readonly password: string;
}

export interface FileRequest {
  readonly method?: string;
  readonly userAgent: string;
  readonly body?: string;
  readonly signIn?: SignIn | undefined;
  /** Authorities whose certificates it believes (PEM). */
  readonly trusted: readonly string[];
}

/** One request, and what came of it. A refused certificate has the status 0, and says why. */
export interface FetchedFile {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly body: string;
  /** Whether it signed in. */
  readonly signedIn: boolean;
  readonly refused?: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly challenge: string;
}

const patienceMs = 20_000;
/** yealink.md 6 and polycom.md 9.15: a phone is asked once more with a new nonce, and then gives up. */
const mostTries = 3;

/** What asks a server: where names lead, who is believed, and from which address. For an undici `Agent`, too. */
export function connectOptions({ address, names }: Lan, trusted: readonly string[]) {
  const lookup: LookupFunction = (host, { all }, done) => {
    const found = names[host];
    if (found === undefined) return done(new Error(`no DNS here knows ${host}`), "", 4);
    if (all) return done(null, [{ address: found, family: 4 }]);
    return done(null, found, 4);
  };
  // An empty list would be Node's own; a phone that trusts nobody has none.
  return { lookup, localAddress: address, ca: trusted.length > 0 ? [...trusted] : [rootCertificates[0] ?? ""] };
}

/** Asks for a file as a phone does. @throws where nobody answers at all. */
export async function fetchFile(lan: Lan, url: string, asked: FileRequest): Promise<FetchedFile> {
  const { method = "GET", signIn } = asked;
  const told = (answer: Answer, signedIn: boolean): FetchedFile => ({
    ...{ method, url, status: answer.status, body: answer.body, signedIn },
  });
  try {
    let answer = await once(lan, url, asked);
    let tries = 1;
    for (; answer.status === 401 && signIn && tries < mostTries; tries += 1) {
      const authorization = digest(answer.challenge, { method, url: new URL(url), ...signIn });
      if (authorization === undefined) return told(answer, false);
      answer = await once(lan, url, asked, authorization);
    }
    return told(answer, tries > 1 && answer.status !== 401);
  } catch (error) {
    const alert = alertFor(error);
    if (alert === undefined) throw error;
    const { hostname, port } = new URL(url);
    const host = lan.names[hostname] ?? hostname;
    await refuseByAlert({ host, port: Number(port || 443), name: hostname, from: lan.address }, alert);
    return { method, url, status: 0, body: "", signedIn: false, refused: alert.name };
  }
}

function once(lan: Lan, url: string, asked: FileRequest, authorization?: string): Promise<Answer> {
  const { method = "GET", userAgent, body, trusted } = asked;
  const ask = url.startsWith("https:") ? securely : plainly;
  const headers = { "user-agent": userAgent, connection: "close", ...(authorization && { authorization }) };
  return new Promise((done, failed) => {
    const options = { method, headers, timeout: patienceMs, agent: false, ...connectOptions(lan, trusted) };
    const request = ask(url, options, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk: string) => {
        text += chunk;
      });
      reply.on("error", failed);
      reply.on("end", () => {
        const challenge = String(reply.headers["www-authenticate"] ?? "");
        done({ status: reply.statusCode ?? 0, body: text, challenge });
      });
    });
    request.on("error", failed);
    request.on("timeout", () => request.destroy(new Error(`${url} was not answered in time`)));
    request.end(body);
  });
}

interface Signing extends SignIn {
  readonly method: string;
  readonly url: URL;
}

/** RFC 7616 with MD5, as phones have it; undefined where something else is asked for. */
function digest(challenge: string, { method, url, user, password }: Signing): string | undefined {
  if (!challenge.startsWith("Digest ")) return undefined;
  const field = (of: string): string => new RegExp(`${of}="?([^",]*)`).exec(challenge)?.[1] ?? "";
  const path = `${url.pathname}${url.search}`;
  const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
  const [realm, nonce, cnonce] = [field("realm"), field("nonce"), randomBytes(8).toString("hex")];
  const whole = `${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${path}`)}`;
  const response = md5(`${md5(`${user}:${realm}:${password}`)}:${whole}`);
  return (
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${path}", qop=auth, ` +
    `nc=00000001, cnonce="${cnonce}", response="${response}", algorithm=MD5`
  );
}
