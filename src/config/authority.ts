import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Finding, type Path, type Reading, textAt } from "./document.js";
import { sentence } from "./issues.js";
import { shown } from "./paths.js";
import { fileTrouble } from "./secrets.js";

const path: Path = ["mqtt", "caFile"];

/**
 * Reads the certificates that `mqtt.caFile` names, relative to the configuration's folder: whose brokers are believed,
 * in place of those this machine believes. Nothing when there is no such key.
 */
export function readAuthority(
  reading: Reading,
  folder: string,
): { readonly ca?: string; readonly findings: readonly Finding[] } {
  const name = textAt(reading.tree, path);
  if (name === undefined) return { findings: [] };
  const wrong = (words: string): { readonly findings: readonly Finding[] } => ({
    findings: [{ ...reading.valueAt(path), path, sentence: sentence(path, words) }],
  });
  const misplaced = misplacedAt(reading);
  if (misplaced !== undefined) return wrong(misplaced);
  const file = readBeside(folder, name);
  if ("wrong" in file) return wrong(file.wrong);
  const certificates = certificatesIn(file.text);
  if (certificates === undefined) return wrong(noCertificate(name));
  return { ca: certificates.join("\n"), findings: [] };
}

/** Why a file about TLS has no place beside this `mqtt.url`; undefined where it has. */
export function misplacedAt(reading: Reading): string | undefined {
  const url = textAt(reading.tree, ["mqtt", "url"]);
  if (url === undefined) return "belongs to an outside broker (`mqtt.url`); leave it out";
  if (!/^(mqtts|wss):/i.test(url)) return "is of no use here: only `mqtts` and `wss` are encrypted";
  return undefined;
}

/** A file beside the configuration, or what is wrong with its name. */
export function readBeside(folder: string, name: string): { readonly text: string } | { readonly wrong: string } {
  try {
    return { text: readFileSync(resolve(folder, name), "utf8") };
  } catch (error) {
    return { wrong: `names ${shown(name)}, which cannot be read: ${fileTrouble(error)}` };
  }
}

/** Every certificate of a text, in order; undefined where there is none, or one is torn. */
export function certificatesIn(text: string): readonly string[] | undefined {
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return found.length > 0 && found.every(isCertificate) ? found : undefined;
}

export function noCertificate(name: string): string {
  return `names ${shown(name)}, which holds no certificate (PEM, \`-----BEGIN CERTIFICATE-----\`)`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
