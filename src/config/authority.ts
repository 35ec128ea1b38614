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
  const url = textAt(reading.tree, ["mqtt", "url"]);
  if (url === undefined) return wrong("belongs to an outside broker (`mqtt.url`); leave it out");
  if (!/^(mqtts|wss):/i.test(url)) return wrong("is of no use here: only `mqtts` and `wss` are encrypted");
  let text: string;
  try {
    text = readFileSync(resolve(folder, name), "utf8");
  } catch (error) {
    return wrong(`names ${shown(name)}, which cannot be read: ${fileTrouble(error)}`);
  }
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    return wrong(`names ${shown(name)}, which holds no certificate (PEM, \`-----BEGIN CERTIFICATE-----\`)`);
  }
  return { ca: certificates.join("\n"), findings: [] };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
