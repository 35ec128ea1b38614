import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { serverCertificate } from "../../lab/certificate.js";
import { configOf, marked, read, right, told } from "./files.js";

const authority = serverCertificate();
const own = authority.client("earshot");
const passphrase = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "geheim" },
}).privateKey;

const outside = (more: string): string => right.replace(/^mqtt: .*$/m, `mqtt: { ${more} }`);
const beside = {
  "own.crt": { text: `Subject: earshot\n${own.certificate}${authority.ca}` },
  "own.key": { text: own.key, mode: 0o600 },
  "other.key": { text: authority.client("earshot").key, mode: 0o600 },
  "locked.key": { text: passphrase, mode: 0o600 },
};

describe("the certificate that earshot shows a broker", () => {
  test("with those behind it and its key, in place of a password", () => {
    const config = configOf(read(outside("url: 'mqtts://b', certFile: own.crt, keyFile: own.key"), {}, beside));
    const chain = `${own.certificate.trim()}\n${authority.ca.trim()}`;
    expect(config.mqtt).toEqual({
      ...{ kind: "external", url: "mqtts://b", base: "earshot" },
      identity: { cert: chain, key: own.key },
    });
  });

  test("or beside one", () => {
    const text = outside("url: 'mqtts://b', username: u, password: p, certFile: own.crt, keyFile: own.key");
    expect(configOf(read(text, {}, beside)).mqtt).toMatchObject({ username: "u", identity: { key: own.key } });
  });

  test.each([
    ["«{ url: 'mqtts://b', certFile: own.crt }", "mqtt.keyFile", "is missing: the certificate"],
    ["«{ url: 'mqtts://b', keyFile: own.key }", "mqtt.certFile", "is missing: the key"],
    ["{ url: 'mqtts://b', certFile: «nope.crt, keyFile: own.key }", "mqtt.certFile", "there is no such file"],
    ["{ url: 'mqtts://b', certFile: own.crt, keyFile: «nope.key }", "mqtt.keyFile", "there is no such file"],
    ["{ url: 'mqtts://b', certFile: «own.key, keyFile: own.key }", "mqtt.certFile", "holds no certificate"],
    ["{ url: 'mqtts://b', certFile: own.crt, keyFile: «own.crt }", "mqtt.keyFile", "holds no private key"],
    ["{ url: 'mqtts://b', certFile: own.crt, keyFile: «locked.key }", "mqtt.keyFile", "without a passphrase"],
    ["{ url: 'mqtts://b', certFile: own.crt, keyFile: «other.key }", "mqtt.keyFile", "is not that of the certificate"],
    ["{ url: 'mqtt://b', certFile: «own.crt, keyFile: own.key }", "mqtt.certFile", "only `mqtts` and `wss`"],
    [
      "{ embedded: { listen: 127.0.0.1:1883 }, certFile: «own.crt, keyFile: own.key }",
      "mqtt.certFile",
      "belongs to an outside broker",
    ],
  ])("%s is told by line and key, without a secret", (by, key, words) => {
    const { text, at } = marked(right.replace(/^mqtt: .*$/m, `mqtt: ${by}`));
    const lines = told(read(text, {}, beside));
    expect(lines).toEqual([expect.stringContaining(words)]);
    expect(lines[0]).toContain(`${at} ${key}: `);
    expect(lines[0]).not.toMatch(/PRIVATE|geheim|MI[A-Z]/);
  });

  test("a key that everybody can read is worth a word", () => {
    const open = { ...beside, "own.key": { text: own.key, mode: 0o644 } };
    const result = read(outside("url: 'mqtts://b', certFile: own.crt, keyFile: own.key"), {}, open);
    expect(result.ok && result.warnings.map(({ key, sentence }) => `${key} ${sentence}`)).toEqual(
      expect.arrayContaining([expect.stringMatching(/mqtt\.keyFile.*every user of this machine can read/)]),
    );
  });
});
