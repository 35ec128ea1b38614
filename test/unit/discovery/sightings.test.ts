import { describe, expect, test } from "vitest";
import { Sightings } from "../../../src/discovery/index.js";
import type { Mac } from "../../../src/model/index.js";

const mac = "805ec0aabbcc" as Mac;
const other = "805ec0aabbdd" as Mac;
const address = "192.0.2.31";

/** Sightings, each a second after the one before. */
function seeing(): Sightings {
  let at = 0;
  return new Sightings({
    now: () => {
      at += 1_000;
      return at;
    },
  });
}

describe("who has ended a TLS handshake", () => {
  test("is listed by where they are, while nothing else is known of them", () => {
    const seen = seeing();
    seen.refused(address, "unknown-ca");
    expect(seen.all()).toEqual([{ address, refused: "unknown-ca", by: ["tls"], firstAt: 1_000, lastAt: 1_000 }]);
  });

  test("is the phone that was seen there, with what it told of itself", () => {
    const seen = seeing();
    seen.take({ by: "pnp", address, mac, vendor: "Yealink" });
    seen.refused(address, "expired");
    expect(seen.all()).toEqual([
      { address, mac, vendor: "Yealink", refused: "expired", by: ["pnp", "tls"], firstAt: 1_000, lastAt: 2_000 },
    ]);
  });

  test("is the newest of several behind one address", () => {
    const seen = seeing();
    seen.take({ by: "pnp", address, mac });
    seen.take({ by: "pnp", address, mac: other });
    seen.refused(address, "version");
    expect(seen.all().map((one) => [one.mac, one.refused])).toEqual([
      [other, "version"],
      [mac, undefined],
    ]);
  });

  test("becomes a phone once that tells its MAC address from there", () => {
    const seen = seeing();
    seen.refused(address, "unknown-ca");
    seen.take({ by: "provisioning", address, mac });
    expect(seen.all()).toEqual([
      { address, mac, refused: "unknown-ca", by: ["tls", "provisioning"], firstAt: 1_000, lastAt: 2_000 },
    ]);
  });

  test("has no reason any more once it has asked by https; plain http shows nothing of that", () => {
    const seen = seeing();
    seen.take({ by: "pnp", address, mac });
    seen.refused(address, "unknown-ca");
    seen.take({ by: "provisioning", address, mac });
    expect(seen.all()[0]?.refused).toBe("unknown-ca");
    seen.take({ by: "provisioning", address, mac, secure: true });
    expect(seen.all()).toEqual([{ address, mac, by: ["pnp", "tls", "provisioning"], firstAt: 1_000, lastAt: 4_000 }]);
  });

  test("is one of so many at most, whoever floods", () => {
    const seen = seeing();
    const addresses = Array.from({ length: 2_500 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
    addresses.map((one) => seen.refused(one, "unknown-ca"));
    expect(seen.all()).toHaveLength(2_000);
    expect(seen.all()[0]?.address).toBe(addresses.at(-1));
  });
});
