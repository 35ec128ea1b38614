import type { X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_kp_clientAuth,
  KeyUsage,
  KeyUsageFlags,
} from "@peculiar/asn1-x509";

/** Critical extensions that are understood here (RFC 5280 4.2: any other is a reason to refuse). */
const understood: ReadonlySet<string> = new Set([
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_extKeyUsage,
  "2.5.29.17",
]);
const anyPurpose = "2.5.29.37.0";
/** What a signature may be made with: RSA and ECDSA with SHA-1 (old phones) or SHA-2, RSA-PSS, Ed25519. No MD5. */
const signatures: ReadonlySet<string> = new Set([
  ...["5", "11", "12", "13", "14", "10"].map((last) => `1.2.840.113549.1.1.${last}`),
  ...["1.2.840.10045.4.1", "1.2.840.10045.4.3.1", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4"],
  "1.3.101.112",
]);

export interface ChainTime {
  readonly now: number;
  /** Whether a time that has run out is forgiven. One that has not begun is not. */
  readonly expired: "refused" | "accepted";
}

/**
 * Why a device's certificate does not count, in words behind the maker's name; undefined where it does. Everything is looked
 * at whatever the time says, so that a certificate that has run out hides nothing. What was sent along (`others`) may stand
 * between the device and a root; trusted are the roots alone.
 */
export function flawOfChain(
  own: X509Certificate,
  others: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  time: ChainTime,
): string | undefined {
  if (roots.some((root) => root.raw.equals(own.raw))) return "it is the maker's own";
  const flaw = flawOfDevice(own);
  if (flaw !== undefined) return flaw;
  const chain: X509Certificate[] = [own];
  for (;;) {
    const at = chain.at(-1) ?? own;
    const root = roots.find((one) => vouches(one, at));
    const next = root ?? others.find((one) => !chain.includes(one) && vouches(one, at));
    if (!next) return chain.length > 1 ? "what stands behind it leads to no root" : "no root vouches for it";
    chain.push(next);
    if (root) break;
  }
  // How many authorities stand between each one and the device: what a path length limits.
  const between = chain.slice(1).map((one, depth) => flawOfAuthority(one, depth));
  return between.find((one) => one !== undefined) ?? flawOfTimes(chain, time);
}

function vouches(authority: X509Certificate, of: X509Certificate): boolean {
  return of.checkIssued(authority) && of.verify(authority.publicKey);
}

function flawOfDevice(own: X509Certificate): string | undefined {
  if (own.ca) return "it is of an authority and of no device";
  if (own.verify(own.publicKey)) return "it vouches for itself";
  const read = extensionsOf(own);
  if (read.unknown) return "it asks for something that is not understood";
  if (read.purposes && !read.purposes.some((one) => one === id_kp_clientAuth || one === anyPurpose)) {
    return "it is not for signing in";
  }
  if (read.basic?.cA) return "it is of an authority and of no device";
  return read.weak ? "its signature is of a kind that can be forged" : undefined;
}

function flawOfAuthority(one: X509Certificate, depth: number): string | undefined {
  const { basic, usage, unknown, weak } = extensionsOf(one);
  if (!one.ca || basic?.cA !== true) return "what stands behind it is no authority";
  if (usage !== undefined && (usage & KeyUsageFlags.keyCertSign) === 0) return "what stands behind it may sign nothing";
  if (basic.pathLenConstraint !== undefined && basic.pathLenConstraint < depth)
    return "its chain is longer than it may be";
  if (unknown) return "what stands behind it asks for something that is not understood";
  return weak && !one.checkIssued(one) ? "a signature behind it is of a kind that can be forged" : undefined;
}

function flawOfTimes(chain: readonly X509Certificate[], { now, expired }: ChainTime): string | undefined {
  if (chain.some(({ validFrom }) => !(Date.parse(validFrom) <= now))) return "it is not good yet";
  const over = chain.some(({ validTo }) => !(now < Date.parse(validTo)));
  return over && expired === "refused" ? "it has expired" : undefined;
}

function extensionsOf({ raw }: X509Certificate) {
  const { tbsCertificate, signatureAlgorithm } = AsnConvert.parse(raw, Certificate);
  const all = [...(tbsCertificate.extensions ?? [])];
  const saidOf = (id: string) => all.find(({ extnID }) => extnID === id)?.extnValue;
  const [basic, usage, purposes] = [id_ce_basicConstraints, id_ce_keyUsage, id_ce_extKeyUsage].map(saidOf);
  const twice = new Set(all.map(({ extnID }) => extnID)).size < all.length;
  return {
    basic: basic && AsnConvert.parse(basic, BasicConstraints),
    usage: usage && AsnConvert.parse(usage, KeyUsage).toNumber(),
    purposes: purposes && [...AsnConvert.parse(purposes, ExtendedKeyUsage)],
    unknown: twice || all.some(({ extnID, critical }) => critical && !understood.has(extnID)),
    weak: !signatures.has(signatureAlgorithm.algorithm),
  };
}
