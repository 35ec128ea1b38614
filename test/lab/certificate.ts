import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { bits, der, oid, sequence, UTF8, utcTime } from "./der.ts";

/** What a TLS server of loopback needs, and what its clients must know (PEM, all of it). */
export interface ServerCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** A certificate by the same authority for whoever signs in under this name, and its key. */
  client(name: string): Held;
}

/** A certificate and its key. */
export interface Held {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is to say; for a day before and a day after now, unless told. */
export interface Wish {
  /** Common names, one mostly. */
  readonly names: readonly string[];
  readonly from?: number;
  readonly until?: number;
  /** Of an authority, and how many others may stand between it and a device. */
  readonly authority?: boolean | { readonly length: number };
  /** Whether its key may sign certificates; an authority's may, unless told. */
  readonly signs?: boolean;
  /** Names and IPv4 addresses of a server. */
  readonly hosts?: readonly string[];
  readonly purposes?: readonly ("server" | "client")[];
  /** A critical extension that nobody knows. */
  readonly riddle?: boolean;
}

/*
 * Node signs, but makes no certificates, and the lab needs nothing but Node: so these few fields of X.509 (RFC 5280)
 * are written here, in DER.
 */

const DAY_MS = 86_400_000;
const SIGNED = sequence(oid("2a8648ce3d040302")); // ecdsa-with-SHA256
const purposeIds = { server: "2b06010505070301", client: "2b06010505070302" } as const;

/** Who vouches for others: a root, or one that another vouches for. */
export class Issuer implements Held {
  readonly certificate: string;
  readonly #subject: Buffer;
  readonly #own = newKeys();

  constructor(name: string, wish: Partial<Wish> = {}, by?: Issuer) {
    const whole: Wish = { names: [name], authority: true, ...wish };
    this.#subject = named(whole.names);
    const [issuer, key] = by ? [by.#subject, by.#own.privateKey] : [this.#subject, this.#own.privateKey];
    this.certificate = certificate(issuer, whole, this.#own.publicKey, key);
  }

  get key(): string {
    return pem(this.#own.privateKey);
  }

  issue(wish: Wish): Held {
    const { publicKey, privateKey } = newKeys();
    return { certificate: certificate(this.#subject, wish, publicKey, this.#own.privateKey), key: pem(privateKey) };
  }
}

/** A new authority, and a certificate of its own for `127.0.0.1`, `localhost`, further IPv4 addresses and names, good for a day. */
export function serverCertificate(addresses: readonly string[] = [], names: readonly string[] = []): ServerCertificate {
  const authority = new Issuer(`earshot lab authority ${randomBytes(4).toString("hex")}`);
  const hosts = ["localhost", ...names, "127.0.0.1", ...addresses];
  return {
    ca: authority.certificate,
    ...authority.issue({ names: ["earshot lab broker"], hosts }),
    client: (who) => authority.issue({ names: [who] }),
  };
}

function pem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function certificate(issuer: Buffer, wish: Wish, of: KeyObject, by: KeyObject): string {
  const version3 = der(0xa0, der(0x02, [2]));
  const serial = der(0x02, Buffer.concat([Buffer.of(0x40), randomBytes(15)]));
  const { from = Date.now() - DAY_MS, until = Date.now() + DAY_MS } = wish;
  const validity = sequence(utcTime(from), utcTime(until));
  const publicKey = of.export({ type: "spki", format: "der" });
  const more = der(0xa3, sequence(...extensionsOf(wish)));
  const content = sequence(version3, serial, SIGNED, issuer, validity, named(wish.names), publicKey, more);
  const whole = sequence(content, SIGNED, bits(sign("sha256", content, by), 0));
  const lines = whole.toString("base64").replace(/(.{64})(?=.)/g, "$1\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function extensionsOf({
  authority = false,
  signs = authority !== false,
  hosts = [],
  purposes = [],
  riddle,
}: Wish): Buffer[] {
  const names = hosts.map((host) =>
    /^[\d.]+$/.test(host) ? der(0x87, host.split(".").map(Number)) : der(0x82, Buffer.from(host)),
  );
  const length = typeof authority === "object" ? [der(0x02, [authority.length])] : [];
  return [
    ...(authority ? [extension("551d13", true, sequence(der(0x01, [0xff]), ...length))] : []),
    signs ? keyUsage(0x06, 1) : keyUsage(0x80, 7),
    ...(names.length > 0 ? [extension("551d11", false, sequence(...names))] : []),
    ...(purposes.length > 0
      ? [extension("551d25", false, sequence(...purposes.map((one) => oid(purposeIds[one]))))]
      : []),
    ...(riddle ? [extension("2a0304", true, sequence())] : []),
  ];
}

function named(common: readonly string[]): Buffer {
  return sequence(...common.map((one) => der(0x31, sequence(oid("550403"), der(UTF8, Buffer.from(one))))));
}

/** Bits from the first: 0x80 is digitalSignature, 0x06 is keyCertSign and cRLSign. */
function keyUsage(flags: number, unused: number): Buffer {
  return extension("551d0f", true, bits(Buffer.of(flags), unused));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [der(0x01, [0xff])] : []), der(0x04, value));
}
