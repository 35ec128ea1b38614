import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../../src/config/index.js";
import { serverCertificate } from "../../lab/certificate.ts";
import { changed, configOf, folder, marked, models, read, right, told } from "./files.ts";

describe("the right file", () => {
  test("gives every value, with its defaults", () => {
    const config = configOf(read(right));
    expect(config).toMatchObject({
      gateway: "main",
      http: { listen: { host: "127.0.0.1", port: 8080 }, publicUrl: "http://127.0.0.1:8080" },
      pbx: {
        kind: "asterisk",
        ari: { url: "http://127.0.0.1:8088/ari", username: "earshot", password: "one" },
        ami: { host: "127.0.0.1", port: 5038, username: "earshot", secret: "two" },
        endpoint: "PJSIP/{extension}",
        supervisionEndpoint: "PJSIP/{extension}-sup",
      },
      policy: { hidden: "allowed", supervisorsPerCall: 3 },
      mqtt: {
        kind: "embedded",
        base: "earshot",
        listen: { host: "127.0.0.1", port: 1883 },
        accounts: [{ username: "ana", password: "three", agent: "2001" }],
      },
    });
    expect(config.people[0]).toEqual({
      id: "3001",
      extension: "3001",
      name: "Kim Osei",
      role: "team-manager",
      teams: ["support"],
    });
    expect(config.phones).toEqual([
      {
        mac: "805ec0aabbcc",
        vendor: "yealink",
        model: "T46U",
        owner: "3001",
        answer: "ring",
        push: { by: "notify" },
      },
    ]);
  });
  test("data is relative to the file's folder", () => {
    const at = folder();
    const missing = readConfig(join(at, "earshot.yaml"), {}, models);
    expect(told(missing)).toEqual(["1:1 : The configuration cannot be read: there is no such file."]);
    expect(configOf(read(right)).data).toMatch(/earshot-config-\w+\/data$/);
    expect(configOf(read(changed("./data", "/var/lib/earshot"))).data).toBe("/var/lib/earshot");
  });
  test("digits without quotes stay as they are written", () => {
    const file = right
      .replaceAll('"2001"', "0201")
      .replaceAll("805ec0aabbcc", "80500e112233")
      .replace("password: one", "password: 0x10");
    const config = configOf(read(file));
    expect(config.people[1]?.extension).toBe("0201");
    expect(config.phones[0]?.mac).toBe("80500e112233");
    expect(config.pbx).toMatchObject({ ari: { password: "0x10" } });
  });
  test("a phone belongs to the id of the person with its extension", () => {
    const config = configOf(read(changed('{ extension: "3001", name', '{ id: kim, extension: "3001", name')));
    expect(config.phones[0]?.owner).toBe("kim");
  });
  test.each(["0.25", "1.5", "60"])("the simulated call centre may live %s times as fast", (speed) => {
    const played = right.replace(/pbx:\n(?: {2}.*\n)+/, `pbx: { kind: simulator, seed: 7, speed: ${speed} }\n`);
    expect(configOf(read(played)).pbx).toEqual({ kind: "simulator", seed: 7, speed: Number(speed) });
  });
  test("a private call lasts 15 minutes at most, or as long as the site says", () => {
    const written = (policy: string) => configOf(read(changed("hidden: allowed", `hidden: allowed${policy}`))).policy;
    expect(written("").private).toBeUndefined();
    expect(written(", private: {}").private).toEqual({ limit: 15 });
    expect(written(", private: { limit: 0 }").private).toEqual({ limit: 0 });
  });
  test("recordings go on while a call is private, unless the site says so", () => {
    const written = (text: string) => configOf(read(`${right}${text}`)).recording;
    expect(written("")).toBeUndefined();
    expect(written("recording: { mixMonitor: pause }")).toEqual({ ofPbx: true });
    expect(written("recording: { url: 'https://recorder.example.com/private', password: five }")).toEqual({
      ofPbx: false,
      hook: { url: "https://recorder.example.com/private", password: "five" },
    });
  });
  test("sections and defaults may be left out", () => {
    const config = configOf(
      read(
        "http: { listen: '[::]:0', publicUrl: 'https://calls.example.com/' }\npbx: { kind: simulator }\npolicy: { hidden: forbidden }\nmqtt: { embedded: { listen: 127.0.0.1:1883 } }\npeople:\n",
      ),
    );
    expect(config).toMatchObject({
      http: { listen: { host: "::", port: 0 }, publicUrl: "https://calls.example.com" },
      pbx: { kind: "simulator", seed: 1, speed: 1 },
      people: [],
      phones: [],
    });
  });
});

/** One piece of the right file made wrong; what is told, and where the mark `«` stood. */
function wrong(piece: string, by: string): { readonly found: readonly string[]; readonly at: string } {
  const { text, at } = marked(changed(piece, by));
  return { found: told(read(text)), at };
}

function expectOne(piece: string, by: string, key: string, words: string): void {
  const { found, at } = wrong(piece, by);
  expect(found).toHaveLength(1);
  expect(found[0]?.startsWith(`${at} ${key}: `) ? key : found[0]).toBe(key);
  expect(found[0]).toContain(words);
}

describe("http.listen is host:port", () => {
  test.each([
    ["'8080'", "must be `host:port`"],
    ["localhost", "must be `host:port`"],
    ["127.0.0.1:65536", "ports go from 0 to 65535"],
    ["'::1:8080'", "an IPv6 address needs brackets"],
    ["'[nope]:8080'", "no IPv6 address"],
  ])("not %s", (value, words) => {
    expectOne("listen: 127.0.0.1:8080", `listen: «${value}`, "http.listen", words);
  });
});

describe("http.publicUrl is an origin that fits on a phone's key", () => {
  const from = 'publicUrl: "http://127.0.0.1:8080"';
  test.each([
    ["calls.example.com", "must be an address such as"],
    ["ftp://calls.example.com", "must be an address such as"],
    ["http://calls.example.com/earshot", "with no path; take away `/earshot`"],
    ["http://calls.example.com/?a=b", "take away what begins with `?`"],
    ["http://calls.example.com?", "take away what begins with `?`"],
    ["http://kim:pw@calls.example.com", "must not hold a user name or password"],
    ["http://0.0.0.0:8080", "which phones cannot call"],
  ])("not %s", (value, words) => {
    expectOne(from, `publicUrl: «"${value}"`, "http.publicUrl", words);
  });
  test("the launcher URL may have 90 characters and not 91", () => {
    const most = `https://${"a".repeat(40)}.example.com`;
    expect(`${most}/p/${"t".repeat(26)}/`).toHaveLength(90);
    expect(configOf(read(changed(from, `publicUrl: "${most}"`))).http.publicUrl).toBe(most);
    const more = `publicUrl: «"https://${"a".repeat(41)}.example.com"`;
    expectOne(from, more, "http.publicUrl", "is too long: it has 61 characters and may have 60");
  });
});

describe("pbx.transferContext is a context of the site's own", () => {
  test.each(["from-internal", "phones"])("such as %s", (value) => {
    const config = configOf(read(changed('  endpoint: "PJSIP/{extension}"\n', `  transferContext: ${value}\n`)));
    expect(config.pbx).toMatchObject({ transferContext: value });
  });
  test.each([
    ["'phones,2001,1'", "must be the name of a context"],
    ["earshot-transfer", "must be a context of your own"],
  ])("not %s", (value, words) => {
    const wrong = `transferContext: «${value}`;
    expectOne('endpoint: "PJSIP/{extension}"', wrong, "pbx.transferContext", words);
  });
});

describe("pbx.endpoint is a technology and a device", () => {
  test.each([
    ["PJSIP/2001", "`{extension}` is missing"],
    ["'{extension}'", "does not begin with a technology"],
    ["'PJSIP/{extension}&PJSIP/1'", "one device"],
    ["'PJSIP/{extension}{id}'", "only `{extension}` is replaced, not `{id}`"],
  ])("not %s", (value, words) => {
    expectOne('endpoint: "PJSIP/{extension}"', `endpoint: «${value}`, "pbx.endpoint", words);
  });
  test("and so is supervisionEndpoint", () => {
    expectOne('"PJSIP/{extension}-sup"', "«PJSIP/sup", "pbx.supervisionEndpoint", "`{extension}` is missing");
  });
  test("with a default", () => {
    const config = configOf(read(changed('  endpoint: "PJSIP/{extension}"\n', "")));
    expect(config.pbx).toMatchObject({ endpoint: "PJSIP/{extension}" });
  });
});

describe("pbx.ari.url", () => {
  test.each([
    ["127.0.0.1:8088", "must be a URL such as"],
    ["http://earshot:pw@127.0.0.1:8088/ari", "must not hold the password"],
    ["http//earshot:pw@127.0.0.1:8088/ari", "must be a URL such as"],
  ])("is not %s, and a password in it is not repeated", (value, words) => {
    expectOne('"http://127.0.0.1:8088/ari"', `«"${value}"`, "pbx.ari.url", words);
    expect(wrong('"http://127.0.0.1:8088/ari"', `«"${value}"`).found.join()).not.toContain("pw");
  });
});

describe("names that must fit together", () => {
  const first = 'accounts: [{ username: ana, password: x, agent: "2001" }, { username: «';
  test.each([
    [
      "extensions",
      'extension: "2001", name',
      'extension: «"3001", name',
      "people[1].extension",
      "line 12 has the same extension",
    ],
    [
      "ids",
      'extension: "2001", name',
      'id: «"3001", extension: "2001", name',
      "people[1].id",
      "line 12 has the same id",
    ],
    [
      "an extension that is no id",
      '{ extension: "3001", name',
      '«{ extension: "*3001", name',
      "people[0].id",
      "is missing: the extension `*3001` cannot be the id",
    ],
    [
      "a phone's person",
      'T46U, extension: "3001"',
      'T46U, extension: «"301"',
      "phones[0].extension",
      "did you mean `3001`?",
    ],
    [
      "an account's person",
      'agent: "2001"',
      'agent: «"201"',
      "mqtt.embedded.accounts[0].agent",
      "did you mean `2001`?",
    ],
    [
      "accounts",
      "accounts: [{ username: ",
      first,
      "mqtt.embedded.accounts[1].username",
      "line 10 has the same user name",
    ],
    [
      "ports",
      "listen: 127.0.0.1:1883",
      "listen: «127.0.0.1:8080",
      "mqtt.embedded.listen",
      "is the same as `http.listen`",
    ],
  ])("%s", (_, piece, by, key, words) => {
    const { found, at } = wrong(piece, by);
    expect(found.find((line) => line.startsWith(`${at} ${key}: `)) ?? found).toContain(words);
  });
  test("an account names a person by id, not by extension", () => {
    const found = told(read(changed('{ extension: "2001", name', '{ id: ana, extension: "2001", name')));
    expect(found).toEqual([expect.stringMatching(/^10:.*agent` must be the person's id, which is `ana`\.$/)]);
  });
  test("two phones with one MAC, however it is written", () => {
    const line = '  - { mac: «"80:5E:C0:AA:BB:CC", vendor: yealink, model: T46U, extension: "2001" }\n';
    const { text, at } = marked(right + line);
    expect(told(read(text))).toEqual([expect.stringContaining(`${at} phones[1].mac: `)]);
  });
});

describe("mqtt is either the broker inside or one outside", () => {
  const inside =
    'mqtt: { embedded: { listen: 127.0.0.1:1883, accounts: [{ username: ana, password: three, agent: "2001" }] } }';
  test("outside", () => {
    const outside = "mqtt: { url: 'mqtts://broker:8883', username: e, password: p, base: site/a }";
    const expected = { kind: "external", url: "mqtts://broker:8883", username: "e", password: "p", base: "site/a" };
    expect(configOf(read(changed(inside, outside))).mqtt).toEqual(expected);
  });
  test.each([
    ["«{ base: x }", "mqtt", "needs either `embedded`"],
    ["{ url: «'mqtt://b', embedded: { listen: 127.0.0.1:1883 } }", "mqtt.url", "keep one of them"],
    ["{ embedded: { listen: 127.0.0.1:1883 }, username: «x }", "mqtt.username", "belongs to an outside broker"],
    ["{ url: «'http://b' }", "mqtt.url", "must be a URL such as `mqtts"],
    ["{ url: «'mqtt://u:pw@b' }", "mqtt.url", "must not hold the password"],
    ["«{ url: 'mqtt://b', username: x }", "mqtt.password", "write `password`, or `passwordFile` with"],
    ["«{ url: 'mqtt://b', password: x }", "mqtt.username", "is missing"],
    ["{ url: 'mqtt://b', base: «'#' }", "mqtt.base", "joined by `/`"],
  ])("%s", (by, key, words) => {
    expectOne(inside, `mqtt: ${by}`, key, words);
  });

  const embedded = (more: string) =>
    `mqtt: { embedded: { listen: 127.0.0.1:1883, accounts: [{ username: ana, password: three, agent: "2001" }] }, ${more} }`;
  test("Home Assistant is told of devices where it is asked for, and not else", () => {
    const mqtt = (text: string) => configOf(read(text)).mqtt.homeAssistant;
    expect(mqtt(changed(inside, inside))).toBeUndefined();
    const account = "homeAssistant: { prefix: ha/one, username: home, password: secret }";
    const told = { prefix: "ha/one", username: "home", password: "secret" };
    expect(mqtt(changed(inside, embedded(account)))).toEqual(told);
    expect(mqtt(changed(inside, "mqtt: { url: 'mqtts://b', homeAssistant: {} }"))).toEqual({ prefix: "homeassistant" });
  });
  test.each([
    [embedded("homeAssistant: «{}"), "mqtt.homeAssistant.password", "write `password`, or"],
    [embedded("homeAssistant: «{ password: x }"), "mqtt.homeAssistant.username", "is missing"],
    [embedded("homeAssistant: «{ username: home }"), "mqtt.homeAssistant.password", "is missing"],
    [
      embedded("homeAssistant: { username: «ana, password: x }"),
      "mqtt.homeAssistant.username",
      "has the same user name",
    ],
    [
      embedded("homeAssistant: { prefix: «'ha/+', username: h, password: x }"),
      "mqtt.homeAssistant.prefix",
      "joined by",
    ],
    [
      embedded("base: ha/earshot, homeAssistant: { prefix: «ha, username: h, password: x }"),
      "mqtt.homeAssistant.prefix",
      "lie within each other",
    ],
    [
      "mqtt: { url: 'mqtts://b', homeAssistant: { prefix: «earshot/supervisors } }",
      "mqtt.homeAssistant.prefix",
      "lie within each other",
    ],
    [
      "mqtt: { url: 'mqtts://b', homeAssistant: { password: «x } }",
      "mqtt.homeAssistant.password",
      "belongs to the broker inside",
    ],
    [
      "mqtt: { url: 'mqtts://b', username: e, password: p, homeAssistant: { username: «e } }",
      "mqtt.homeAssistant.username",
      "is that of earshot itself",
    ],
  ])("%s", (by, key, words) => {
    const { text, at } = marked(changed(inside, by));
    expect(told(read(text))).toContainEqual(expect.stringContaining(`${at} ${key}: `));
    expect(told(read(text)).join()).toContain(words);
  });

  const outside = (more: string) => changed(inside, `mqtt: { ${more} }`);
  const { ca, key } = serverCertificate();
  test("with the authority that vouches for it, from a file beside the configuration", () => {
    const text = outside("url: 'mqtts://b', caFile: site.crt");
    const config = configOf(read(text, {}, { "site.crt": { text: `A comment\n${ca}${ca}` } }));
    expect(config.mqtt).toEqual({ kind: "external", url: "mqtts://b", base: "earshot", ca: `${ca}${ca}`.trim() });
  });
  test.each([
    ["url: 'mqtts://b', caFile: «nope.crt", "`nope.crt`, which cannot be read: there is no such file"],
    ["url: 'mqtts://b', caFile: «site.key", "`site.key`, which holds no certificate"],
    ["url: 'mqtts://b', caFile: «torn.crt", "`torn.crt`, which holds no certificate"],
    ["url: 'mqtt://b', caFile: «site.crt", "only `mqtts` and `wss` are encrypted"],
    ["embedded: { listen: 127.0.0.1:1883 }, caFile: «site.crt", "belongs to an outside broker"],
  ])("%s", (by, words) => {
    const { text, at } = marked(outside(by));
    const beside = {
      "site.crt": { text: ca },
      "site.key": { text: key },
      "torn.crt": { text: ca.replace(/M\w{20}/, "") },
    };
    expect(told(read(text, {}, beside))).toEqual([expect.stringContaining(words)]);
    expect(told(read(text, {}, beside))[0]).toContain(`${at} mqtt.caFile: `);
  });
});

describe("how long the record is kept", () => {
  test("for ever, unless it is said", () => expect(configOf(read(right)).audit).toBeUndefined());
  test("so many days", () =>
    expect(configOf(read(`${right}audit: { keepDays: 365 }\n`)).audit).toEqual({ keepDays: 365 }));
  test.each([
    ["audit: { keepDays: «0 }", "audit.keepDays"],
    ["audit: { keepDays: «40000 }", "audit.keepDays"],
    ["audit: { keepDays: «1.5 }", "audit.keepDays"],
    ["audit: { keepDays: «a year }", "audit.keepDays"],
  ])("%s", (by, key) => {
    const { text, at } = marked(`${right}${by}\n`);
    expect(told(read(text))).toEqual([expect.stringContaining(`${at} ${key}: `)]);
    expect(told(read(text))[0]).toContain("a whole number of days from 1 to 36500");
  });
});
