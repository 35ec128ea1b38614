import { X509Certificate } from "node:crypto";
import type { KnownPhones } from "../model/index.js";
import { certificatesIn, noCertificate, readBeside } from "./authority.js";
import { type Finding, isMap, listAt, type Path, partAt, type Reading, textAt } from "./document.js";
import { sentence } from "./issues.js";
import { shown } from "./paths.js";
import { choiceWords } from "./shapes.js";
import { parseListen, parsePublicUrl } from "./values.js";

/** The CAs that phones have to do with, as their files hold them (PEM). */
export interface Devices {
  /** By the place in `provisioning.certificates`. */
  readonly makers: readonly (string | undefined)[];
  /** Of `provisioning.firstContact`. */
  readonly own: string | undefined;
}

interface Read extends Devices {
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
}

const makersPath: Path = ["provisioning", "certificates"];
const firstPath: Path = ["provisioning", "firstContact"];

/** Reads the CAs of phones' certificates and of the first contact, relative to the configuration's folder. */
export function readDevices(reading: Reading, folder: string, known: KnownPhones): Read {
  const findings: Finding[] = [];
  const warnings: Finding[] = [];
  const say = (to: Finding[], path: Path, words: string): void => {
    to.push({ ...reading.valueAt(path), path, sentence: sentence(path, words) });
  };
  const authorities = (path: Path): readonly string[] | undefined => {
    const name = textAt(reading.tree, path);
    if (name === undefined) return undefined;
    const file = readBeside(folder, name);
    if ("wrong" in file) return void say(findings, path, file.wrong);
    const found = certificatesIn(file.text);
    if (!found) return void say(findings, path, noCertificate(name));
    const leaf = found.some((pem) => !new X509Certificate(pem).ca);
    if (leaf) return void say(findings, path, `names ${shown(name)}, in which not every certificate is of a CA`);
    return found;
  };
  const serves = textAt(reading.tree, ["provisioning", "serve"]) === "true";

  const written = listAt(reading.tree, makersPath);
  const makers = [...written.keys()].map((index) => {
    const vendor = textAt(reading.tree, [...makersPath, index, "vendor"]);
    if (vendor !== undefined && !Object.hasOwn(known, vendor)) {
      say(findings, [...makersPath, index, "vendor"], choiceWords(Object.keys(known), vendor, ""));
    }
    return authorities([...makersPath, index, "caFile"])?.join("\n");
  });
  if (written.length > 0 && !serves) say(findings, makersPath, "are for files that earshot serves (`serve: true`)");
  if (written.length > 0 && partAt(reading.tree, ["http", "tls"]) === undefined) {
    say(findings, makersPath, "need `http.tls`: a phone shows its certificate to whoever speaks https with it");
  }

  const first = partAt(reading.tree, firstPath);
  if (first === undefined || !isMap(first)) return { makers, own: undefined, findings, warnings };
  for (const words of firstContactFlaws(reading, serves)) say(findings, firstPath, words);
  const caPath: Path = [...firstPath, "caFile"];
  const own = authorities(caPath);
  if (own && own.length > 1) say(findings, caPath, "holds more than one certificate: phones are told of one CA");
  const served = textAt(reading.tree, ["http", "tls", "certFile"]);
  const chain = served === undefined ? undefined : readBeside(folder, served);
  const certificates = chain && "text" in chain ? certificatesIn(chain.text) : undefined;
  if (own?.[0] !== undefined && certificates && !isAuthorityOf(own[0], certificates)) {
    say(warnings, caPath, "is not the CA of the certificate in `http.tls.certFile`: phones that learn it refuse that");
  }
  return { makers, own: own?.[0], findings, warnings };
}

/** Phones come from there to earshot's own https, where they get everything. */
function firstContactFlaws({ tree }: Reading, serves: boolean): readonly string[] {
  const flaws: string[] = [];
  if (!serves) flaws.push("is for files that earshot serves (`serve: true`)");
  if (textAt(tree, ["provisioning", "mode"]) !== "full") {
    flaws.push("is for `mode: full`: beside another provisioner that one tells phones of the CA");
  }
  const url = parsePublicUrl(textAt(tree, [...firstPath, "url"]) ?? "");
  if (url.ok && !url.value.startsWith("http:")) flaws.push("needs a `url` with http: phones do not know the CA yet");
  const to = parsePublicUrl(textAt(tree, ["http", "publicUrl"]) ?? "");
  if (to.ok && !to.value.startsWith("https:")) flaws.push("needs `http.publicUrl` with https: it leads there");
  const at = parseListen(textAt(tree, [...firstPath, "listen"]) ?? "");
  const others = [
    ["http", "listen"],
    ["mqtt", "embedded", "listen"],
  ].map((path) => parseListen(textAt(tree, path) ?? ""));
  const taken = others.some((one) => at.ok && one.ok && at.value.port !== 0 && at.value.port === one.value.port);
  if (taken) flaws.push("needs a port of its own in `listen`");
  return flaws;
}

/** Whether a chain, its own certificate first, leads to this CA. */
function isAuthorityOf(ca: string, chain: readonly string[]): boolean {
  const authority = new X509Certificate(ca);
  const [own, ...between] = chain.map((pem) => new X509Certificate(pem));
  const seen = new Set<X509Certificate>();
  let at = own;
  while (at && !seen.has(at)) {
    if (at.checkIssued(authority) && at.verify(authority.publicKey)) return true;
    seen.add(at);
    const from = at;
    at = between.find((one) => from.checkIssued(one));
  }
  return false;
}
