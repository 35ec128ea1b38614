import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** What a TLS server of loopback needs, and what its clients must know (PEM, all of it). */
export interface ServerCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** A certificate by the same authority for whoever signs in under this name, and its key. */
  client(name: string): { readonly certificate: string; readonly key: string };
}

/*
 * Node signs, but makes no certificates, and the lab needs nothing but Node: so these few fields of X.509 (RFC 5280)
 * are written here, in DER.
 */

const DAY_MS = 86_400_000;
const UTF8 = 0x0c;
const OID = 0x06;
const SIGNED = sequence(oid("2a8648ce3d040302")); // ecdsa-with-SHA256

/** A new authority, and a certificate of its own for `127.0.0.1`, `localhost`, further IPv4 addresses and names, good for a day. */
export function serverCertificate(addresses: readonly string[] = [], names: readonly string[] = []): ServerCertificate {
  const [authority, server] = [newKeys(), newKeys()];
  const root = name(`earshot lab authority ${randomBytes(4).toString("hex")}`);
  const isAuthority = [extension("551d13", true, sequence(der(0x01, [0xff]))), keyUsage(0x06, 1)];
  const numbers = ["127.0.0.1", ...addresses].map((address) => der(0x87, address.split(".").map(Number)));
  const isServer = [
    extension(
      "551d11",
      false,
      sequence(...["localhost", ...names].map((one) => der(0x82, Buffer.from(one))), ...numbers),
    ),
    keyUsage(0x80, 7),
  ];
  return {
    ca: certificate(root, root, authority.publicKey, isAuthority, authority.privateKey),
    certificate: certificate(root, name("earshot lab broker"), server.publicKey, isServer, authority.privateKey),
    key: pem(server.privateKey),
    client: (who) => {
      const { publicKey, privateKey } = newKeys();
      const signed = certificate(root, name(who), publicKey, [keyUsage(0x80, 7)], authority.privateKey);
      return { certificate: signed, key: pem(privateKey) };
    },
  };
}

function pem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function certificate(issuer: Buffer, subject: Buffer, of: KeyObject, extensions: Buffer[], by: KeyObject): string {
  const version3 = der(0xa0, der(0x02, [2]));
  const serial = der(0x02, Buffer.concat([Buffer.of(0x40), randomBytes(15)]));
  const validity = sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS));
  const publicKey = of.export({ type: "spki", format: "der" });
  const more = der(0xa3, sequence(...extensions));
  const content = sequence(version3, serial, SIGNED, issuer, validity, subject, publicKey, more);
  const whole = sequence(content, SIGNED, bits(sign("sha256", content, by), 0));
  const lines = whole.toString("base64").replace(/(.{64})(?=.)/g, "$1\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function name(common: string): Buffer {
  return sequence(der(0x31, sequence(oid("550403"), der(UTF8, Buffer.from(common)))));
}

/** Bits from the first: 0x80 is digitalSignature, 0x06 is keyCertSign and cRLSign. */
function keyUsage(flags: number, unused: number): Buffer {
  return extension("551d0f", true, bits(Buffer.of(flags), unused));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [der(0x01, [0xff])] : []), der(0x04, value));
}

function utcTime(at: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));
}

function bits(value: Buffer, unused: number): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(unused), value]));
}

function oid(hex: string): Buffer {
  return der(OID, Buffer.from(hex, "hex"));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, content: Buffer | readonly number[]): Buffer {
  const body = Buffer.from(content);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}
