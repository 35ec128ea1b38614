import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { serverCertificate } from "../lab/certificate.ts";
import { fetchFile } from "../lab/phones/boot-line.ts";
import { BoxedPolycom } from "../lab/phones/boxed-polycom.ts";
import { BoxedYealink } from "../lab/phones/boxed-yealink.ts";

const lan = { address: "127.0.0.1", names: { "phones.example": "127.0.0.1", "other.example": "127.0.0.1" } };
const [site, stranger] = [serverCertificate([], ["phones.example"]), serverCertificate([], ["phones.example"])];
const mac = "805ec0aabb01";

describe("a phone from its box, as strict as its manual", () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  /** A server of files with a certificate of the site's authority, and what it is refused with. */
  async function serving(
    files: Readonly<Record<string, string>> = {},
  ): Promise<{ port: number; alert: Promise<string> }> {
    const made = createServer({ cert: site.certificate, key: site.key }, (socket) => {
      socket.once("data", (asked) => {
        const text = files[/^\w+ \/(\S*)/.exec(asked.toString())?.[1] ?? ""];
        const head = `HTTP/1.1 ${text === undefined ? "404 Not Found" : "200 OK"}\r\nContent-Length: ${text?.length ?? 0}`;
        socket.end(`${head}\r\nConnection: close\r\n\r\n${text ?? ""}`);
      });
      socket.on("error", () => undefined);
    });
    server = made;
    const alert = new Promise<string>((told) => {
      made.on("tlsClientError", (error) => {
        const found = /alert number (\d+)|SSL alert number (\d+)/.exec(error.message)?.slice(1).find(Boolean);
        if (found !== undefined) told(found);
      });
    });
    made.listen(0, "127.0.0.1");
    await once(made, "listening");
    return { port: (made.address() as AddressInfo).port, alert };
  }

  it("takes a file from a server whose certificate it believes", async () => {
    const { port } = await serving({ "one.cfg": "text" });
    const got = await fetchFile(lan, `https://phones.example:${port}/one.cfg`, { userAgent: "a", trusted: [site.ca] });
    expect(got).toMatchObject({ status: 200, body: "text" });
  });

  it.each([
    ["an authority it does not know", "phones.example", [stranger.ca], "unknown_ca", "48"],
    ["whom it knows nobody", "phones.example", [], "unknown_ca", "48"],
    ["another name", "other.example", [site.ca], "bad_certificate", "42"],
  ])("refuses a certificate of %s, with the alert for it", async (_, name, trusted, refused, number) => {
    const { port, alert } = await serving({ "one.cfg": "text" });
    const got = await fetchFile(lan, `https://${name}:${port}/one.cfg`, { userAgent: "a", trusted });
    expect(got).toMatchObject({ status: 0, body: "", refused });
    expect(await alert).toBe(number);
  });

  const first = "#!version:1.0.0.1\n";
  it.each([
    ["a key it does not know", `${first}account.1.colour = red\n`, /does not know account\.1\.colour/],
    ["a value that it has no room for", `${first}linekey.2.value = http://a/${"x".repeat(99)}\n`, /takes no linekey/],
    ["a line that is none", `${first}account.1.enable: 1\n`, /cannot read/],
    ["another first line", "#!version:1.0.0.2\n", /does not begin/],
    ["an authority that is not there", `${first}static.trusted_certificates.url = http://a.example/ca.pem\n`, /./],
  ])("a Yealink complains about %s", async (_, text, complaint) => {
    const { port } = await serving({ [`${mac}.cfg`]: text });
    const names = { ...lan.names, "a.example": "127.0.0.1" };
    const phone = new BoxedYealink({ mac, lan: { ...lan, names }, builtIn: [site.ca] });
    phone.type("static.auto_provision.pnp_enable", "0");
    phone.type("static.auto_provision.server.url", `https://phones.example:${port}/`);
    await phone.powerOn().catch((error: unknown) => phone.complaints.push(String(error)));
    expect(phone.complaints.join()).toMatch(complaint);
  });

  const parameters = (attributes: string): string =>
    `<?xml version="1.0"?>\n<PHONE_CONFIG><all ${attributes}/></PHONE_CONFIG>`;
  it.each([
    ["a parameter it does not know", parameters('reg.1.colour="red"'), /does not know reg\.1\.colour/],
    ["a device parameter that is not set", parameters('device.prov.user="a"'), /not to set it/],
    ["a document that is not well-formed", "<PHONE_CONFIG><all></PHONE_CONFIG>", /./],
    ["a file that is not there", undefined, /got nothing/],
  ])("a Polycom complains about %s", async (_, text, complaint) => {
    const files = {
      [`${mac}.cfg`]: '<APPLICATION CONFIG_FILES="one.cfg"/>',
      ...(text !== undefined && { "one.cfg": text }),
    };
    const { port } = await serving(files);
    const dhcp = { 160: `https://phones.example:${port}/` };
    const phone = new BoxedPolycom({ mac, lan, builtIn: [site.ca], dhcp });
    await phone.powerOn();
    expect(phone.complaints.join()).toMatch(complaint);
  });

  it.each([
    ["at once", true, "805ec0aabb01.boot 805ec0aabb01.cfg other/805ec0aabb01.boot other/805ec0aabb01.cfg"],
    ["when it is started again", false, "805ec0aabb01.boot 805ec0aabb01.cfg"],
  ])("a Yealink goes to another server %s, by its switch", async (_, followsAtOnce, asked) => {
    const files: Record<string, string> = {};
    const { port } = await serving(files);
    const at = `https://phones.example:${port}/`;
    files[`${mac}.cfg`] = `${first}static.auto_provision.server.url = ${at}other/\n`;
    const phone = new BoxedYealink({ mac, lan, builtIn: [site.ca], followsAtOnce });
    phone.type("static.auto_provision.pnp_enable", "0");
    phone.type("static.auto_provision.server.url", at);
    await phone.powerOn();
    const names = phone.fetched.map(({ url }) => url.replace(/^https:\/\/[^/]*\//, ""));
    expect(names.filter((name) => name.includes(mac)).join(" ")).toBe(asked);
  });

  it.each([true, false])("a Polycom believes an authority in no list, by its switch: %s", async (believesLoaded) => {
    const { port } = await serving({
      [`${mac}.cfg`]: '<APPLICATION CONFIG_FILES="one.cfg"/>',
      "one.cfg": parameters('reg.1.label="a"'),
    });
    const dhcp = { 160: `https://phones.example:${port}/` };
    const phone = new BoxedPolycom({ mac, lan, builtIn: [], dhcp, believesLoaded });
    phone.type("device.sec.TLS.customCaCert1", site.ca.replaceAll("\n", " "));
    await phone.powerOn();
    expect(phone.setting("reg.1.label")).toBe(believesLoaded ? "a" : undefined);
  });

  it.each(["left", "right"])("of two files of a Polycom the left-most counts: %s", async (which) => {
    const named = which === "left" ? "one.cfg, two.cfg" : "two.cfg, one.cfg";
    const { port } = await serving({
      [`${mac}.cfg`]: `<APPLICATION CONFIG_FILES="${named}"/>`,
      "one.cfg": parameters('reg.1.label="left"'),
      "two.cfg": parameters('reg.1.label="right"'),
    });
    const dhcp = { 160: `https://phones.example:${port}/` };
    const phone = new BoxedPolycom({ mac, lan, builtIn: [site.ca], dhcp });
    await phone.powerOn();
    expect(phone.setting("reg.1.label")).toBe(which);
  });
});
