import type { EpochMs } from "./calls.js";
import type { Mac } from "./ids.js";

/** `listen`: what announces itself is listed, and nothing is sent. `answer`: phones are told where their configuration is. */
export const discoveryWays = ["off", "listen", "answer"] as const;
export type DiscoveryWay = (typeof discoveryWays)[number];

/** What happens on one network interface of the gateway's machine. */
export interface DiscoveredInterface {
  /** As the system calls it, such as `eth0`. */
  readonly name: string;
  /** SIP configuration discovery by multicast (RFC 6080), which many phones do when they boot. */
  readonly pnp: DiscoveryWay;
  /** The discovery of UPnP; the gateway shows itself there where it answers. */
  readonly ssdp: DiscoveryWay;
}

export interface DiscoveryConfig {
  /** Where phones that ask by PnP are sent for their configuration. */
  readonly url?: string;
  readonly interfaces: readonly DiscoveredInterface[];
}

export const sightingWays = ["pnp", "ssdp", "provisioning", "tls"] as const;
export type SightingWay = (typeof sightingWays)[number];

/**
 * Why a TLS handshake with the gateway failed. `unknown-ca`, `expired`, `certificate`: the device said so of our certificate.
 * `version`: it has no TLS that we speak. `plain`: it spoke no TLS at all.
 */
export const tlsTroubles = ["unknown-ca", "expired", "certificate", "version", "plain"] as const;
export type TlsTrouble = (typeof tlsTroubles)[number];

/** A device that has shown itself, in its own words: nothing of it is proved. */
export interface Sighting {
  /** All the ways it was seen by, the newest last. */
  readonly by: readonly SightingWay[];
  readonly mac?: Mac;
  readonly vendor?: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly address: string;
  readonly interface?: string;
  /** Why its newest TLS handshake failed; gone once it has fetched a file by https. */
  readonly refused?: TlsTrouble;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
}

/** One sight of a device. Texts of at most 64 printable characters. */
export type Sight = Pick<Sighting, "mac" | "vendor" | "model" | "firmware" | "address" | "interface"> & {
  readonly by: Exclude<SightingWay, "tls">;
  /** It came by TLS, which has gone well so. */
  readonly secure?: true;
};

/** How discovery stands on one interface. */
export interface DiscoveryStanding {
  readonly interface: string;
  readonly by: "pnp" | "ssdp";
  readonly state: "listening" | "answering" | "away";
  /** Why it is away, as a sentence. */
  readonly why?: string;
}

/** What `earshot phones seen` tells. */
export interface Discovered {
  readonly standing: readonly DiscoveryStanding[];
  /** The newest first. */
  readonly seen: readonly Sighting[];
}
