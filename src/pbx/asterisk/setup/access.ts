import { isIP } from "node:net";
import { type AsteriskConfig, bareHost } from "../../../model/index.js";
import type { ConfFile, ConfLine, ConfSection } from "./conf.js";
import { amiActions, amiClasses, channelVariables } from "./needs.js";

/** Where Asterisk must listen so that a configured host reaches it. */
export function bindAddress(host: string): string {
  const bare = bareHost(host);
  if (bare === "localhost") return "127.0.0.1";
  return isIP(bare) === 0 ? "0.0.0.0" : bare;
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

function bindWhy(address: string): string {
  if (isLoopback(address)) return "This machine alone: nobody else can reach it.";
  return `${isIP(address) === 0 || address === "0.0.0.0" ? "Every address of the PBX" : "This address of the PBX alone"}: a firewall should let the gateway through, and nobody else.`;
}

/** http.conf: the server that offers ARI. */
export function httpConf({ ari }: AsteriskConfig): ConfFile {
  const url = new URL(ari.url);
  const address = bindAddress(url.hostname);
  const secure = url.protocol === "https:";
  const port = url.port === "" ? (secure ? "443" : "80") : url.port;
  const prefix = /^\/(.+)\/ari$/.exec(url.pathname)?.[1];
  const lines: ConfLine[] = [{ key: "enabled", value: "yes", why: "ARI is offered by Asterisk's own HTTP server." }];
  if (secure) {
    lines.push(
      { key: "bindaddr", value: "127.0.0.1", why: "Not encrypted: on this machine alone." },
      { key: "tlsenable", value: "yes", why: "Encrypted, as pbx.ari.url says https." },
      { key: "tlsbindaddr", value: `${isIP(address) === 6 ? `[${address}]` : address}:${port}`, why: bindWhy(address) },
      { key: "tlscertfile", value: "/etc/asterisk/keys/asterisk.crt", why: "A certificate of yours.", off: true },
      { key: "tlsprivatekey", value: "/etc/asterisk/keys/asterisk.key", why: "Its key.", off: true },
    );
  } else {
    const open = isLoopback(address) ? "" : " Not encrypted: the password can be read on the way.";
    lines.push(
      { key: "bindaddr", value: address, why: bindWhy(address) + open },
      { key: "bindport", value: port, why: "The port of pbx.ari.url." },
    );
  }
  if (prefix !== undefined)
    lines.push({ key: "prefix", value: prefix, why: "The first part of the path of pbx.ari.url." });
  return {
    name: "http.conf",
    about: "Where the file has a [general] already, these lines go into that one: Asterisk reads the first alone.",
    sections: [{ name: "general", lines }],
    secret: false,
  };
}

export const ariGeneral: readonly ConfLine[] = [
  { key: "enabled", value: "yes", why: "" },
  {
    key: "channelvars",
    value: channelVariables.join(","),
    why: "Variables that every channel ARI tells of carries: queue, member, dialled number, which legs belong together, and EARSHOT_PRIVATE: set it to 1 on any leg of a call, by the dialplan or by AMI, and no supervisor hears that call until it is set to 0.",
  },
];

/** The section of ari.conf that is earshot's user. */
export function ariUser({ ari }: AsteriskConfig): ConfSection {
  return {
    name: ari.username,
    lines: [
      { key: "type", value: "user", why: "" },
      { key: "read_only", value: "no", why: "earshot rings phones and makes bridges: it must be allowed to write." },
      { key: "password_format", value: "plain", why: "How the password below is written." },
      { key: "password", value: ari.password, why: "The password of pbx.ari." },
    ],
  };
}

export function ariConf(config: AsteriskConfig): ConfFile {
  return {
    name: "ari.conf",
    about: "Where the file has a [general] already, its lines go into that one.",
    sections: [{ name: "general", lines: ariGeneral }, ariUser(config)],
    secret: true,
  };
}

/** The section of manager.conf that is earshot's user: the least that its actions need, from one address alone. */
export function amiUser({ username, secret }: NonNullable<AsteriskConfig["ami"]>, from: string): ConfSection {
  const reasons = amiClasses.map((name) => {
    const actions = amiActions.filter(({ permission }) => permission === name).map(({ action }) => action);
    return `${name} for ${actions.join(", ")}`;
  });
  return {
    name: username,
    lines: [
      { key: "secret", value: secret, why: "The secret of pbx.ami." },
      { key: "deny", value: "0.0.0.0/0.0.0.0", why: "From nowhere," },
      { key: "deny", value: "::/0", why: "" },
      {
        key: "permit",
        value: isIP(from) === 6 ? `${from}/128` : `${from}/255.255.255.255`,
        why: "except from the address that the gateway's connection comes from.",
      },
      {
        key: "write",
        value: amiClasses.join(","),
        why: `What it may do: ${reasons.join("; ")}. Asterisk grants whole classes, nothing finer. Not granted: originate, command, config, reporting and the others.`,
      },
      { key: "read", value: "", why: "What it is told by itself: nothing, earshot takes no AMI events." },
    ],
  };
}

export function managerConf(ami: NonNullable<AsteriskConfig["ami"]>, from: string): ConfFile {
  const address = bindAddress(ami.host);
  const open = isLoopback(address) ? "" : " Not encrypted: the secret can be read on the way.";
  return {
    name: "manager.conf",
    about: "AMI. Where the file has a [general] already, its lines go into that one.",
    sections: [
      {
        name: "general",
        lines: [
          { key: "enabled", value: "yes", why: "Queue pause, take-over and push by NOTIFY are done over AMI." },
          { key: "bindaddr", value: address, why: bindWhy(address) + open },
          { key: "port", value: String(ami.port), why: "The port of pbx.ami." },
        ],
      },
      amiUser(ami, from),
    ],
    secret: true,
  };
}
