import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { resolve } from "node:path";
import type { TlsFiles } from "../model/index.js";
import { type Finding, isMap, type Path, partAt, type Reading, textAt } from "./document.js";
import { sentence } from "./issues.js";
import { type KeyPairRead, readKeyPair } from "./key-pair.js";
import { shown } from "./paths.js";
import { isOpenToAll } from "./secrets.js";
import { map, text } from "./shapes.js";
import { parsePublicUrl } from "./values.js";

/** How long before its end a certificate is worth a word. */
export const soonMs = 30 * 86_400_000;

/** What `http.tls` holds. */
export const tlsShape = map(
  { certFile: text("a file with the server's certificate"), keyFile: text("a file with its key") },
  "the certificate that earshot speaks https with (`certFile`, `keyFile`)",
);

/** The server's certificate and key, read anew: at the start and after each renewal. */
export function readServerIdentity({ certFile, keyFile }: TlsFiles): KeyPairRead {
  return readKeyPair("/", certFile, keyFile);
}

/** Whether who reads the configuration speaks https with the certificate of `http.tls`, or leaves its files alone. */
export type ServerTlsUse = "read" | "unread";

/** What is wrong with the certificate of `http.tls`, and what is worth knowing about it. */
export function checkServerIdentity(
  reading: Reading,
  folder: string,
  use: ServerTlsUse,
  now: number = Date.now(),
): { readonly findings: readonly Finding[]; readonly warnings: readonly Finding[] } {
  const tls: Path = ["http", "tls"];
  const part = partAt(reading.tree, tls);
  const at = (path: Path, words: string): Finding => ({
    ...reading.valueAt(path),
    path,
    sentence: sentence(path, words),
  });
  if (part === undefined || !isMap(part)) return { findings: [], warnings: [] };
  const findings: Finding[] = [];
  const warnings: Finding[] = [];
  const origin = parsePublicUrl(textAt(reading.tree, ["http", "publicUrl"]) ?? "");
  const url = origin.ok ? new URL(origin.value) : undefined;
  if (url?.protocol === "http:") {
    findings.push(
      at(["http", "publicUrl"], "must be https, as `http.tls` is there: phones would speak plain http to it"),
    );
  }
  if (use === "unread") return { findings, warnings };
  const [cert, key] = [textAt(reading.tree, [...tls, "certFile"]), textAt(reading.tree, [...tls, "keyFile"])];
  if (cert === undefined || key === undefined) return { findings, warnings };
  const pair = readKeyPair(folder, cert, key);
  if (!pair.ok) return { findings: [...findings, at([...tls, pair.of], pair.wrong)], warnings };
  const aged = ageOf(pair.certificate, now);
  if (aged !== undefined) warnings.push(at([...tls, "certFile"], `names ${shown(cert)}, ${aged}`));
  if (url && !isFor(pair.certificate, url.hostname)) {
    const words = `names ${shown(cert)}, which is not for ${shown(url.hostname)} (\`http.publicUrl\`): phones refuse it`;
    warnings.push(at([...tls, "certFile"], words));
  }
  if (isOpenToAll(resolve(folder, key))) {
    const words = `names ${shown(key)}, which every user of this machine can read; take that right away (chmod o-r)`;
    warnings.push(at([...tls, "keyFile"], words));
  }
  return { findings, warnings };
}

/** What there is to say of a certificate's time, in words behind its name; undefined where there is nothing. */
export function ageOf({ validFrom, validTo }: X509Certificate, now: number): string | undefined {
  if (Date.parse(validTo) <= now) return `which was good until ${validTo}: phones refuse it`;
  if (Date.parse(validFrom) > now) return `which is good from ${validFrom} on: until then phones refuse it`;
  return Date.parse(validTo) - now < soonMs ? `which is good until ${validTo}: renew it` : undefined;
}

function isFor(certificate: X509Certificate, hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return (isIP(bare) === 0 ? certificate.checkHost(bare) : certificate.checkIP(bare)) !== undefined;
}
