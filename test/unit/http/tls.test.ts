import { X509Certificate } from "node:crypto";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ageOf, readServerIdentity } from "../../../src/config/index.ts";
import type { PhoneServerOptions } from "../../../src/http/index.ts";
import type { Clock } from "../../../src/model/index.ts";
import { type Held, Issuer } from "../../lab/certificate.ts";
import { dataFolder } from "../../lab/data-folder.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { raw, served } from "./fixture.ts";
import { refuse, shake } from "./tls-phone.ts";

const day = 86_400_000;
const authority = new Issuer("Site CA");
const other = new Issuer("Other CA");
const maker = new Issuer("Maker CA");
const ours = (more: object = {}): Held => authority.issue({ names: ["earshot"], hosts: ["127.0.0.1"], ...more });
const serialOf = ({ certificate }: Held): string => new X509Certificate(certificate).serialNumber;
const trust = { ca: authority.certificate };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server with TLS; its certificate can be written anew, and its clock moved. */
async function secure(
  first: Held = ours(),
  more: Partial<NonNullable<PhoneServerOptions["tls"]>> = {},
  start: number = Date.now(),
) {
  const folder = await dataFolder("tls");
  const files = { certFile: join(folder, "own.crt"), keyFile: join(folder, "own.key") };
  const write = ({ certificate, key }: Partial<Held>): void => {
    if (certificate !== undefined) writeFileSync(files.certFile, certificate);
    if (key !== undefined) writeFileSync(files.keyFile, key);
  };
  write(first);
  const clock = new VirtualClock(start);
  const told: string[] = [];
  const lines: string[] = [];
  const log = (level: string) => (about: object, sentence: string) => {
    lines.push(`${level} ${sentence} ${JSON.stringify(about)}`);
  };
  const at = await served({
    publicUrl: "https://127.0.0.1:0",
    tls: {
      ...{ files, read: readServerIdentity, age: ageOf, authorities: [], clock: clock as Clock },
      refused: (address, why) => void told.push(`${address} ${why}`),
      log: { info: log("info"), warn: log("warn"), error: log("error") },
      ...more,
    },
  });
  closing.push(() => at.server.stop());
  return { ...at, certFile: files.certFile, write, clock, told, lines };
}

describe("with a certificate of its own the server", () => {
  test("speaks https to who believes its CA, TLS 1.2 and 1.3, and the launcher is an https address", async () => {
    const at = await secure();
    expect(at.launcher).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/p\//);
    const path = new URL(at.launcher).pathname;
    expect(await shake(at.port, path, { ...trust, maxVersion: "TLSv1.2" })).toMatchObject({ status: 200 });
    expect(await shake(at.port, path, { ...trust, minVersion: "TLSv1.3" })).toMatchObject({ status: 200 });
  });

  test("speaks nothing older, and no plain http", async () => {
    const at = await secure();
    const old = { ...trust, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    expect(await shake(at.port, "/healthz", old)).toMatchObject({ why: expect.stringContaining("PROTOCOL_VERSION") });
    expect(await raw(at.port, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")).not.toContain("200");
    await expect.poll(() => at.told).toEqual(["127.0.0.1 version", "127.0.0.1 plain"]);
  });

  test("lets nobody wait for a crowd that shakes hands from another address", async () => {
    const at = await secure();
    let answered = 0;
    const crowd = Array.from({ length: 100 }, async () => {
      await shake(at.port, "/healthz", { ...trust, localAddress: "127.0.0.2" });
      answered += 1;
    });
    expect(await shake(at.port, "/healthz", trust)).toMatchObject({ status: 200 });
    expect(answered).toBeLessThan(50);
    await Promise.all(crowd);
  });

  test("does not start with a key of another certificate", async () => {
    const starting = secure({ certificate: ours().certificate, key: ours().key });
    await expect(starting).rejects.toMatchObject({ code: "tls", message: expect.stringContaining("is not that of") });
  });

  test("lets nobody hold a connection by a handshake that does not end", { timeout: 20_000 }, async () => {
    const at = await secure();
    const socket = connect(at.port, "127.0.0.1");
    await new Promise((closed) => socket.on("error", closed).on("close", closed).resume());
    expect(socket.bytesRead).toBe(0);
  });

  test("counts connections before their handshake: of one address no more than 512", async () => {
    const at = await secure();
    const sockets = Array.from({ length: 512 }, () => connect(at.port, "127.0.0.1"));
    await Promise.all(sockets.map((one) => new Promise((open) => one.on("error", open).once("connect", open))));
    expect(await shake(at.port, "/healthz", trust)).toHaveProperty("why");
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => shake(at.port, "/healthz", trust), { timeout: 20_000 }).toMatchObject({ status: 200 });
  });
});

describe("a certificate that is renewed", () => {
  test("is taken up without a restart", async () => {
    const [before, after] = [ours({ until: Date.now() + 90 * day }), ours({ until: Date.now() + 90 * day })];
    const at = await secure(before);
    expect(await shake(at.port, "/healthz", trust)).toMatchObject({ serial: serialOf(before) });
    at.write(after);
    await at.clock.advance(60_000);
    expect(await shake(at.port, "/healthz", trust)).toMatchObject({ status: 200, serial: serialOf(after) });
    expect(at.lines).toEqual([expect.stringContaining("A new certificate was taken up")]);
  });

  test.each([
    ["no certificate", { certificate: "nothing" }, "holds no certificate"],
    ["another's key", { key: ours().key }, "is not that of the certificate"],
    ["one that TLS does not take", ours({ weak: true }), "cannot be used for TLS"],
    ["one that has expired", ours({ from: Date.now() - 2 * day, until: Date.now() - day }), "which was good until"],
    ["one that is not good yet", ours({ from: Date.now() + day, until: Date.now() + 90 * day }), "is good from"],
  ])("and is %s is not taken; the one before goes on, and it is told once", async (_, broken, why) => {
    const before = ours({ until: Date.now() + 90 * day });
    const at = await secure(before);
    at.write(broken);
    await at.clock.advance(180_000);
    expect(await shake(at.port, "/healthz", trust)).toMatchObject({ status: 200, serial: serialOf(before) });
    expect(at.lines).toEqual([expect.stringMatching(`^error The new certificate is not taken.*${why}`)]);
    expect(at.lines.join()).not.toMatch(/PRIVATE|MI[A-Z]{2}/);
  });

  test("at a place that leads nowhere is not taken; the one before goes on, and it is told once", async () => {
    const before = ours({ until: Date.now() + 90 * day });
    const at = await secure(before);
    rmSync(at.certFile);
    symlinkSync(at.certFile, at.certFile);
    await at.clock.advance(180_000);
    expect(await shake(at.port, "/healthz", trust)).toMatchObject({ status: 200, serial: serialOf(before) });
    expect(at.lines).toEqual([expect.stringMatching("^error The new certificate is not taken.*cannot be read")]);
  });

  test("in two steps is taken with the second", async () => {
    const [before, after] = [ours({ until: Date.now() + 90 * day }), ours({ until: Date.now() + 90 * day })];
    const at = await secure(before);
    at.write({ certificate: after.certificate });
    await at.clock.advance(60_000);
    expect(await shake(at.port, "/healthz", trust)).toMatchObject({ serial: serialOf(before) });
    at.write({ key: after.key });
    await at.clock.advance(60_000);
    expect(await shake(at.port, "/healthz", trust)).toMatchObject({ serial: serialOf(after) });
  });

  test("too late is said when its end is near, and when it is past, once each", async () => {
    const at = await secure(ours({ until: Date.now() + 31 * day }));
    await at.clock.advance(day - 120_000);
    expect(at.lines).toEqual([]);
    await at.clock.advance(240_000);
    expect(at.lines).toEqual([expect.stringContaining("renew it")]);
    await at.clock.advance(30 * day);
    expect(at.lines.slice(1)).toEqual([expect.stringContaining("phones refuse it")]);
  });

  test("is looked for no more once the server has stopped", async () => {
    const at = await secure();
    await at.server.stop();
    expect(at.clock.waiting()).toBe(0);
  });
});

describe("a session of before", () => {
  const session = async (version: "TLSv1.2" | "TLSv1.3", authorities: readonly string[]) => {
    const at = await secure(ours(), { authorities });
    const own = maker.issue({ names: ["805ec0aabbcc"] });
    const shown = { ...trust, cert: own.certificate, key: own.key, minVersion: version, maxVersion: version } as const;
    const first = await shake(at.port, "/healthz", shown);
    return shake(at.port, "/healthz", {
      ...trust,
      ...(first.session && { session: first.session }),
      maxVersion: version,
    });
  };
  test("is taken up again where nobody is asked for a certificate", async () => {
    expect(await session("TLSv1.2", [])).toMatchObject({ status: 200, resumed: true });
    expect(await session("TLSv1.3", [])).toMatchObject({ status: 200, resumed: true });
  });
  test("is never where a certificate stands for a phone: each connection shows its own", async () => {
    expect(await session("TLSv1.2", [maker.certificate])).toMatchObject({ status: 200, resumed: false });
    expect(await session("TLSv1.3", [maker.certificate])).toMatchObject({ status: 200, resumed: false });
  });
});

describe("who refuses the server's certificate is told of, with the reason", () => {
  test.each([
    [48, "unknown-ca"],
    [45, "expired"],
    [42, "certificate"],
    [43, "certificate"],
    [44, "certificate"],
    [46, "certificate"],
    [40, "version"],
    [70, "version"],
  ])("by alert %d as %s", async (alert, why) => {
    const at = await secure();
    await refuse(at.port, alert);
    await expect.poll(() => at.told).toEqual([`127.0.0.1 ${why}`]);
  });

  test("and who just hangs up is not", async () => {
    const at = await secure();
    expect(await shake(at.port, "/healthz", { ca: other.certificate, maxVersion: "TLSv1.2" })).toHaveProperty("why");
    await refuse(at.port, 48);
    await expect.poll(() => at.told).toEqual(["127.0.0.1 unknown-ca"]);
  });
});
