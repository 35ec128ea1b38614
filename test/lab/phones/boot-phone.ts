import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { request as secureRequest } from "node:https";

/*
 * How phones fetch their configuration: yealink.md 7.1 (boot files first, then the common file, then the MAC's own), polycom.md
 * 8.1 and 8.2 (master file, then each of CONFIG_FILES, overrides, licence and directory, logs by PUT). Imports nothing of earshot.
 */

/** One request of a booting phone, and what came of it. */
export interface Fetched {
  readonly method: string;
  readonly name: string;
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** What a phone has been told to sign in with. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What a phone knows and shows over https (PEM): the CA that it believes, and the certificate that it left the factory with. */
export interface PhoneTls {
  readonly ca: string;
  readonly own?: { readonly certificate: string; readonly key: string };
  /** The name that it holds the server's certificate against, where that is not the one it connects to. */
  readonly server?: string;
}

const patienceMs = 20_000;

/** Makes one request as it stands, with whatever path; a 401 is answered by digest where there are credentials. */
export async function fetchAsPhone(
  base: string,
  name: string,
  { method = "GET", userAgent = "phone", credentials, body, tls }: FetchOptions = {},
): Promise<Fetched> {
  const first = await once(base, name, method, userAgent, { body, tls });
  const asked = String(first.headers["www-authenticate"] ?? "");
  if (first.status !== 401 || !credentials || !asked.startsWith("Digest ")) return first;
  const field = (of: string): string => new RegExp(`${of}="?([^",]*)`).exec(asked)?.[1] ?? "";
  const path = `${new URL(base).pathname}${name}`;
  const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
  const [realm, nonce, cnonce] = [field("realm"), field("nonce"), randomBytes(8).toString("hex")];
  const one = md5(`${credentials.user}:${realm}:${credentials.password}`);
  const response = md5(`${one}:${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${path}`)}`);
  const authorization =
    `Digest username="${credentials.user}", realm="${realm}", nonce="${nonce}", uri="${path}", qop=auth, ` +
    `nc=00000001, cnonce="${cnonce}", response="${response}", algorithm=MD5`;
  return once(base, name, method, userAgent, { body, tls, authorization });
}

interface FetchOptions {
  readonly method?: string;
  readonly userAgent?: string;
  readonly credentials?: Credentials | undefined;
  readonly body?: string;
  readonly tls?: PhoneTls | undefined;
}

/** A Yealink at its start: every request in its order, until it has its own file. */
export async function bootYealink(
  base: string,
  mac: string,
  credentials?: Credentials,
  tls?: PhoneTls,
): Promise<readonly Fetched[]> {
  const pairs = /../g;
  const userAgent = `Yealink SIP-T46U 108.86.0.90 ${mac.match(pairs)?.join(":")}`;
  const got: Fetched[] = [];
  for (const name of [`${mac}.boot`, "y000000000000.boot", "y000000000108.cfg", `${mac}.cfg`]) {
    got.push(await fetchAsPhone(base, name, { userAgent, credentials, tls }));
  }
  return got;
}

/** A Polycom at its start: the updater's log, the master file, what it names, and what every Polycom asks for. */
export async function bootPolycom(
  base: string,
  mac: string,
  credentials?: Credentials,
  tls?: PhoneTls,
): Promise<readonly Fetched[]> {
  const userAgent = `FileTransport PolycomVVX-VVX_411-UA/5.9.5.0614 (SN:${mac}) Type/Application`;
  const of = (name: string, more: FetchOptions = {}) =>
    fetchAsPhone(base, name, { userAgent, credentials, tls, ...more });
  const got = [await of(`${mac}-boot.log`, { method: "PUT", body: "log" })];
  const own = await of(`${mac}.cfg`);
  got.push(own);
  const master = own.status === 404 ? await of("000000000000.cfg") : own;
  if (master !== own) got.push(master);
  const named = /CONFIG_FILES="([^"]*)"/.exec(master.body)?.[1] ?? "";
  const files = named.split(",").flatMap((name) => name.trim() || []);
  const usual = ["sip.ld", `${mac}-phone.cfg`, `${mac}-web.cfg`, "000000000000-license.cfg", `${mac}-directory.xml`];
  for (const name of [...files, ...usual]) got.push(await of(name));
  got.push(await of(`${mac}-app.log`, { method: "HEAD" }), await of(`${mac}-app.log`, { method: "PUT", body: "log" }));
  return got;
}

function once(
  base: string,
  name: string,
  method: string,
  userAgent: string,
  {
    body,
    authorization,
    tls,
  }: Pick<FetchOptions, "tls"> & {
    readonly body?: string | undefined;
    readonly authorization?: string;
  },
): Promise<Fetched> {
  const { protocol, hostname, port, pathname } = new URL(base);
  const shown = tls?.own && { cert: tls.own.certificate, key: tls.own.key };
  const trust = tls && { ca: tls.ca, agent: false, ...shown, ...(tls.server && { servername: tls.server }) };
  const send = protocol === "https:" ? secureRequest : request;
  return new Promise((done, failed) => {
    const headers = { "user-agent": userAgent, connection: "close", ...(authorization && { authorization }) };
    const asked = send(
      { hostname, port, path: `${pathname}${name}`, method, headers, timeout: patienceMs, ...trust },
      (reply) => {
        let text = "";
        reply.setEncoding("utf8");
        reply.on("data", (chunk: string) => {
          text += chunk;
        });
        reply.on("end", () =>
          done({ method, name, status: reply.statusCode ?? 0, body: text, headers: { ...reply.headers } }),
        );
      },
    );
    asked.on("error", failed);
    asked.on("timeout", () => asked.destroy(new Error(`${name} was not answered in time`)));
    asked.end(body);
  });
}
