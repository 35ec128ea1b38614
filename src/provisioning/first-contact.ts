import { X509Certificate } from "node:crypto";
import type { Phone } from "../model/index.js";
import type { FactName, Facts } from "./facts.js";
import { filesOf, type PhoneFiles } from "./files.js";
import type { Make } from "./layers.js";

/** Where a phone is to fetch its files, and whom it is to believe there. */
export interface FirstContactFacts {
  /** By https. */
  readonly filesUrl: string;
  /** PEM. */
  readonly ca: string;
  /** Without the `pem` or `der` at its end. */
  readonly caUrl: string;
}

/**
 * What a phone is told while it does not know the site's CA: that and where to go on, and nothing else, as whoever is on the
 * way can read it. No fact about a person, an account or a password is there to be filled in.
 */
export function firstContactFiles(
  make: Make,
  phone: Phone,
  { filesUrl, ca, caUrl }: FirstContactFacts,
): PhoneFiles | undefined {
  const { firstContact } = make;
  if (!firstContact) return undefined;
  const texts: readonly (readonly [FactName, string])[] = [
    ["mac", phone.mac],
    ["model", phone.model],
    ["files-url", filesUrl],
    ["ca", ca],
    ["ca-pem-url", `${caUrl}pem`],
    ["ca-der-url", `${caUrl}der`],
  ];
  const facts: Facts = { texts: new Map(texts), unknown: new Map(), flags: new Set(), role: "agent" };
  const alone: Make = {
    ...make,
    files: { ...make.files, full: firstContact.files },
    layers: () => [firstContact.layer],
  };
  return filesOf(alone, phone, facts, "full", true);
}

/** The CA as phones take it: PEM with plain line ends, and DER. */
export function caForms(pem: string): { readonly pem: string; readonly der: Buffer } {
  const { raw } = new X509Certificate(pem);
  const lines = raw.toString("base64").match(/.{1,64}/g) ?? [];
  return { pem: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----"].join("\n"), der: raw };
}
