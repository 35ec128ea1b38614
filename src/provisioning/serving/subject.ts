import type { X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";
import { type Mac, parseMac } from "../../model/index.js";

const commonName = "2.5.4.3";
/** Twelve hexadecimal digits, in pairs or not, with nothing beside them that would make them part of something longer. */
const macForm =
  /(?<![0-9a-z])(?:[0-9a-f]{12}|[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5})(?![0-9a-z])/gi;

/**
 * The MAC address in a certificate's name (Subject CN), by which makers tell their phones apart. One name with one address:
 * of two nobody could say which is meant.
 */
export function macOf(
  certificate: X509Certificate,
): { readonly ok: true; readonly mac: Mac } | { readonly ok: false; readonly why: string } {
  const names = commonNamesOf(certificate);
  const [name] = names;
  if (name === undefined || names.length > 1) return { ok: false, why: `it has ${names.length} names (CN)` };
  const found = name.match(macForm) ?? [];
  const mac = found.length === 1 ? parseMac(found[0]) : undefined;
  return mac ? { ok: true, mac } : { ok: false, why: `its name (CN) holds ${found.length} MAC addresses` };
}

function commonNamesOf({ raw }: X509Certificate): readonly string[] {
  const { subject } = AsnConvert.parse(raw, Certificate).tbsCertificate;
  return [...subject].flatMap((set) =>
    [...set].filter(({ type }) => type === commonName).map(({ value }) => value.toString()),
  );
}
