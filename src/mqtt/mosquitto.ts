import { type Branch, branchAccountName, type Config, type Person } from "../model/index.js";
import { announcingRights, branchRights, gatewayRights, homeAssistantRights, personRights } from "./access.js";
import { type AccessFacts, type AccessFile, accessFacts, inComment } from "./access-file.js";
import type { HomeAssistantSite } from "./home-assistant-device.js";

/**
 * The access file (`acl_file`) of a Mosquitto 2 that serves exactly this configuration: an account for the gateway, and
 * one for each person's devices, called by the person's id. Comments tell the operator the rest. Nothing in it comes
 * from the configuration unchecked: every word is refused, or a comment without control characters.
 */
export function mosquittoAccess(config: Pick<Config, "gateway" | "mqtt" | "people" | "branches">): AccessFile {
  const checked = accessFacts(config, "Mosquitto");
  if (!checked.ok) return checked;
  const { facts } = checked;
  const { people, branches, base, site, home } = facts;
  const parts = [
    preamble(facts),
    gatewayPart(facts),
    ...(site && home ? [homeAssistantPart(home, site)] : []),
    ...people.map((person) => personPart(person, base)),
    ...branches.map((branch) => branchPart(branch, base)),
  ];
  return { ok: true, text: `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n` };
}

function preamble({ gateway, url, username, byCertificate, people }: AccessFacts): readonly string[] {
  const encrypted = /^(mqtts|wss):$/.test(url.protocol);
  const { port } = url;
  const certificate = encrypted
    ? ["certfile /etc/mosquitto/earshot.crt", "keyfile /etc/mosquitto/earshot.key"]
    : ["# Not encrypted: whoever is on the way can read passwords, names and lamps."];
  return comments([
    `Access file of Mosquitto 2 for the earshot gateway ${gateway}, written by: earshot operate mosquitto`,
    "Write it again when people, gateway or mqtt change, then have Mosquitto read it again (SIGHUP).",
    "",
    "What is not granted here is refused, by silence: Mosquitto acknowledges a message and drops it, and grants a",
    "subscription that yields nothing. Nothing may stand before the first `user` line: it would hold for strangers.",
    "",
    "The listener in mosquitto.conf, with files of your own:",
    "    per_listener_settings true",
    "    # Without this Mosquitto would bring back what was true before it went. earshot publishes all of it again after",
    "    # every connection, so nothing is lost.",
    "    persistence false",
    "    # Without this a lamp waits up to 40 ms for the acknowledgement of what was sent before it.",
    "    set_tcp_nodelay true",
    `    listener ${port === "" ? (encrypted ? "8883" : "1883") : port}`,
    ...certificate.map((line) => `    ${line}`),
    "    allow_anonymous false",
    ...(byCertificate ? byName : ["    password_file /etc/mosquitto/earshot.passwords"]),
    "    acl_file /etc/mosquitto/earshot.acl",
    "",
    ...(byCertificate ? certificates(username) : passwords(username, people)),
    "",
    "Mosquitto cannot forbid an account to mark what it may write as retained: an agent's wish for help can outlive the",
    "moment there. It concerns that agent alone.",
  ]);
}

function homeAssistantPart(username: string, site: HomeAssistantSite): readonly string[] {
  const { read, write, birth } = homeAssistantRights(site);
  return [
    ...comments([
      "Home Assistant, as far as earshot is concerned: what everybody's devices show in one word, notices, calls and hands,",
      "and wishes for help in their name. What else it has at this broker, add yourself.",
    ]),
    `user ${username}`,
    ...read.map((filter) => `topic read ${filter}`),
    ...[...write, birth].map((topic) => `topic write ${topic}`),
  ];
}

/** Mosquitto takes the common name for the account. */
const byName = [
  "    cafile /etc/mosquitto/earshot.ca",
  "    require_certificate true",
  "    use_identity_as_username true",
];

function certificates(username: string): readonly string[] {
  return [
    "Accounts are the names (CN) of certificates that the authority in cafile has signed: the gateway's is",
    `    ${username}`,
    "and each person's devices have the person's id. Devices that sign in by password need a listener of their own, with a",
    "password_file in place of the last two lines about certificates, and with the same acl_file.",
  ];
}

function passwords(username: string, people: readonly Person[]): readonly string[] {
  const [first] = people;
  return [
    "The password file: one account after the other; the program asks for the password, so that none is left in the",
    "shell's history. -c makes the file and overwrites one that is there: the first time only.",
    `    mosquitto_passwd -c /etc/mosquitto/earshot.passwords ${quoted(username)}`,
    ...(first === undefined ? [] : [`    mosquitto_passwd /etc/mosquitto/earshot.passwords ${first.id}`]),
    "Both files belong to the user Mosquitto runs as, and nobody else may read them.",
  ];
}

function gatewayPart({ username, base, gateway, byCertificate, branches, site }: AccessFacts): readonly string[] {
  const announcing = site ? announcingRights(site) : { read: [], write: [] };
  const { read, write } = gatewayRights(gateway, base, branches.length > 0);
  return [
    ...comments([
      `The gateway: ${byCertificate ? "the name in its certificate" : "mqtt.username"}.`,
      "It says that it is there, writes what devices show and how phones fare, and reads the wishes for help. That it is",
      "gone is said by Mosquitto, in its name (last will).",
    ]),
    `user ${username}`,
    ...[...write, ...announcing.write].map((filter) => `topic write ${filter}`),
    ...[...read, ...announcing.read].map((filter) => `topic read ${filter}`),
  ];
}

function personPart({ id, name, role }: Person, base: string): readonly string[] {
  const { read, write } = personRights(id, base);
  return [
    ...comments([`The devices of ${name} (${role}): their own topics, and whether the gateway is there.`]),
    `user ${id}`,
    ...read.map((filter) => `topic read ${filter}`),
    ...write.map((topic) => `topic write ${topic}`),
  ];
}

function branchPart({ id }: Branch, base: string): readonly string[] {
  const { read, write } = branchRights(id, base);
  return [
    ...comments([
      `The branch office ${id}: what its own phones are to show, and how they fare. Its password is in the file of`,
      `earshot operate branch ${id}`,
    ]),
    `user ${branchAccountName(id)}`,
    ...read.map((filter) => `topic read ${filter}`),
    ...write.map((topic) => `topic write ${topic}`),
  ];
}

function comments(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `# ${inComment(line)}`.trimEnd());
}

/** As one word of a shell. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
