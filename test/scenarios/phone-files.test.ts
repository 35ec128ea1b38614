import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPolycom } from "../contract/provisioning/strict-polycom.ts";
import { readYealink } from "../contract/provisioning/strict-yealink.ts";
import { bootPolycom, bootYealink, type Credentials, fetchAsPhone } from "../lab/phones/boot-phone.ts";
import { PolycomPhone } from "../lab/phones/polycom.ts";
import { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench } from "./bench.ts";
import { phoneAt, servedInFull } from "./phone-site.ts";

const mac = { kim: "805ec0aa3001", kims: "0004f2aa3001", ana: "805ec0aa2001", nobody: "805ec0aa9999" } as const;

let bench: GatewayBench;
let base: string;

beforeAll(async () => {
  bench = new GatewayBench({
    config: {
      phones: [
        phoneAt(mac.kim, "yealink", "T46U", kim.id),
        phoneAt(mac.kims, "polycom", "VVX411", kim.id),
        phoneAt(mac.ana, "yealink", "T46U", ana.id),
      ],
      provisioning: await servedInFull(),
    },
  });
  await bench.start();
  const opened = await bench.gateway.enrol({ macs: [mac.kim, mac.kims], minutes: 30 });
  if (!opened.ok) throw new Error(opened.sentence);
  base = opened.value.url;
});

afterAll(() => bench.stop());

const status = (got: readonly { readonly name: string; readonly method: string; readonly status: number }[]) =>
  got.map((one) => `${one.method} ${one.name} ${one.status}`);

/** Asks until the window gives this file no more. */
async function usedUp(name: string): Promise<void> {
  while ((await fetchAsPhone(base, name)).status === 200);
}

describe("a phone with another key", () => {
  const signIn = async (): Promise<Credentials> => {
    expect(await bench.gateway.enrol({ macs: [mac.nobody], minutes: 30 })).toMatchObject({ ok: true });
    const got = await fetchAsPhone(base, `${mac.nobody}.cfg`);
    const read = readYealink(got.body);
    if (!read.ok) throw new Error(read.complaint);
    const key = (name: string): string => read.keys.get(`static.auto_provision.server.${name}`) ?? "";
    return { user: key("username"), password: key("password") };
  };
  const wish = { mac: mac.nobody, vendor: "yealink", model: "T46U", extension: kim.extension };
  const asked = async (credentials: Credentials) => {
    await usedUp(`${mac.nobody}.cfg`);
    return (await fetchAsPhone(base, `${mac.nobody}.cfg`, { credentials })).status;
  };

  it("gets nothing more by what its file of before signed in with, and in a window what it signs in with now", async () => {
    const book = bench.gateway.phonesBook();
    expect(await book.add("os:root", wish)).toMatchObject({ ok: true });
    const before = await signIn();
    expect(await asked(before)).toBe(200);
    expect(await book.rotate("os:root", mac.nobody)).toMatchObject({ ok: true });
    expect(await asked(before)).toBe(401);
    const now = await signIn();
    expect(await asked(now)).toBe(200);
    expect(await asked(before)).toBe(401);
    await book.retire("os:root", mac.nobody);
    expect(await book.add("os:root", { ...wish, extension: ana.extension })).toMatchObject({ ok: true });
    expect(await asked(now)).toBe(401);
    await book.retire("os:root", mac.nobody);
  });
});

describe("a phone from the box, in its window", () => {
  let boots: {
    readonly yealink: Awaited<ReturnType<typeof bootYealink>>;
    readonly polycom: Awaited<ReturnType<typeof bootPolycom>>;
  };
  let yealinkKey: (name: string) => string;
  let polycomKey: (name: string) => string;
  let yealink: Credentials;
  let polycom: Credentials;

  beforeAll(async () => {
    boots = { yealink: await bootYealink(base, mac.kim), polycom: await bootPolycom(base, mac.kims) };
    const [one, other] = [readYealink(boots.yealink.at(-1)?.body ?? ""), readPolycom(boots.polycom[2]?.body ?? "")];
    if (!one.ok) throw new Error(one.complaint);
    if (!other.ok) throw new Error(other.complaint);
    yealinkKey = (name) => one.keys.get(name) ?? "";
    polycomKey = (name) => other.keys.get(name) ?? "";
    yealink = {
      user: yealinkKey("static.auto_provision.server.username"),
      password: yealinkKey("static.auto_provision.server.password"),
    };
    polycom = { user: polycomKey("device.prov.user"), password: polycomKey("device.prov.password") };
  });

  it("that is a Yealink is told everything in the order in which it asks, and its key opens the board", async () => {
    expect(status(boots.yealink)).toEqual([
      `GET ${mac.kim}.boot 404`,
      "GET y000000000000.boot 404",
      "GET y000000000108.cfg 404",
      `GET ${mac.kim}.cfg 200`,
    ]);
    expect(yealinkKey("account.1.password")).toBe("sip-kim");
    expect(yealinkKey("static.auto_provision.server.url")).toBe(base);
    const phone = new YealinkPhone();
    await phone.open(yealinkKey("linekey.2.value"));
    expect(phone.title()).toMatch(/Live calls|Starting/);
    await phone.stop();
  });

  it("that is a Polycom gets its master file and what that names; its logs are not taken", async () => {
    expect(status(boots.polycom)).toEqual([
      `PUT ${mac.kims}-boot.log 405`,
      `GET ${mac.kims}.cfg 200`,
      `GET earshot-${mac.kims}.cfg 200`,
      "GET sip.ld 404",
      `GET ${mac.kims}-phone.cfg 404`,
      `GET ${mac.kims}-web.cfg 404`,
      "GET 000000000000-license.cfg 404",
      `GET ${mac.kims}-directory.xml 404`,
      `HEAD ${mac.kims}-app.log 405`,
      `PUT ${mac.kims}-app.log 405`,
    ]);
    expect(polycomKey("reg.1.auth.password")).toBe("sip-kim");
    const phone = new PolycomPhone({ model: "VVX_411" });
    await phone.open(polycomKey("mb.main.home"));
    expect(phone.title()).toMatch(/Live calls|Starting/);
    await phone.stop();
  });

  it("gets each of its files three times by it, so that nobody asks later for what it has had", async () => {
    const again = async (name: string) => (await fetchAsPhone(base, name)).status;
    expect([await again(`${mac.kim}.cfg`), await again(`${mac.kim}.cfg`), await again(`${mac.kim}.cfg`)]).toEqual([
      ...[200, 200, 401],
    ]);
    const of = `earshot-${mac.kims}.cfg`;
    expect([await again(of), await again(of), await again(of)]).toEqual([200, 200, 401]);
  });

  it("signs in with what its file gave it, from then on", async () => {
    expect((await bootYealink(base, mac.kim, yealink)).at(-1)?.status).toBe(200);
    expect((await fetchAsPhone(base, `${mac.kim.toUpperCase()}.cfg`, { credentials: yealink })).status).toBe(200);
    expect((await fetchAsPhone(base, `earshot-${mac.kims}.cfg`, { credentials: polycom })).status).toBe(200);
  });

  it("opens no other phone's files with it", async () => {
    const refused = async (name: string, credentials: Credentials) =>
      expect((await fetchAsPhone(base, name, { credentials })).status).toBe(401);
    await Promise.all([usedUp(`${mac.kim}.cfg`), usedUp(`earshot-${mac.kims}.cfg`)]);
    await refused(`${mac.ana}.cfg`, yealink);
    await refused(`earshot-${mac.kims}.cfg`, yealink);
    await refused(`${mac.ana}.cfg`, { ...yealink, user: mac.ana });
    await refused(`${mac.kim}.cfg`, { ...yealink, password: "" });
  });

  it("is nobody's whom the configuration does not name: then none of them is opened", async () => {
    expect(await bench.gateway.enrol({ macs: [mac.ana, mac.nobody], minutes: 30 })).toEqual({
      ok: false,
      sentence: `There is no phone ${mac.nobody} here; nothing is opened.`,
    });
    expect((await fetchAsPhone(base, `${mac.ana}.cfg`)).status).toBe(401);
  });
});

describe("whoever tries", () => {
  it("cannot tell a phone that there is from one that there is not", async () => {
    const [there, not] = [await fetchAsPhone(base, `${mac.ana}.cfg`), await fetchAsPhone(base, `${mac.nobody}.cfg`)];
    const bare = ({ headers, status: code, body }: typeof there) => {
      const nonce = /nonce="[^"]*"/;
      return [
        code,
        body,
        { ...headers, date: "", "www-authenticate": String(headers["www-authenticate"]).replace(nonce, "") },
      ];
    };
    expect(bare(there)).toEqual(bare(not));
    expect(there.status).toBe(401);
  });

  it.each([
    "../healthz/x.cfg",
    "%2e%2e%2fearshot.yaml",
    `..%2f${mac.kim}.cfg`,
    `${mac.kim}.cfg%00.txt`,
    `${mac.kim}.cfg/../x`,
    `${mac.kim}.cfg;x`,
    "x".repeat(500),
    "%ff%fe",
    "secret.key",
    "earshot.db",
  ])("gets nothing by a trick in the path: %s", async (name) => {
    const { status: code, body } = await fetchAsPhone(base, name);
    expect([401, 400, 404, 414]).toContain(code);
    expect(body).not.toMatch(/sip-|password|version:1\.0\.0\.1/);
  });

  it("gets no credentials of another form taken for a digest", async () => {
    const basic = await fetch(`${base}${mac.ana}.cfg`, { headers: { authorization: `Basic ${btoa(`${mac.ana}:x`)}` } });
    expect(basic.status).toBe(401);
    const twice = `Digest username="${mac.ana}", username="${mac.kim}", response="x"`;
    expect((await fetch(`${base}${mac.ana}.cfg`, { headers: { authorization: twice } })).status).toBe(401);
  });

  it("stores nothing: a large PUT is refused", async () => {
    const sent = fetchAsPhone(base, `${mac.kim}-app.log`, { method: "PUT", body: "x".repeat(5_000_000) });
    // Refused before it is read: the connection may be cut while the phone still sends.
    expect(
      await sent.then(
        ({ status: code }) => code,
        () => 405,
      ),
    ).toBe(405);
  });

  it("is shown among the devices seen, and in the log, without a secret", async () => {
    const { seen } = await bench.gateway.seen();
    const found = (of: string) => seen.find((one) => one.mac === of);
    expect(found(mac.nobody)).toMatchObject({ by: ["provisioning"], address: "127.0.0.1" });
    expect(found(mac.kim)).toMatchObject({
      vendor: "Yealink",
      model: "T46U",
      firmware: "108.86.0.90",
      extension: kim.extension,
    });
    expect(found(mac.kims)).toMatchObject({ vendor: "Polycom", model: "VVX_411" });
    const log = bench.lines.join("\n");
    expect(log).toContain(`A phone that there is not was asked for {"address":"127.0.0.1","name":"${mac.nobody}"}`);
    expect(log).toContain("A phone's files were asked for with wrong credentials");
    expect(log).not.toMatch(/sip-kim|sip-ana|\/p\/[\w-]{22}/);
  });
});

describe("without `serve`", () => {
  it("nothing is there, and the order to open a window says what to write", async () => {
    const plain = new GatewayBench({});
    await plain.start();
    expect(await plain.gateway.enrol({ macs: [mac.kim], minutes: 1 })).toMatchObject({
      ok: false,
      sentence: expect.stringContaining("provisioning: { serve: true }"),
    });
    const { publicUrl } = await plain.gateway.status();
    expect((await fetchAsPhone(`${publicUrl}/c/`, `${mac.kim}.cfg`)).status).toBe(404);
    await plain.stop();
  });
});
