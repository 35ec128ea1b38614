import { type Mac, parseMac, type Sight } from "../../model/index.js";

/** What a name of a file asks for: what is one phone's, what all phones ask for and nobody has here, or nothing known. */
export type Asked =
  | { readonly kind: "phone"; readonly mac: Mac; readonly name: string }
  | { readonly kind: "common" }
  | undefined;

/**
 * The names that firmware asks for: Yealink's `<mac>.boot`, `y000000000000.boot`, `y0000000000NN.cfg`, `<mac>.cfg`, and
 * Polycom's `<mac>.cfg`, `000000000000.cfg`, those that it names, and its own overrides and lists (yealink.md 7.1, polycom.md 8.1).
 */
export function askedFor(name: string): Asked {
  const plain = name.toLowerCase();
  if (!/^[a-z0-9][a-z0-9._-]{0,79}$/.test(plain) || plain.includes("..")) return undefined;
  if (/^y\d{12}\.(?:boot|cfg)$/.test(plain) || /^0{12}[.-]/.test(plain) || /^(?:[0-9-]+\.)?sip\.ld$/.test(plain)) {
    return { kind: "common" };
  }
  const mac = parseMac(/^(?:earshot-)?([0-9a-f]{12})[.-]/.exec(plain)?.[1] ?? "");
  return mac && { kind: "phone", mac, name: plain };
}

/** What a phone says of itself in a request's User-Agent (yealink.md 6, polycom.md 7); anybody may say so. */
export function sightOf(userAgent: string, address: string, mac: Mac | undefined): Sight {
  const text = userAgent.slice(0, 200);
  const yealink = /^yealink\s+(?:SIP(?: VP)?-)?([\w-]{1,20})\s+([\d.]{1,20})/i.exec(text);
  const polycom = /^FileTransport Poly(?:com)?\w{0,20}-(\w{1,20})-UA\/([\d.]{1,20})/.exec(text);
  const [, model, firmware] = yealink ?? polycom ?? [];
  const vendor = yealink ? "Yealink" : polycom ? "Polycom" : undefined;
  return {
    ...{ by: "provisioning", address },
    ...(mac && { mac }),
    ...(vendor && { vendor }),
    ...(model && { model }),
    ...(firmware && { firmware }),
  };
}
