import { beforeEach, describe, expect, it } from "vitest";
import { PhonePlaces, PhoneRegistry } from "../../../src/control/index.ts";
import type { Extension, Mac, Phone, PhoneState, Registered } from "../../../src/model/index.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { ana, everybody, kim } from "./world.ts";

const mac = "805ec0aa2001" as Mac;
const anas: Phone = { mac, vendor: "yealink", model: "T46U", owner: ana.id, answer: "ring" };
const other = "805ec0aa2999" as Mac;
const drawn = "020000000001" as Mac;
const ever = Number.MAX_SAFE_INTEGER;
const at = (host: string, more: Partial<Registered> = {}): Registered => ({
  ...{ macs: [], hosts: [host], until: ever },
  ...more,
});

let clock: VirtualClock;
let phones: PhoneRegistry;
let kept: Map<Mac, PhoneState>;
let pbx: ReadonlyMap<Extension, readonly Registered[]> | undefined;
let asked: number;
let places: PhonePlaces;

beforeEach(() => {
  clock = new VirtualClock();
  phones = new PhoneRegistry([anas], (error) => {
    throw error;
  });
  kept = new Map();
  asked = 0;
  places = make();
});

function make(): PhonePlaces {
  return new PhonePlaces({
    ...{ phones, clock, log: { info: () => {}, warn: () => {}, error: () => {} } },
    extensionOf: (id) => everybody.find((one) => one.id === id)?.extension,
    pbx: {
      registered: async () => {
        asked += 1;
        return pbx;
      },
    },
    states: {
      of: (one) => kept.get(one) ?? {},
      keep: (one, now) => void kept.set(one, { ...kept.get(one), ...now }),
    },
  });
}

/** The PBX tells this of Ana's account from now on, and is asked. */
async function tells(...devices: readonly Registered[]): Promise<void> {
  pbx = new Map([[ana.extension, devices]]);
  await clock.advance(1_000);
  await places.refresh();
}

const place = (from: string) => places.placeOf(mac, from);

describe("where a request comes from", () => {
  it("is there where its phone is registered, and elsewhere at any other address", async () => {
    await tells(at("192.0.2.7"));
    expect([place("192.0.2.7"), place("192.0.2.8"), place("127.0.0.1")]).toEqual(["there", "elsewhere", "elsewhere"]);
  });

  it.each(["::ffff:192.0.2.7", "::FFFF:C000:207", "[::ffff:192.0.2.7]"])("is the same written as %s", async (from) => {
    await tells(at("192.0.2.7"));
    expect(place(from)).toBe("there");
  });

  it("is the same however an IPv6 address is written", async () => {
    await tells(at("2001:db8::7"));
    expect([place("2001:0db8:0:0::0007"), place("fe80::7%eth0")]).toEqual(["there", "elsewhere"]);
  });

  it("behind a router counts as there by both addresses that the PBX has", async () => {
    await tells(at("198.51.100.9", { hosts: ["198.51.100.9", "10.0.0.5"] }));
    expect([place("198.51.100.9"), place("10.0.0.5"), place("10.0.0.6")]).toEqual(["there", "there", "elsewhere"]);
  });

  it("is that of the device that names the phone, and not of another one of the same account", async () => {
    await tells(at("192.0.2.7", { macs: [mac] }), at("192.0.2.8"), at("192.0.2.9", { macs: [other] }));
    expect([place("192.0.2.7"), place("192.0.2.8"), place("192.0.2.9")]).toEqual(["there", "elsewhere", "elsewhere"]);
    await tells(at("192.0.2.9", { macs: [other] }));
    expect(place("192.0.2.9")).toBe("unknown");
  });

  it("is not known where the phone is not registered, or nobody has told", async () => {
    expect(place("192.0.2.7")).toBe("unknown");
    await tells(at("192.0.2.7"));
    await tells();
    expect(place("192.0.2.7")).toBe("unknown");
  });

  it("is nobody's business for a phone that is drawn", () => expect(places.placeOf(drawn, "192.0.2.1")).toBe("there"));
});

describe("while the PBX does not tell", () => {
  it("what it told last counts until that registration's own end, over a restart too", async () => {
    await tells(at("192.0.2.7", { until: clock.now() + 60_000 }));
    pbx = undefined;
    await clock.advance(1_000);
    places = make();
    await places.refresh();
    expect([place("192.0.2.7"), place("192.0.2.8")]).toEqual(["there", "elsewhere"]);
    await clock.advance(60_000);
    expect([place("192.0.2.7"), place("192.0.2.8")]).toEqual(["unknown", "unknown"]);
  });
});

describe("the PBX", () => {
  it("is asked at the start and from time to time, sooner while it does not tell, and no more once it is over", async () => {
    places.start();
    await clock.advance(3_000);
    expect(asked).toBe(2);
    pbx = new Map();
    await clock.advance(61_000);
    expect(asked).toBe(5);
    places.stop();
    await clock.advance(90_000);
    expect([asked, clock.waiting()]).toEqual([5, 0]);
  });

  it("is asked at most once a second, whoever wants it", async () => {
    await Promise.all([places.refresh(), places.refresh()]);
    await places.refresh();
    expect(asked).toBe(1);
    await clock.advance(1_000);
    await places.refresh();
    expect(asked).toBe(2);
  });

  it("that breaks leaves what is known, and is asked again", async () => {
    await tells(at("192.0.2.7"));
    const broken = new PhonePlaces({
      ...{ phones, clock, log: { info: () => {}, warn: () => {}, error: () => {} } },
      extensionOf: () => ana.extension,
      pbx: { registered: () => Promise.reject(new Error("broken")) },
      states: { of: (one) => kept.get(one) ?? {}, keep: () => {} },
    });
    await broken.refresh();
    expect(broken.placeOf(mac, "192.0.2.7")).toBe("there");
  });
});

describe("what is kept of a registration", () => {
  it("is since when, and where a phone was last that is there no more", async () => {
    await tells(at("192.0.2.7"));
    const since = clock.now();
    await tells(at("192.0.2.7"));
    expect(kept.get(mac)?.registration).toEqual({ registered: true, since, hosts: ["192.0.2.7"], until: ever });
    await tells();
    const now = clock.now();
    expect(kept.get(mac)?.registration).toEqual({ registered: false, since: now, hosts: ["192.0.2.7"], until: 0 });
  });

  it("follows the phone to its next owner", async () => {
    places.start();
    await tells(at("192.0.2.7"));
    pbx = new Map([[kim.extension, [at("192.0.2.8")]]]);
    await clock.advance(1_000);
    phones.put({ ...anas, owner: kim.id });
    await clock.advance(0);
    expect(place("192.0.2.8")).toBe("there");
    places.stop();
  });

  it("counts who came from elsewhere, and forgets it with the phone", () => {
    places.start();
    places.refused(mac, "::ffff:203.0.113.5");
    places.refused(mac, "203.0.113.6");
    expect(places.strayedOf(mac)).toEqual({ count: 2, lastAt: clock.now(), lastFrom: "203.0.113.6" });
    phones.drop(mac);
    expect(places.strayedOf(mac)).toBeUndefined();
    places.stop();
  });
});
