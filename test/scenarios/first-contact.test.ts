import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { controlClient } from "../../src/cli/index.ts";
import { readPolycom } from "../contract/provisioning/strict-polycom.ts";
import { readSnom } from "../contract/provisioning/strict-snom.ts";
import { readYealink } from "../contract/provisioning/strict-yealink.ts";
import { Issuer } from "../lab/certificate.ts";
import { bootPolycom, bootYealink, type Fetched, fetchAsPhone } from "../lab/phones/boot-phone.ts";
import { ana, kim } from "../unit/core/world.ts";
import { refuse } from "../unit/http/tls-phone.ts";
import { GatewayBench } from "./bench.ts";
import { ownHttps, phoneAt, servedInFull } from "./phone-site.ts";

const mac = { kim: "805ec0aa3001", kims: "0004f2aa3001", snom: "000413aa2002", ana: "805ec0aa2001" } as const;
const site = new Issuer("Site CA");
const oneLine = (pem: string): string => pem.replace(/\s/g, "");

let bench: GatewayBench;
/** Where phones without the CA begin, and where they go on. */
let first: string;
let base: string;
/** All that went over plain http. */
const open: Fetched[] = [];

const plain = async (name: string, options: Parameters<typeof fetchAsPhone>[2] = {}): Promise<Fetched> => {
  const got = await fetchAsPhone(first, name, options);
  open.push(got);
  return got;
};
const status = (got: readonly Fetched[]) => got.map((one) => `${one.name} ${one.status}`);

beforeAll(async () => {
  bench = new GatewayBench({
    config: {
      http: await ownHttps(site),
      phones: [
        phoneAt(mac.kim, "yealink", "T46U", kim.id),
        phoneAt(mac.kims, "polycom", "VVX411", kim.id),
        phoneAt(mac.snom, "snom", "D785", ana.id),
        phoneAt(mac.ana, "yealink", "T46U", ana.id),
      ],
      provisioning: {
        ...(await servedInFull()),
        firstContact: { listen: { host: "127.0.0.1", port: 0 }, url: "http://127.0.0.1:0", ca: site.certificate },
      },
    },
  });
  await bench.start();
  const opened = await controlClient(await bench.data).enrol({ macs: [mac.kim, mac.kims, mac.snom], minutes: 30 });
  if (!opened.ok) throw new Error(opened.sentence);
  base = opened.value.url;
  first = opened.value.firstContact ?? "";
});

afterAll(() => bench.stop());

describe("in its window, by plain http, a phone that does not know the site's CA", () => {
  it("that is a Yealink is told of the CA and of the https address alone, and gets everything there", async () => {
    const boot = await bootYealink(first, mac.kim);
    open.push(...boot);
    expect(status(boot).at(-1)).toBe(`${mac.kim}.cfg 200`);
    const read = readYealink(boot.at(-1)?.body ?? "");
    const keys = read.ok ? read.keys : new Map<string, string>();
    const caUrl = `${first}${mac.kim}-ca.pem`;
    expect(Object.fromEntries(keys)).toEqual({
      "static.trusted_certificates.url": caUrl,
      "static.security.trust_certificates": "1",
      "static.auto_provision.server.url": base,
      "static.auto_provision.pnp_enable": "0",
      "static.auto_provision.dhcp_option.enable": "0",
    });
    const ca = (await plain(`${mac.kim}-ca.pem`)).body;
    expect(oneLine(ca)).toBe(oneLine(site.certificate));
    const whole = readYealink((await bootYealink(base, mac.kim, undefined, { ca })).at(-1)?.body ?? "");
    expect(whole.ok && whole.keys.get("account.1.password")).toBe("sip-kim");
    expect(whole.ok && whole.keys.get("static.auto_provision.server.username")).toBe(mac.kim);
  });

  it("that is a Polycom gets them in what its master file names", async () => {
    const boot = await bootPolycom(first, mac.kims);
    open.push(...boot);
    expect(boot.filter((one) => one.status === 200).map(({ name }) => name)).toEqual([
      `${mac.kims}.cfg`,
      `first-${mac.kims}.cfg`,
    ]);
    const read = readPolycom(boot.find(({ name }) => name.startsWith("first-"))?.body ?? "");
    const key = (name: string): string => (read.ok && read.keys.get(name)) || "";
    expect([key("device.prov.serverType"), key("device.prov.serverName")]).toEqual(["HTTPS", base]);
    const ca = key("device.sec.TLS.customCaCert1");
    expect(oneLine(ca)).toBe(oneLine(site.certificate));
    const later = await bootPolycom(base, mac.kims, undefined, { ca });
    const whole = readPolycom(later.find(({ name }) => name === `earshot-${mac.kims}.cfg`)?.body ?? "");
    expect(whole.ok && whole.keys.get("device.prov.user")).toBe(mac.kims);
  });

  it("that is a Snom fetches the CA in its own form", async () => {
    const { body } = await plain(`snomD785-${mac.snom.toUpperCase()}.htm`);
    const read = readSnom(body);
    if (!read.ok) throw new Error(read.complaint);
    expect(Object.fromEntries(read.keys)).toEqual({ setting_server: `${base}snomD785-${mac.snom}.htm` });
    expect(read.certificates).toEqual([`${first}${mac.snom}-ca.der`]);
    const der = await fetch(`${first}${mac.snom}-ca.der`);
    expect(new X509Certificate(Buffer.from(await der.arrayBuffer())).fingerprint256).toBe(
      new X509Certificate(site.certificate).fingerprint256,
    );
  });

  it("gets each of these three times, beside what it gets by https", async () => {
    const again = async () => (await plain(`${mac.kim}.cfg`)).status;
    expect([await again(), await again(), await again()]).toEqual([200, 200, 404]);
    const { status: secure } = await fetchAsPhone(base, `${mac.kim}.cfg`, { tls: { ca: site.certificate } });
    expect(secure).toBe(200);
  });
});

describe("by plain http there is nothing", () => {
  it.each([
    ["a phone without a window", `${mac.ana}.cfg`],
    ["its CA", `${mac.ana}-ca.pem`],
    ["a phone that there is not", "805ec0aa9999.cfg"],
    ["what is given by https", `earshot-${mac.kims}.cfg`],
    ["another form of a name", `${mac.kims}-web.cfg`],
    ["a file of earshot's", "secret.key"],
    ["a path", `..%2f${mac.kims}.cfg`],
    ["a path of dots", `../c/../earshot.yaml`],
    ["no name", ""],
    ["a long name", "x".repeat(300)],
    ["a broken one", "%ff%fe"],
  ])("for %s", async (_, name) => {
    const got = await plain(name);
    expect([got.status, got.body]).toEqual([404, ""]);
  });

  it.each(["healthz", "", "api/v1/people", `p/${"A".repeat(26)}/`, "description.xml"])("at /%s", async (path) => {
    const got = await fetchAsPhone(first.replace(/c\/$/, ""), path);
    open.push(got);
    expect([got.status, got.body]).toEqual([404, ""]);
  });

  it.each(["HEAD", "PUT", "POST", "DELETE"])("for a %s", async (method) => {
    const got = await plain(`${mac.kims}.cfg`, { method, ...(method === "PUT" && { body: "x".repeat(5_000) }) });
    expect([got.status, got.body]).toEqual([404, ""]);
  });

  it("for who has the password: none is asked for, and one that comes counts for nothing", async () => {
    const got = await plain(`${mac.ana}.cfg`);
    expect(got.headers).not.toHaveProperty("www-authenticate");
    const sent = await fetch(`${first}${mac.ana}.cfg`, { headers: { authorization: `Basic ${btoa(`${mac.ana}:x`)}` } });
    expect(sent.status).toBe(404);
    expect(bench.lines).toContainEqual(expect.stringContaining("outside its window"));
  });

  it("that is a secret: no password, no key to pages, nobody's name, in any reply of all those above", async () => {
    const told = open.map(({ body, headers }) => `${body}\n${JSON.stringify(headers)}`).join("\n");
    expect(open.filter(({ status: code }) => code === 200).length).toBeGreaterThan(5);
    const rows = await bench.gateway.phones({ showUrls: true });
    const urls = rows.map(({ url }) => url ?? "");
    const secrets = urls.map((url) => new URL(url).pathname.split("/")[2] ?? "");
    const { body } = await fetchAsPhone(base, `${mac.kim}.cfg`, { tls: { ca: site.certificate } });
    const whole = readYealink(body);
    const password = whole.ok ? whole.keys.get("static.auto_provision.server.password") : undefined;
    expect(secrets.filter((one) => one.length < 22)).toEqual([]);
    const never = [...secrets, password ?? "", "sip-kim", "sip-ana", kim.name, ana.name, "/p/"];
    expect(never.filter((one) => one === "" || told.includes(one))).toEqual([]);
    expect(told).not.toMatch(/PRIVATE|digest|nonce/i);
  });
});

describe("a phone that refuses the server's certificate", () => {
  const port = (): number => Number(new URL(base).port);
  const told = async () => {
    const seen = await controlClient(await bench.data).seen();
    return seen.ok ? seen.value.seen.find(({ refused }) => refused !== undefined) : "not told";
  };
  it("is listed with the reason, as the phone that was seen at its address, until it gets a file by https", async () => {
    await plain(`${mac.ana}.cfg`);
    await refuse(port(), 48);
    await expect.poll(told).toMatchObject({ mac: mac.ana, address: "127.0.0.1", refused: "unknown-ca" });
    expect(bench.lines).toContainEqual(expect.stringMatching(/A TLS handshake failed.*"why":"unknown-ca"/));
    await fetchAsPhone(base, `${mac.ana}.cfg`, { tls: { ca: site.certificate } });
    expect(await told()).toBeUndefined();
  });
  it("is in the log once a minute, however often it tries", async () => {
    await Promise.all(Array.from({ length: 8 }, () => refuse(port(), 42)));
    await expect.poll(told).toMatchObject({ refused: "certificate" });
    expect(bench.lines.filter((line) => line.includes("A TLS handshake failed"))).toHaveLength(1);
  });
});
