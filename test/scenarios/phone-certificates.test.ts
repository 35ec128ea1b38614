import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readYealink } from "../contract/provisioning/strict-yealink.ts";
import { type Held, Issuer, type Wish } from "../lab/certificate.ts";
import { bootPolycom, bootYealink, fetchAsPhone, type PhoneTls } from "../lab/phones/boot-phone.ts";
import { ana, kim } from "../unit/core/world.ts";
import { shake } from "../unit/http/tls-phone.ts";
import { GatewayBench } from "./bench.ts";
import { ownHttps, phoneAt, servedInFull } from "./phone-site.ts";

const mac = { kim: "805ec0aa3001", kims: "0004f2aa3001", ana: "805ec0aa2001", nobody: "805ec0aa9999" } as const;
const day = 86_400_000;
const now = Date.now();
const site = new Issuer("Site CA");
const yealinks = new Issuer("Maker of Yealinks");
const issuing = new Issuer("Maker of Yealinks, issuing", {}, yealinks);
const polycoms = new Issuer("Maker of Polycoms");
const stranger = new Issuer("Maker of Yealinks");

let bench: GatewayBench;
let base: string;
let origin: string;

beforeAll(async () => {
  bench = new GatewayBench({
    config: {
      http: await ownHttps(site),
      phones: [
        phoneAt(mac.kim, "yealink", "T46U", kim.id),
        phoneAt(mac.kims, "polycom", "VVX411", kim.id),
        phoneAt(mac.ana, "yealink", "T46U", ana.id),
      ],
      provisioning: {
        ...(await servedInFull()),
        certificates: [
          { vendor: "yealink", ca: yealinks.certificate, expired: "refused" },
          { vendor: "polycom", ca: polycoms.certificate, expired: "accepted" },
        ],
      },
    },
  });
  await bench.start();
  const opened = await bench.gateway.enrol({ macs: [mac.ana], minutes: 30 });
  if (!opened.ok) throw new Error(opened.sentence);
  base = opened.value.url;
  origin = new URL(base).origin;
});

afterAll(() => bench.stop());

/** What a phone believes, and what it shows. */
const shows = (own?: Held, behind = ""): PhoneTls => ({
  ca: site.certificate,
  ...(own && { own: { certificate: own.certificate + behind, key: own.key } }),
});
const made = (by: Issuer, name: string, more: Partial<Wish> = {}): Held => by.issue({ names: [name], ...more });
const statusOf = async (name: string, tls: PhoneTls): Promise<number> =>
  (await fetchAsPhone(base, name, { tls })).status;
const logged = (sentence: string): readonly string[] => bench.lines.filter((line) => line.includes(sentence));

describe("a phone that shows the certificate that it was made with", () => {
  it("gets its own files, a Yealink by what its maker issues by", async () => {
    const boot = await bootYealink(base, mac.kim, undefined, shows(made(issuing, mac.kim), issuing.certificate));
    expect(boot.map(({ status }) => status)).toEqual([404, 404, 404, 200]);
    const read = readYealink(boot.at(-1)?.body ?? "");
    expect(read.ok && read.keys.get("account.1.password")).toBe("sip-kim");
    expect(logged(`"mac":"${mac.kim}","name":"${mac.kim}.cfg","by":"certificate"`)).toHaveLength(1);
  });

  it("and a Polycom, by one that has run out where the site accepts that", async () => {
    const tls = shows(made(polycoms, mac.kims, { from: now - 2 * day, until: now - day }));
    const boot = await bootPolycom(base, mac.kims, undefined, tls);
    expect(boot.filter(({ status }) => status === 200).map(({ name }) => name)).toEqual([
      `${mac.kims}.cfg`,
      `earshot-${mac.kims}.cfg`,
    ]);
  });

  it("gets them by its password too, whatever certificate stands beside that", async () => {
    const { body } = await fetchAsPhone(base, `${mac.kim}.cfg`, { tls: shows(made(yealinks, mac.kim)) });
    const read = readYealink(body);
    const key = (name: string): string => (read.ok && read.keys.get(`static.auto_provision.server.${name}`)) || "";
    const credentials = { user: key("username"), password: key("password") };
    const asked = (tls: PhoneTls) => fetchAsPhone(base, `${mac.kim}.cfg`, { credentials, tls });
    expect((await asked(shows())).status).toBe(200);
    expect((await asked(shows(made(stranger, mac.kim)))).status).toBe(200);
  });
});

describe("a phone's files are refused, and that is in the log, to whoever shows", () => {
  const cases: readonly (readonly [string, () => Held, string, string])[] = [
    ["one by another CA of that name", () => made(stranger, mac.kim), mac.kim, "no root vouches for it"],
    ["one that vouches for itself", () => new Issuer(mac.kim, { authority: false }), mac.kim, "it vouches for itself"],
    ["one by the CA of another make", () => made(polycoms, mac.kim), mac.kim, "by the CA of polycom"],
    [
      "one that has expired",
      () => made(yealinks, mac.kim, { from: now - 2 * day, until: now - day }),
      mac.kim,
      "it has expired",
    ],
    [
      "one that is not good yet",
      () => made(yealinks, mac.kim, { from: now + day, until: now + 2 * day }),
      mac.kim,
      "not good yet",
    ],
    [
      "one of another make that is not good yet",
      () => made(polycoms, mac.kims, { from: now + day, until: now + 2 * day }),
      mac.kims,
      "not good yet",
    ],
    [
      "one with the MAC addresses of two",
      () => made(yealinks, `${mac.kim} ${mac.ana}`),
      mac.kim,
      "holds 2 MAC addresses",
    ],
    ["one with two names", () => yealinks.issue({ names: [mac.kim, mac.ana] }), mac.kim, "it has 2 names"],
    ["one without what stands between", () => made(issuing, mac.kim), mac.kim, "no root vouches for it"],
    ["the certificate of a CA", () => new Issuer(mac.kim, {}, yealinks), mac.kim, "of an authority"],
  ];
  it.each(cases)("%s", async (_, own, of, why) => {
    expect(await statusOf(of === mac.kims ? `earshot-${of}.cfg` : `${of}.cfg`, shows(own()))).toBe(401);
    // What is said of a phone and an address already is counted alone.
    const warned = bench.lines.filter((line) => line.startsWith("warn"));
    const lines = warned.filter((line) => line.includes(`"mac":"${of}"`) && line.includes(why));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/PRIVATE|BEGIN|sip-/);
  });

  it("another phone's, with both MAC addresses, even in the phone's own window", async () => {
    const own = shows(made(yealinks, mac.kim));
    expect(await statusOf(`${mac.ana}.cfg`, own)).toBe(401);
    const told = logged("with another's certificate").at(-1);
    expect(told).toContain(`"mac":"${mac.ana}","certificate":"${mac.kim}"`);
    expect(await statusOf(`${mac.ana}.cfg`, shows())).toBe(200);
  });

  it("another phone's, again and again: it waits, and nobody behind the same address does", async () => {
    const own = shows(made(yealinks, "805ec0aa7777"));
    await Promise.all(Array.from({ length: 10 }, () => statusOf(`${mac.ana}.cfg`, own)));
    const asked = performance.now();
    const timed = async (status: Promise<number>) => [await status, performance.now() - asked] as const;
    const [device, another] = await Promise.all([
      timed(statusOf(`${mac.ana}.cfg`, own)),
      timed(statusOf(`${mac.kim}.cfg`, shows())),
    ]);
    expect([device[0], another[0]]).toEqual([401, 401]);
    expect(device[1]).toBeGreaterThan(11_900);
    expect(another[1]).toBeLessThan(device[1]);
  });

  it("its own, for a phone that there is not, and for a file that is nobody's", async () => {
    const own = shows(made(yealinks, mac.nobody));
    expect(await statusOf(`${mac.nobody}.cfg`, own)).toBe(401);
    expect(await statusOf("secret.key", own)).toBe(401);
  });

  it("nothing at all", async () => {
    expect(await statusOf(`${mac.kim}.cfg`, shows())).toBe(401);
  });
});

describe("a phone's certificate opens", () => {
  it("no pages, no API and no desk", async () => {
    const tls = shows(made(yealinks, mac.kim));
    const status = async (path: string) => (await fetchAsPhone(`${origin}/`, path, { tls })).status;
    expect(await status(`p/${"A".repeat(26)}/`)).toBe(404);
    expect(await status(`p/${mac.kim}/`)).toBe(404);
    expect(await status("api/v1/people")).toBe(401);
    expect(await status("desk/news")).toBe(404);
  });

  it("no file on a later connection that shows none, though it goes on with the session of before", async () => {
    const own = made(yealinks, mac.kim);
    const port = Number(new URL(base).port);
    const path = `/c/${mac.kim}.cfg`;
    const trust = { ca: site.certificate, maxVersion: "TLSv1.2" } as const;
    const first = await shake(port, path, { ...trust, cert: own.certificate, key: own.key });
    expect(first).toMatchObject({ status: 200 });
    const later = await shake(port, path, { ...trust, ...(first.session && { session: first.session }) });
    expect(later).toMatchObject({ status: 401, resumed: false });
  });
});
