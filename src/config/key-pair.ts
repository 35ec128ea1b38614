import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { certificatesIn, noCertificate, readBeside } from "./authority.js";
import { shown } from "./paths.js";

/** A certificate with those between it and its authority behind it, and its private key. */
export interface KeyPair {
  /** PEM, the certificate itself first. */
  readonly cert: string;
  readonly key: string;
  readonly certificate: X509Certificate;
}

/** A pair, or which of its two files is wrong and how, in words behind the name of its key. */
export type KeyPairRead =
  | ({ readonly ok: true } & KeyPair)
  | { readonly ok: false; readonly of: "certFile" | "keyFile"; readonly wrong: string };

/** Reads a certificate and its key, relative to `folder`. Never throws; neither of them is ever part of the words. */
export function readKeyPair(folder: string, cert: string, key: string): KeyPairRead {
  const wrong = (of: "certFile" | "keyFile", words: string): KeyPairRead => ({ ok: false, of, wrong: words });
  const certFile = readBeside(folder, cert);
  if ("wrong" in certFile) return wrong("certFile", certFile.wrong);
  const [own, ...others] = certificatesIn(certFile.text) ?? [];
  if (own === undefined) return wrong("certFile", noCertificate(cert));
  const keyFile = readBeside(folder, key);
  if ("wrong" in keyFile) return wrong("keyFile", keyFile.wrong);
  const parsed = privateKey(keyFile.text);
  if (parsed === undefined) {
    return wrong(
      "keyFile",
      `names ${shown(key)}, which holds no private key that can be read (PEM, without a passphrase)`,
    );
  }
  const certificate = new X509Certificate(own);
  if (!certificate.checkPrivateKey(parsed)) {
    return wrong("keyFile", `names ${shown(key)}, whose key is not that of the certificate in \`certFile\``);
  }
  return { ok: true, cert: [own, ...others].join("\n"), key: keyFile.text, certificate };
}

function privateKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}
