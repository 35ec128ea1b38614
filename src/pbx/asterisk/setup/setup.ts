import { isIP } from "node:net";
import type { AsteriskConfig, Person, Phone, SipAccountConfig } from "../../../model/index.js";
import { ariConf, httpConf, managerConf } from "./access.js";
import { type ConfFile, type ConfSection, confText } from "./conf.js";
import { extensionsConf } from "./dialplan.js";
import { freepbxFiles } from "./freepbx.js";
import { devicesOf, lampsOf, names, pjsipName } from "./needs.js";
import { type Account, pjsipConf } from "./pjsip.js";
import { sipAuth, sipEndpoint, sipTransport } from "./sip-account.js";
import { confbridgeConf, modulesConf, notifyConf, queuesConf } from "./telephony.js";

/** What the Asterisk side is written from. */
export interface SetupParts {
  readonly config: AsteriskConfig;
  /** The gateway's name. */
  readonly gateway: string;
  readonly people: readonly Person[];
  /** What their BLF keys watch. */
  readonly phones?: readonly Phone[];
  /** The address that the gateway's connections come from, as the PBX sees them. */
  readonly from: string;
  /** For a FreePBX: only the files it includes and never writes. */
  readonly freepbx: boolean;
  /** The SIP password of a supervision account, by the name of its endpoint. */
  password(account: string): string;
}

/** One file of Asterisk, or for a FreePBX also the words on what its own pages set. */
export interface SetupFile {
  readonly name: string;
  readonly text: string;
  /** Whether a password stands in it. */
  readonly secret: boolean;
}

export type Setup =
  | { readonly ok: true; readonly files: readonly SetupFile[] }
  | { readonly ok: false; readonly sentence: string };

/**
 * The whole Asterisk side for exactly this configuration, explained line by line. Where a value could not stand in a
 * file as it is, it is a sentence instead, without any secret.
 */
export function asteriskSetup({ config, gateway, people, phones = [], from, freepbx, password }: SetupParts): Setup {
  const { ami } = config;
  const accounts = people.flatMap((owner): Account[] => {
    const name = pjsipName(devicesOf(config, owner).second ?? "");
    return name === undefined ? [] : [{ name, owner, password: password(name) }];
  });
  const sip = config.sip === undefined ? [] : sipSections(config.sip, password(config.sip.username));
  const sentence = flawOf(config, gateway, people, from) ?? lampFlaw(people, phones) ?? passwordFlaw(accounts);
  if (sentence !== undefined) return { ok: false, sentence };
  const files: readonly ConfFile[] = freepbx
    ? freepbxFiles({ config, gateway, people, phones, from, accounts, password })
    : [
        modulesConf(config),
        httpConf(config),
        ariConf(config),
        ...(ami === undefined ? [] : [managerConf(ami, from)]),
        pjsipConf(accounts, config.transferContext, sip),
        notifyConf,
        extensionsConf({ config, gateway, people, phones, transfers: true }),
        confbridgeConf,
        queuesConf,
      ];
  return { ok: true, files: files.map((file) => ({ name: file.name, text: confText(file), secret: file.secret })) };
}

function sipSections(sip: SipAccountConfig, password: string): readonly ConfSection[] {
  return [sipTransport(sip), sipEndpoint(sip), sipAuth(sip, password)];
}

const sectionName = /^[A-Za-z0-9_.@-]{1,80}$/;
const reserved: readonly string[] = ["general", "global", "system", ...Object.values(names)];
const SECRET_LIMIT = 200;

function flawOf(
  { ari, ami, sip, endpoint, supervisionEndpoint }: AsteriskConfig,
  gateway: string,
  people: readonly Person[],
  from: string,
): string | undefined {
  const users = [{ key: "pbx.ari.username", name: ari.username }];
  if (ami !== undefined) users.push({ key: "pbx.ami.username", name: ami.username });
  if (sip !== undefined) users.push({ key: "pbx.sip.username", name: sip.username });
  for (const { key, name } of users) {
    if (!sectionName.test(name) || reserved.includes(name)) {
      return `${key} cannot be a user of Asterisk: letters, digits, \`_\`, \`.\`, \`@\` and \`-\`, and no word that Asterisk or earshot uses itself.`;
    }
  }
  const secrets = [{ key: "pbx.ari.password", text: ari.password }];
  if (ami !== undefined) secrets.push({ key: "pbx.ami.secret", text: ami.secret });
  for (const { key, text } of secrets) if (!writable(text)) return `${key} ${cannotStand}`;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(gateway))
    return "gateway cannot be the name of a context: letters, digits, `_` and `-`.";
  if (!/^(?:\/[A-Za-z0-9._-]+)*\/ari$/.test(new URL(ari.url).pathname)) {
    return "pbx.ari.url does not end with `/ari`, where Asterisk offers ARI.";
  }
  if (isIP(from) === 0) return "The address that the gateway's connections come from is no IP address.";
  return deviceFlaw({ endpoint, supervisionEndpoint }, sip?.username, people);
}

function deviceFlaw(
  { endpoint, supervisionEndpoint }: { endpoint: string; supervisionEndpoint: string | undefined },
  sip: string | undefined,
  people: readonly Person[],
): string | undefined {
  const patterns = { endpoint, ...(supervisionEndpoint === undefined ? {} : { supervisionEndpoint }) };
  const owners = new Map<string, string>();
  for (const [key, pattern] of Object.entries(patterns)) {
    for (const { extension } of people) {
      const name = pjsipName(pattern.replaceAll("{extension}", extension));
      if (name === undefined || reserved.includes(name)) {
        return `pbx.${key} gives no name of a PJSIP endpoint for ${extension}: \`PJSIP/\`, then letters, digits, \`_\`, \`.\`, \`*\`, \`#\`, \`+\` and \`-\`.`;
      }
      if (name === sip) return `pbx.sip.username is ${name}, which is a device of ${extension}.`;
      const other = owners.get(name);
      if (other !== undefined && other !== extension) {
        return `pbx.${key} gives ${name} for ${extension}, which is a device of ${other} already.`;
      }
      owners.set(name, extension);
    }
  }
  return undefined;
}

/** `2001` with a key for each mode and `2001-listen` with one key would watch the same lamp. */
function lampFlaw(people: readonly Person[], phones: readonly Phone[]): string | undefined {
  const owners = new Map<string, string>();
  for (const person of people) {
    for (const lamp of lampsOf(person, phones)) {
      const other = owners.get(lamp);
      if (other !== undefined) return `${lamp} would be the lamp of ${other} and of ${person.extension}.`;
      owners.set(lamp, person.extension);
    }
  }
  return undefined;
}

const cannotStand = `cannot stand in a file of Asterisk: 1 to ${SECRET_LIMIT} characters on one line, with no blank at either end.`;

function writable(secret: string): boolean {
  return secret !== "" && secret.length <= SECRET_LIMIT && secret.trim() === secret && !/\p{Cc}/u.test(secret);
}

function passwordFlaw(accounts: readonly Account[]): string | undefined {
  const flawed = accounts.find(({ password }) => !writable(password));
  return flawed === undefined ? undefined : `The SIP password of ${flawed.name} ${cannotStand}`;
}

/** All files as one text to read, secrets announced on its first line. */
export function setupText(files: readonly SetupFile[], freepbx: boolean): string {
  const secret = files.filter((file) => file.secret).map(({ name }) => name);
  const first =
    secret.length === 0
      ? "; No secrets in here."
      : `; THIS TEXT HOLDS PASSWORDS (${secret.join(", ")}): keep it to yourself.`;
  const how = freepbx
    ? "; What earshot needs of this FreePBX, file by file, to be added to the files in /etc/asterisk; then: fwconsole reload"
    : "; What earshot needs of this Asterisk, file by file, to be added to the files in /etc/asterisk; then restart Asterisk.";
  const parts = files.map(({ name, text }) => `; ---- ${name} ${"-".repeat(Math.max(4, 70 - name.length))}\n${text}`);
  return `${[first, how, "; Afterwards `earshot check` verifies each line by name.", "", parts.join("\n")].join("\n")}`;
}
