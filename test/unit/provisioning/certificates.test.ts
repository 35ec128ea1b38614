import { X509Certificate } from "node:crypto";
import { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import type { DeviceAuthority } from "../../../src/model/index.js";
import { PhoneCertificates } from "../../../src/provisioning/serving/certificates.js";
import { type Held, Issuer } from "../../lab/certificate.js";

const mac = "805ec0aabbcc";
const day = 86_400_000;
const now = Date.now();
const root = new Issuer("Maker CA");
const between = new Issuer("Maker Issuing CA", {}, root);
const other = new Issuer("Other CA");
/** Of the same name and another key. */
const forged = new Issuer("Maker CA");
const device = (issuer: Issuer, more: object = {}): Held => issuer.issue({ names: [mac], ...more });

const judged = (
  own: { readonly certificate: string },
  others: readonly { readonly certificate: string }[] = [],
  makers: readonly Partial<DeviceAuthority>[] = [{}],
) => {
  const whole = makers.map((one) => ({ vendor: "yealink", ca: root.certificate, expired: "refused" as const, ...one }));
  const parsed = others.map(({ certificate }) => new X509Certificate(certificate));
  return new PhoneCertificates(whole).judge([new X509Certificate(own.certificate), ...parsed], now);
};
const right = { kind: "phone", mac, vendors: ["yealink"] };

describe("a phone's certificate counts", () => {
  test("by the maker's own root", () => {
    expect(judged(device(root))).toEqual(right);
  });
  test("by what the phone sends along, where that leads to the root", () => {
    expect(judged(device(between), [between])).toEqual(right);
    expect(judged(device(between), [other, between, root])).toEqual(right);
  });
  test("by what stands between, where the site trusts that", () => {
    expect(judged(device(between), [], [{ ca: between.certificate }])).toEqual(right);
  });
  test.each([
    ["digits alone", "805ec0aabbcc"],
    ["capital letters", "805EC0AABBCC"],
    ["colons", "80:5E:C0:AA:BB:CC"],
    ["dashes", "80-5e-c0-aa-bb-cc"],
    ["words around it", "SIP-T46U 805EC0AABBCC"],
  ])("with its MAC address in any form that makers write: %s", (_, name) => {
    expect(judged(root.issue({ names: [name] }))).toEqual(right);
  });
  test("where it says that it is for signing in, and where it says nothing of that", () => {
    expect(judged(device(root, { purposes: ["server", "client"] }))).toEqual(right);
  });
  test("for each make whose CA vouches for it, and for no other", () => {
    const makers = [{ vendor: "polycom", ca: other.certificate }, {}, { vendor: "snom" }];
    expect(judged(device(root), [], makers)).toEqual({ ...right, vendors: ["yealink", "snom"] });
  });
});

describe("a phone's certificate does not count", () => {
  const selfSigned = new Issuer(mac, { authority: false });
  const short = new Issuer("Maker CA", { authority: { length: 0 } });
  const underShort = new Issuer("Maker Issuing CA", {}, short);
  const noAuthority = new Issuer("Maker Issuing CA", { authority: false, signs: true }, root);
  const mute = new Issuer("Maker Issuing CA", { signs: false }, root);
  const riddle = new Issuer("Maker Issuing CA", { riddle: true }, root);
  test.each([
    ["by another CA", device(other), [other], "leads to no root"],
    ["by a CA of the same name", device(forged), [forged], "leads to no root"],
    ["by itself", selfSigned, [], "it vouches for itself"],
    ["where what stands between was not sent", device(between), [], "no root vouches for it"],
    ["where what stands between is no authority", device(noAuthority), [noAuthority], "no authority"],
    ["where what stands between may sign nothing", device(mute), [mute], "no root vouches"],
    ["where what stands between is another phone's", noAuthorityUnder(root), [device(root)], "no root vouches"],
    ["where the chain is longer than the root allows", device(underShort), [underShort], "longer than it may be"],
    ["where it asks for what is not understood", device(root, { riddle: true }), [], "not understood"],
    ["where what stands between asks for that", device(riddle), [riddle], "not understood"],
    ["where it is for servers alone", device(root, { purposes: ["server"] }), [], "not for signing in"],
    ["that is of a CA", new Issuer(mac, {}, root), [], "of an authority"],
    ["that is the maker's own", root, [], "0 MAC addresses"],
    ["with no MAC address in its name", root.issue({ names: ["SIP-T46U"] }), [], "holds 0 MAC addresses"],
    ["with two in its name", root.issue({ names: [`${mac} 805ec0aabb99`] }), [], "holds 2 MAC addresses"],
    ["with the same one twice", root.issue({ names: [`${mac},${mac}`] }), [], "holds 2 MAC addresses"],
    ["with two names", root.issue({ names: [mac, "805ec0aabb99"] }), [], "it has 2 names"],
    ["with no name", root.issue({ names: [] }), [], "it has 0 names"],
    ["with a longer number in its name", root.issue({ names: [`${mac}00`] }), [], "holds 0 MAC addresses"],
    ["that is not good yet", device(root, { from: now + day, until: now + 2 * day }), [], "it is not good yet"],
    ["that has expired", device(root, { from: now - 2 * day, until: now - day }), [], "it has expired"],
  ])("%s", (_, own, others, why) => {
    const makers = others.includes(underShort) ? [{ ca: short.certificate }] : [{}];
    expect(judged(own, others, makers)).toEqual({ kind: "flawed", why: expect.stringContaining(why) });
  });
});

/** A phone's certificate that another phone's key has signed. */
function noAuthorityUnder(by: Issuer): Held {
  return new Issuer("805ec0aabb99", { authority: false }, by).issue({ names: [mac] });
}

describe("one that has expired", () => {
  const over = { from: now - 2 * day, until: now - day };
  const accepted = [{ expired: "accepted" as const }];
  const late = new Issuer("Maker Issuing CA", over, root);
  const selfSigned = new Issuer(mac, { authority: false, ...over });
  test("counts where the site accepts that, and so does one whose chain has", () => {
    expect(judged(device(root, over), [], accepted)).toEqual(right);
    expect(judged(device(late, over), [late], accepted)).toEqual(right);
    expect(judged(device(late), [late])).toMatchObject({ why: expect.stringContaining("it has expired") });
  });
  test.each([
    ["another CA", device(other, over), [other], "no root"],
    ["a CA of the same name", device(forged, over), [forged], "no root"],
    ["itself", selfSigned, [], "vouches for itself"],
    ["a phone", noAuthorityUnder(root), [], "no root"],
    ["what asks for something unknown", device(root, { ...over, riddle: true }), [], "not understood"],
    ["what is for servers", device(root, { ...over, purposes: ["server"] }), [], "not for signing in"],
    ["a CA", new Issuer(mac, over, root), [], "of an authority"],
    ["what begins later", device(new Issuer("Maker CA", { from: now + day }, root), over), [], "no root"],
  ])("hides nothing else: by, or that is, %s", (_, own, others, why) => {
    expect(judged(own, others, accepted)).toEqual({ kind: "flawed", why: expect.stringContaining(why) });
  });
  test("is not one that has not begun, which no switch accepts", () => {
    const early = device(root, { from: now + day, until: now + 2 * day });
    expect(judged(early, [], accepted)).toMatchObject({ why: expect.stringContaining("not good yet") });
  });
  test("is accepted of one make and not of another", () => {
    const makers = [{ vendor: "polycom", expired: "accepted" as const }, { vendor: "yealink" }];
    expect(judged(device(root, over), [], makers)).toMatchObject({ vendors: ["polycom"] });
  });
});

describe("what a connection has shown", () => {
  const shown = (own: Held): TLSSocket =>
    Object.assign(Object.create(TLSSocket.prototype) as TLSSocket, {
      getPeerCertificate: () => {
        const { raw, fingerprint256 } = new X509Certificate(own.certificate);
        return { raw, fingerprint256 };
      },
      isSessionReused: () => false,
    });
  const makers = () => new PhoneCertificates([{ vendor: "yealink", ca: root.certificate, expired: "refused" }]);
  const own = device(root, { from: now - day, until: now + day });

  test("is judged anew after a minute: a connection may outlive its certificate", () => {
    const [certificates, socket] = [makers(), shown(own)];
    expect(certificates.shownBy(socket, now + day - 1_000)).toEqual(right);
    expect(certificates.shownBy(socket, now + day + 60_000)).toMatchObject({ kind: "flawed" });
  });
  test("is judged anew, too, once a clock that was ahead has been set right", () => {
    const [certificates, socket] = [makers(), shown(own)];
    expect(certificates.shownBy(socket, now + 400 * day)).toMatchObject({ kind: "flawed" });
    expect(certificates.shownBy(socket, now)).toEqual(right);
    expect(certificates.shownBy(shown(own), now)).toEqual(right);
  });
});
