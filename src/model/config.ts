import type { Branch } from "./branches.js";
import type { DiscoveryConfig } from "./discovery.js";
import type { PersonId } from "./ids.js";
import type { Language } from "./languages.js";
import type { Person, Phone, Switches, Team } from "./people.js";

/** Where something listens. Port 0 means any free port. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** earshot's own SIP account at the PBX, which watches busy lamps and sends texts; its password is made from `secret.key`. */
export interface SipAccountConfig {
  /** SIP over WebSocket, such as `ws://127.0.0.1:8088/ws`. */
  readonly url: string;
  readonly username: string;
  /** Where the site's own hints are; without it, those that setup writes for this account. */
  readonly context?: string;
}

export interface AsteriskConfig {
  readonly kind: "asterisk";
  readonly ari: { readonly url: string; readonly username: string; readonly password: string };
  readonly ami?: { readonly host: string; readonly port: number; readonly username: string; readonly secret: string };
  /** A person's device; `{extension}` is replaced. */
  readonly endpoint: string;
  /** A second account that no hint watches; without it a hidden supervision shows on busy lamps as an ordinary call. */
  readonly supervisionEndpoint?: string;
  /** Where phones' transfers look for their destination; with it nobody is rung before a transfer has been recognised. */
  readonly transferContext?: string;
  /** Without it no busy lamp is watched, and no text is sent. */
  readonly sip?: SipAccountConfig;
}

export interface SimulatorConfig {
  readonly kind: "simulator";
  readonly seed: number;
  /** How many times as fast as a real call centre, within `paceLimits`. */
  readonly speed: number;
}

/** How slow and how fast the simulated call centre can live. */
export const paceLimits = { least: 0.25, most: 60 } as const;

export interface BrokerAccount {
  readonly username: string;
  readonly password: string;
  readonly agent: string;
}

export type MqttConfig =
  | { readonly kind: "embedded"; readonly listen: Listen; readonly accounts: readonly BrokerAccount[] }
  | ExternalBroker;

/** A Home Assistant that is told of everybody's devices. */
export interface HomeAssistantConfig {
  /** First part of its discovery topics. */
  readonly prefix: string;
  /** Its account: at the embedded broker, with a password; at one elsewhere the name that the access file has. */
  readonly username?: string;
  readonly password?: string;
}

/** Whether one of two beginnings of topics lies within the other, or they are the same. */
export function topicsMeet(one: string, other: string): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}

export interface ExternalBroker {
  readonly kind: "external";
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificates of the authorities that may vouch for the broker (PEM); without it, those of this machine. */
  readonly ca?: string;
  /** The certificate that earshot shows the broker, and its key; without it earshot signs in by password or not at all. */
  readonly identity?: ClientIdentity;
}

/** A client certificate and its private key (PEM). */
export interface ClientIdentity {
  readonly cert: string;
  readonly key: string;
}

/** Who may open the desk in the browser: whoever reaches it (the demo), or administrators who sign in. */
export type DeskConfig =
  | { readonly kind: "open" }
  | { readonly kind: "accounts"; readonly accounts: readonly DeskAccount[] };

export interface DeskAccount {
  readonly person: PersonId;
  readonly password: string;
}

/** Calls that are never supervised and never shown (R20). */
export interface NeverList {
  /** As people write them; a `*` at the end stands for whatever follows. */
  readonly numbers: readonly string[];
  readonly queues: readonly string[];
  /** Contexts of the PBX's dialplan. */
  readonly contexts: readonly string[];
}

/** The site's own choices. */
export interface PolicyConfig extends Pick<Switches, "supervision"> {
  readonly hidden: "allowed" | "forbidden";
  /** Whether a supervisor's digits are presses; not unless the site says so. */
  readonly digits?: "allowed";
  /** A phone's pages are given to where it is registered alone; without it, to wherever its token is. */
  readonly pagesFrom?: "registered";
  readonly never?: NeverList;
  /** How many supervisors one call takes (R16), from 1 to 9. */
  readonly supervisorsPerCall?: number;
  readonly private?: PrivatePolicy;
  /** The PIN that is asked for before the first supervision of a shift; without it none is. */
  readonly pin?: { readonly shiftMs: number };
}

/** What the site says of private calls (R20). */
export interface PrivatePolicy {
  /** After how many minutes a private call is private no more; 0 for never. 15 unless told. */
  readonly limit?: number;
}

/** How the site's recordings of a call are paused while it is private. */
export interface RecordingConfig {
  /** The PBX's own. */
  readonly ofPbx: boolean;
  /** A recorder's address, and what it is shown as a bearer token. */
  readonly hook?: { readonly url: string; readonly password?: string };
}

/** `overlay`: an existing provisioner keeps the phone, and earshot gives its own few keys; `full`: earshot gives them all. */
export const provisioningModes = ["overlay", "full"] as const;
export type ProvisioningMode = (typeof provisioningModes)[number];

/** Who makes the certificates that phones of one make leave the factory with. */
export interface DeviceAuthority {
  readonly vendor: string;
  /** The maker's certificates (PEM), each of an authority. */
  readonly ca: string;
  /** Whether a phone's certificate that has run out, and is right in all else, still counts. */
  readonly expired: "refused" | "accepted";
}

/** How phones are told of the site's own CA before they can know it. */
export interface FirstContactConfig {
  readonly listen: Listen;
  /** What phones reach that by: an http address with nothing behind it. */
  readonly url: string;
  /** The CA's certificate (PEM), one. */
  readonly ca: string;
}

/** How phones are told what they need. */
export interface ProvisioningConfig {
  readonly mode: ProvisioningMode;
  /** Whether earshot gives phones their files by HTTP. */
  readonly serve?: true;
  /** Whose certificates phones may show for their files. */
  readonly certificates?: readonly DeviceAuthority[];
  readonly firstContact?: FirstContactConfig;
  /** Folder of the site's own layers, shaped as `firmware-config/`. */
  readonly folder?: string;
  /** File of SIP accounts (CSV), for phones whose accounts the PBX does not show. */
  readonly accounts?: string;
  /** Where phones register. */
  readonly sip?: { readonly server: string; readonly port: number; readonly transport: "udp" | "tcp" | "tls" };
  /** The server that phones have the time from, and the zone they are in, such as `Europe/Berlin`. */
  readonly time?: { readonly server?: string; readonly zone?: string };
}

/** The files (absolute) of the server's certificate, those between it and its authority behind it, and of its key. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** `earshot.yaml`, parsed: every value checked, every default filled in, every secret read. */
export interface Config {
  readonly gateway: string;
  /** Of what phones show whose owners have none of their own; English where none is given. */
  readonly language?: Language;
  readonly http: {
    readonly listen: Listen;
    readonly publicUrl: string;
    /** Without it the server speaks plain HTTP. */
    readonly tls?: TlsFiles;
  };
  /** Folder of databases, keys and the control socket. */
  readonly data: string;
  readonly pbx: AsteriskConfig | SimulatorConfig;
  readonly policy: PolicyConfig;
  /** Teams with choices of their own. */
  readonly teams?: readonly Team[];
  /** Without it recordings go on while a call is private. */
  readonly recording?: RecordingConfig;
  /** How many days the record is kept; without it, for ever. */
  readonly audit?: { readonly keepDays: number };
  readonly mqtt: MqttConfig & { readonly base: string; readonly homeAssistant?: HomeAssistantConfig };
  readonly people: readonly Person[];
  readonly phones: readonly Phone[];
  /** Branch offices that phones can belong to. */
  readonly branches?: readonly Branch[];
  /** Without it there is no desk. */
  readonly desk?: DeskConfig;
  /** Without it phones are told by overlay, with what is known anyway. */
  readonly provisioning?: ProvisioningConfig;
  /** Without it nothing on the network is looked at. */
  readonly discovery?: DiscoveryConfig;
}

/** Something wrong (or worth knowing) in a configuration file, where it stands and what to do about it. */
export interface Problem {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** Such as `people[0].role`; empty when it is about the whole file. */
  readonly key: string;
  readonly sentence: string;
}
