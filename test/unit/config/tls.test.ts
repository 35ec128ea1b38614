import { describe, expect, test } from "vitest";
import { Issuer } from "../../lab/certificate.js";
import { configOf, marked, read, right, told, warningsOf } from "./files.js";

const day = 86_400_000;
const now = Date.now();
const site = new Issuer("Site CA");
const middle = new Issuer("Site Issuing CA", {}, site);
const maker = new Issuer("Maker CA");
const hosts = ["calls.example.com", "192.0.2.10"];
const own = middle.issue({ names: ["earshot"], hosts, until: now + 90 * day });
const soon = site.issue({ names: ["earshot"], hosts, until: now + 29 * day });
const over = site.issue({ names: ["earshot"], hosts, from: now - 2 * day, until: now - day });
const early = site.issue({ names: ["earshot"], hosts, from: now + day, until: now + 90 * day });
const beside = {
  "own.crt": { text: own.certificate + middle.certificate },
  "own.key": { text: own.key, mode: 0o600 },
  "open.key": { text: own.key, mode: 0o644 },
  "soon.crt": { text: soon.certificate },
  "soon.key": { text: soon.key, mode: 0o600 },
  "over.crt": { text: over.certificate },
  "over.key": { text: over.key, mode: 0o600 },
  "early.crt": { text: early.certificate },
  "early.key": { text: early.key, mode: 0o600 },
  "site.pem": { text: site.certificate },
  "maker.pem": { text: maker.certificate + new Issuer("Maker CA 2").certificate },
};
const withTls = (tls: string, url = "https://calls.example.com", more = ""): string =>
  right.replace(/^http: .*$/m, `http: { listen: 127.0.0.1:8080, publicUrl: "${url}", tls: ${tls} }${more}`);
const ownTls = "{ certFile: own.crt, keyFile: own.key }";

describe("the server's own certificate", () => {
  test("is the files that it is in, beside the configuration, and nothing is to be said of it", () => {
    const result = read(withTls(ownTls), {}, beside);
    const { certFile, keyFile } = configOf(result).http.tls ?? {};
    expect(certFile).toMatch(/^\/.*\/own\.crt$/);
    expect(keyFile).toMatch(/^\/.*\/own\.key$/);
    expect(warningsOf(result)).not.toContainEqual(expect.stringContaining("http.tls"));
  });

  test.each([
    ["«{ certFile: own.crt }", "http.tls.keyFile", "is missing: a file with its key"],
    ["{ certFile: «nope.crt, keyFile: own.key }", "http.tls.certFile", "there is no such file"],
    ["{ certFile: own.crt, keyFile: «nope.key }", "http.tls.keyFile", "there is no such file"],
    ["{ certFile: «own.key, keyFile: own.key }", "http.tls.certFile", "holds no certificate"],
    ["{ certFile: own.crt, keyFile: «soon.key }", "http.tls.keyFile", "is not that of the certificate"],
    ["{ certFile: own.crt, keyFile: own.key, «caFile: x }", "http.tls.caFile", "is not a key here"],
  ])("%s is told by line and key, without a secret", (tls, key, words) => {
    const { text, at } = marked(withTls(tls));
    const lines = told(read(text, {}, beside));
    expect(lines).toEqual([expect.stringContaining(`${at} ${key}: `)]);
    expect(lines[0]).toContain(words);
    expect(lines[0]).not.toMatch(/PRIVATE|MI[A-Z]/);
  });

  test("needs an https address for phones", () => {
    const { text, at } = marked(withTls(ownTls, "«http://calls.example.com").replace('"«', '«"'));
    expect(told(read(text, {}, beside))).toEqual([expect.stringContaining(`${at} http.publicUrl: `)]);
  });

  test.each([
    ["{ certFile: «soon.crt, keyFile: soon.key }", "certFile", /good until .*: renew it/],
    ["{ certFile: «over.crt, keyFile: over.key }", "certFile", /was good until .*: phones refuse it/],
    ["{ certFile: «early.crt, keyFile: early.key }", "certFile", /is good from .*: until then phones refuse it/],
    ["{ certFile: own.crt, keyFile: «open.key }", "keyFile", /every user of this machine can read/],
  ])("%s is worth a word", (tls, key, words) => {
    const { text, at } = marked(withTls(tls));
    const lines = warningsOf(read(text, {}, beside)).filter((line) => line.includes("http.tls"));
    expect(lines).toEqual([expect.stringContaining(`${at} http.tls.${key}: `)]);
    expect(lines[0]).toMatch(words);
  });

  test.each(["https://other.example.com", "https://192.0.2.11:8443"])("that is not for %s is told", (url) => {
    const lines = warningsOf(read(withTls(ownTls, url), {}, beside));
    expect(lines).toContainEqual(expect.stringContaining(`is not for \`${new URL(url).hostname}\``));
  });

  test("may be for an address, and for a port of its own", () => {
    const lines = warningsOf(read(withTls(ownTls, "https://192.0.2.10:8443"), {}, beside));
    expect(lines).not.toContainEqual(expect.stringContaining("http.tls"));
  });
});

describe("the CAs of phones", () => {
  const provisioned = (more: string, tls = true): string => {
    const whole = `\nprovisioning: { mode: full, serve: true, sip: { server: pbx }, ${more} }`;
    const url = "https://calls.example.com";
    return tls
      ? withTls(ownTls, url, whole)
      : right.replace(/^http: .*$/m, `http: { listen: 127.0.0.1:8080, publicUrl: "${url}" }${whole}`);
  };
  const first = "firstContact: { listen: 0.0.0.0:8081, url: 'http://192.0.2.10:8081', caFile: site.pem }";

  test("are read, and what has expired is refused unless the site says otherwise", () => {
    const entries =
      "certificates: [{ vendor: yealink, caFile: maker.pem }, { vendor: polycom, caFile: site.pem, expired: accepted }]";
    const { provisioning } = configOf(read(provisioned(entries), {}, beside));
    expect(provisioning?.certificates).toEqual([
      {
        vendor: "yealink",
        ca: beside["maker.pem"].text.trim().replace("-----\n\n", "-----\n"),
        expired: "refused",
      },
      { vendor: "polycom", ca: site.certificate.trim(), expired: "accepted" },
    ]);
  });

  test("and the site's own for the first contact", () => {
    const result = read(provisioned(first), {}, beside);
    expect(configOf(result).provisioning?.firstContact).toEqual({
      listen: { host: "0.0.0.0", port: 8081 },
      url: "http://192.0.2.10:8081",
      ca: site.certificate.trim(),
    });
    expect(warningsOf(result)).not.toContainEqual(expect.stringContaining("firstContact"));
  });

  test("that is not the CA of the server's certificate is told", () => {
    const lines = warningsOf(read(provisioned(first), {}, { ...beside, "site.pem": { text: maker.certificate } }));
    expect(lines).toContainEqual(expect.stringContaining("is not the CA of the certificate in `http.tls.certFile`"));
  });

  test.each([
    ["certificates: [{ vendor: «nobody, caFile: maker.pem }]", "certificates[0].vendor", "must be `yealink`"],
    ["certificates: [{ vendor: yealink, caFile: «nope.pem }]", "certificates[0].caFile", "there is no such file"],
    [
      "certificates: [{ vendor: yealink, caFile: «own.crt }]",
      "certificates[0].caFile",
      "not every certificate is of a CA",
    ],
    ["certificates: [{ vendor: yealink, caFile: maker.pem, expired: «yes }]", "certificates[0].expired", "must be"],
    [first.replace("site.pem", "«own.crt"), "firstContact.caFile", "not every certificate is of a CA"],
    [first.replace("site.pem", "«maker.pem"), "firstContact.caFile", "more than one certificate"],
    [first.replace("{", "«{").replace("http:", "https:"), "firstContact", "needs a `url` with http"],
    [first.replace("{", "«{").replace(":8081,", ":8080,"), "firstContact", "a port of its own"],
  ])("%s is told by line and key", (more, key, words) => {
    const { text, at } = marked(provisioned(more));
    expect(told(read(text, {}, beside))).toEqual([
      expect.stringMatching(new RegExp(`^${at} provisioning\\.${key.replace(/[[\]]/g, "\\$&")}: .*`)),
    ]);
    expect(told(read(text, {}, beside))[0]).toContain(words);
  });

  test("are of no use where somebody else speaks https, or earshot serves no files", () => {
    const lines = told(read(provisioned("certificates: [{ vendor: yealink, caFile: maker.pem }]", false), {}, beside));
    expect(lines).toEqual([expect.stringContaining("need `http.tls`")]);
    const text = provisioned(`certificates: [{ vendor: yealink, caFile: maker.pem }], ${first}`);
    const overlay = told(read(text.replace("mode: full, serve: true,", ""), {}, beside));
    expect(overlay).toEqual([
      expect.stringContaining("earshot serves"),
      expect.stringContaining("earshot serves"),
      expect.stringContaining("`mode: full`"),
    ]);
  });
});
