import { resolve } from "node:path";
import type { ClientIdentity } from "../model/index.js";
import { misplacedAt } from "./authority.js";
import { type Finding, type Path, type Reading, textAt } from "./document.js";
import { sentence } from "./issues.js";
import { readKeyPair } from "./key-pair.js";
import { shown } from "./paths.js";
import { isOpenToAll } from "./secrets.js";

const certPath: Path = ["mqtt", "certFile"];
const keyPath: Path = ["mqtt", "keyFile"];

interface Read {
  readonly identity?: ClientIdentity;
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/**
 * Reads the certificate that earshot shows a broker (`mqtt.certFile`, those between it and its authority behind it) and
 * its private key (`mqtt.keyFile`), relative to the configuration's folder. Neither of them is ever part of a sentence.
 */
export function readIdentity(reading: Reading, folder: string, now: number = Date.now()): Read {
  const at = (path: Path, words: string): Finding => ({
    ...reading.valueAt(path),
    path,
    sentence: sentence(path, words),
  });
  const wrong = (path: Path, words: string): Read => ({ findings: [at(path, words)], warnings: [] });
  const cert = textAt(reading.tree, certPath);
  const key = textAt(reading.tree, keyPath);
  if (cert === undefined && key === undefined) return { findings: [], warnings: [] };
  if (cert === undefined)
    return wrong(certPath, "is missing: the key in `keyFile` is of no use without its certificate");
  const misplaced = misplacedAt(reading);
  if (misplaced !== undefined) return wrong(certPath, misplaced);
  if (key === undefined)
    return wrong(keyPath, "is missing: the certificate in `certFile` is of no use without its key");

  const pair = readKeyPair(folder, cert, key);
  if (!pair.ok) return wrong(pair.of === "certFile" ? certPath : keyPath, pair.wrong);
  const { certificate } = pair;
  const warnings: Finding[] = [];
  if (Date.parse(certificate.validTo) < now) {
    warnings.push(at(certPath, `names ${shown(cert)}, which was good until ${certificate.validTo}: brokers refuse it`));
  }
  if (isOpenToAll(resolve(folder, key))) {
    const words = `names ${shown(key)}, which every user of this machine can read; take that right away (chmod o-r)`;
    warnings.push(at(keyPath, words));
  }
  return { identity: { cert: pair.cert, key: pair.key }, findings: [], warnings };
}
