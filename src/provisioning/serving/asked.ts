import { type Mac, parseMac, type Sight } from "../../model/index.js";
import { isCommonFile, namedIn } from "../../phones/index.js";

/** What a name of a file asks for: what is one phone's, what all phones ask for and nobody has here, or nothing known. */
export type Asked =
  | { readonly kind: "phone"; readonly mac: Mac; readonly name: string }
  | { readonly kind: "common" }
  | undefined;

/**
 * The names that firmware asks for: a phone's own has its MAC address in it, whatever stands around it; what all phones of
 * a make ask for, the make knows.
 */
export function askedFor(name: string): Asked {
  const plain = name.toLowerCase();
  if (!/^[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9])?$/.test(plain) || plain.includes("..")) return undefined;
  if (isCommonFile(plain)) return { kind: "common" };
  const mac = parseMac(/(?<![a-z0-9])([0-9a-f]{12})[.-]/.exec(plain)?.[1] ?? "");
  return mac && { kind: "phone", mac, name: plain };
}

/** What a phone says of itself in a request's User-Agent; anybody may say so. */
export function sightOf(userAgent: string, address: string, mac: Mac | undefined): Sight {
  const { make, ...said } = namedIn(userAgent.slice(0, 200)) ?? {};
  // Makes write themselves with a capital where they tell their name (SIP discovery), and a sighting is one for all ways.
  const vendor = make && make.charAt(0).toUpperCase() + make.slice(1);
  return { ...{ by: "provisioning", address }, ...(mac && { mac }), ...(vendor && { vendor }), ...said };
}
