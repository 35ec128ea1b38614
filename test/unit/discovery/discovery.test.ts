import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock/index.js";
import { Discovery, description, Sightings } from "../../../src/discovery/index.js";
import { isNeighbour, lanOf } from "../../../src/discovery/lan.js";
import { Pace } from "../../../src/discovery/pace.js";
import type { Mac } from "../../../src/model/index.js";

const mac = "805ec0aabbcc" as Mac;
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

describe("what has been seen", () => {
  test("is one device, however it shows itself; the first and the last time are kept", () => {
    let now = 1_000;
    const sightings = new Sightings({ now: () => now });
    sightings.take({ by: "pnp", mac, vendor: "Yealink", address: "192.0.2.31", interface: "eth0" });
    now = 2_000;
    sightings.take({ by: "provisioning", mac, firmware: "108.86.0.20", address: "192.0.2.32" });
    expect(sightings.all()).toEqual([
      {
        ...{ by: ["pnp", "provisioning"], mac, vendor: "Yealink", firmware: "108.86.0.20" },
        ...{ address: "192.0.2.32", interface: "eth0", firstAt: 1_000, lastAt: 2_000 },
      },
    ]);
  });

  test("is the newest first, and a flood pushes out what was seen longest ago", () => {
    const sightings = new Sightings({ now: () => 0 });
    for (let at = 0; at < 5_000; at += 1) sightings.take({ by: "ssdp", address: `10.0.${at >> 8}.${at & 255}` });
    expect(sightings.all()).toHaveLength(2_000);
    expect(sightings.all()[0]?.address).toBe("10.0.19.135");
  });
});

describe("whoever is no neighbour gets nothing", () => {
  const lan = { name: "eth0", address: "192.0.2.1", netmask: "255.255.255.0" };

  test.each([
    ["192.0.2.31", true],
    ["192.0.2.1", false],
    ["192.0.2.0", false],
    ["192.0.2.255", false],
    ["192.0.3.31", false],
    ["198.51.100.7", false],
    ["192.0.2.999", false],
    ["fe80::1", false],
  ])("%s", (address, is) => {
    expect(isNeighbour(lan, address)).toBe(is);
  });

  test("a network is the interface's first one of IPv4", () => {
    const info = { netmask: "255.255.255.0", mac: "00:00:00:00:00:00", internal: false, cidr: null };
    const all = {
      eth0: [
        { ...info, address: "fe80::1", family: "IPv6" as const, scopeid: 2 },
        { ...info, address: "192.0.2.1", family: "IPv4" as const },
      ],
    };
    expect(lanOf("eth0", all)).toEqual(lan);
    expect(lanOf("toString", all)).toBeUndefined();
    const own = { lo: [{ ...info, internal: true, address: "127.0.0.1", family: "IPv4" as const }] };
    expect(lanOf("lo", own)).toBeUndefined();
  });
});

test("so many are answered in a window, for each asker and for all", () => {
  const pace = new Pace({ each: 2, all: 3, windowMs: 1_000 });
  expect([pace.take("a", 0), pace.take("a", 1), pace.take("a", 2)]).toEqual([true, true, false]);
  expect([pace.take("b", 3), pace.take("c", 4)]).toEqual([true, false]);
  expect(pace.take("c", 1_000)).toBe(true);
});

test("a network that is not there is no error, and says so", async () => {
  const discovery = new Discovery({
    config: { interfaces: [{ name: "nowhere0", pnp: "listen", ssdp: "listen" }] },
    ...{ sightings: new Sightings(systemClock), gateway: "main", version: "1", clock: systemClock, log: quiet },
    publicUrl: () => "http://192.0.2.1:8080",
  });
  await discovery.start();
  const away = { interface: "nowhere0", state: "away", why: "nowhere0 has no network." };
  expect(discovery.discovered()).toEqual({
    standing: [
      { ...away, by: "pnp" },
      { ...away, by: "ssdp" },
    ],
    seen: [],
  });
  await discovery.stop();
});

test("the gateway's description is well-formed, whatever it is called", () => {
  const about = { gateway: "main", publicUrl: "http://192.0.2.1:8080", version: "1.0 <b>" };
  expect(description(about)).toMatch(
    /^<\?xml version="1.0" encoding="UTF-8"\?><root xmlns="urn:schemas-upnp-org:device-1-0">/,
  );
  expect(description(about)).toContain("<modelNumber>1.0 &lt;b&gt;</modelNumber><UDN>uuid:");
  expect(description(about)).toBe(description(about));
});
