import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Phone as DeskPhone, Mac } from "../../src/model/index.ts";
import { GatewayBench } from "../scenarios/bench.ts";
import { ana, ben, kim } from "../unit/core/world.ts";
import { AsteriskLab } from "./asterisk.ts";
import { labPbx } from "./earshot-config.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone } from "./phone.ts";
import { Phones } from "./phones.ts";
import { headerOf } from "./sip-message.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
const lab = new AsteriskLab();
const phones = new Phones(lab);
const desk = (mac: string, vendor: string, model: string, owner: DeskPhone["owner"]): DeskPhone => ({
  ...{ mac: mac as Mac, vendor, model, owner, answer: "ring" },
});
const anas = desk("805ec0aa2001", "yealink", "T46U", ana.id);
const bens = desk("0004f2aa2002", "polycom", "VVX411", ben.id);
const kims = desk("000413aa3001", "snom", "D785", kim.id);

const policy = { hidden: "allowed", pagesFrom: "registered" } as const;

let bench: GatewayBench;
let at: Readonly<Record<"ana" | "ben" | "kim", Phone>>;

beforeAll(async () => {
  await lab.start();
  await phones.start();
  const add = (user: string, userAgent: string) =>
    phones.add({ account: lab.account(user), hz: TONES.agent, userAgent });
  at = {
    ana: await add("2001", "Yealink SIP-T46U 108.86.0.90 80:5e:c0:aa:20:01"),
    ben: await add("2002", "PolycomVVX-VVX_411-UA/5.9.5.0614_0004f2aa2002"),
    kim: await add("3001", "snomD785/10.1.64.14 000413AA3001"),
  };
  const settings = { ports: lab.ports, ari: lab.ariUser, ami: lab.amiUser };
  bench = new GatewayBench({ config: { pbx: labPbx(settings), phones: [anas, bens, kims], policy } });
  await bench.start();
  const able = async () => {
    const { pbx, missing } = await bench.gateway.status();
    return pbx === "connected" && !missing.includes("notify-push");
  };
  await vi.waitUntil(able, { timeout: 20_000 });
});

afterAll(async () => {
  await bench.stop();
  await phones.stop();
  await lab.stop();
});

/** The orders to read the configuration again that have come to a phone, the oldest first. */
const orders = (phone: Phone) => phone.messages.filter((one) => headerOf(one, "event")?.startsWith("check-sync"));

const order = async (macs: readonly Mac[], spread = 0): Promise<void> => {
  const done = await bench.gateway.resync({ macs, spread });
  if (!done.ok) throw new Error(done.sentence);
};

describe(`check-sync through Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  it("comes whole to each make, its event as it is written, without a body, in the order in which it is sent", async () => {
    // Two seconds: of two NOTIFYs at once Asterisk may let one overtake the other.
    await order([anas.mac, bens.mac, kims.mac], 2 / 60);
    const all = [at.ana, at.ben, at.kim];
    for (const phone of all) await phone.until(() => orders(phone)[0], "check-sync");
    const heard = all.flatMap((phone) => orders(phone));
    expect(heard.map((one) => [headerOf(one, "event"), headerOf(one, "content-type"), one.body])).toEqual([
      ["check-sync", undefined, ""],
      ["check-sync", undefined, ""],
      ["check-sync;reboot=false", undefined, ""],
    ]);
    const moments = heard.map((one) => one.at);
    expect(moments).toEqual([...moments].sort((one, other) => one - other));
    const rows = await bench.gateway.phoneFiles();
    expect(rows.map(({ resync }) => resync?.state)).toEqual(["asked", "asked", "ordered"]);
  });

  it("does not come to a phone in a call, and comes when that is over", async () => {
    const customer = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    const out = await customer.dial("2001", { identity: { number: "+4930123456", name: "Carla Voss" } });
    await (await at.ana.incoming()).answer();
    await out.answered();
    const light = await bench.busyLight();
    await light.until(() => light.heard.some(({ payload }) => payload.includes('"talking"')), 20_000);
    const standing = async (mac: Mac) =>
      (await bench.gateway.phoneFiles()).find((one) => one.mac === mac)?.resync?.state;
    const [before, others] = [orders(at.ana).length, orders(at.ben).length];
    await order([anas.mac, bens.mac]);
    await at.ben.until(() => orders(at.ben)[others], "the other phone's");
    await at.ana.settle();
    expect(orders(at.ana).length).toBe(before);
    expect(await standing(anas.mac)).toBe("waits");
    await out.hangUp();
    await at.ana.until(() => orders(at.ana)[before], "check-sync after the call");
    const texts = at.ana.sip.map(({ text }) => text);
    const last = (shape: RegExp): number => texts.findLastIndex((text) => shape.test(text));
    expect(last(/^NOTIFY .*\r\nEvent: check-sync\r\n/s)).toBeGreaterThan(last(/^BYE /));
    await expect.poll(() => standing(anas.mac), { timeout: 10_000 }).toBe("asked");
  });

  it("tells of a phone that is not registered", async () => {
    await at.ben.unregister();
    await order([bens.mac]);
    await expect
      .poll(async () => (await bench.gateway.phoneFiles())[1]?.resync, { timeout: 10_000 })
      .toMatchObject({ state: "failed", why: "the phone is not registered" });
    await at.ben.register();
  });
});

/** Asks from another address of this machine. */
const askedFrom = (localAddress: string, url: string): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { localAddress }, (reply) => {
      let body = "";
      reply.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, body }));
    });
    asked.on("error", reject).end();
  });

describe("where Asterisk has a phone registered", () => {
  const rowOf = async (mac: Mac) =>
    (await bench.gateway.phones({ showUrls: true })).find((one) => one.mac === mac) ?? expect.fail(`no ${mac}`);

  it("is known of each phone, with its end", async () => {
    const where = { registered: true, hosts: ["127.0.0.1"] };
    const known = async () => {
      const rows = await bench.gateway.phones({ showUrls: false });
      return rows.map(({ registration }) => registration);
    };
    await expect.poll(known, { timeout: 40_000 }).toMatchObject([where, where, where]);
  });

  it("a phone's token opens its pages from there, and from another address it is as good as none", async () => {
    const { url = "" } = await rowOf(kims.mac);
    expect((await askedFrom("127.0.0.1", url)).status).toBe(200);
    const stolen = await askedFrom("127.0.0.2", url);
    expect(stolen).toEqual(await askedFrom("127.0.0.2", url.replace(/\/p\/[^/]+/, `/p/${"A".repeat(22)}`)));
    expect(stolen.status).toBe(404);
    expect((await rowOf(kims.mac)).strayed).toMatchObject({ count: 1, lastFrom: "127.0.0.2" });
  });

  it("a phone that is registered no more opens nothing, and once it is again it does", async () => {
    const { url = "" } = await rowOf(kims.mac);
    const status = async () => {
      // It tells that it has registered, or has not: the PBX is asked.
      await askedFrom("127.0.0.1", `${url}phone/registered`);
      return (await askedFrom("127.0.0.1", url)).status;
    };
    await at.kim.unregister();
    await expect.poll(status, { timeout: 20_000, interval: 500 }).toBe(404);
    await at.kim.register();
    await expect.poll(status, { timeout: 20_000, interval: 500 }).toBe(200);
  });
});
