import { type Config, type HomeAssistantConfig, type Person, parsePersonId } from "../model/index.js";
import { announcingRights, gatewayRights, homeAssistantRights, personRights } from "./access.js";
import type { HomeAssistantSite } from "./home-assistant-device.js";

/** An access file, or a sentence that says why this configuration has none. */
export type AccessFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly sentence: string };

const topicWords = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/;
/** A line end would add a line of its own, a colon ends a name in the password file, and blanks at the ends are cut. */
const accountName = /^(?!\s)[^\p{Cc}\p{Zl}\p{Zp}:]{1,200}(?<!\s)$/u;

/**
 * The access file (`acl_file`) of a Mosquitto 2 that serves exactly this configuration: an account for the gateway, and
 * one for each person's devices, called by the person's id. Comments tell the operator the rest. Nothing in it comes
 * from the configuration unchecked: every word is refused, or a comment without control characters.
 */
export function mosquittoAccess(config: Pick<Config, "gateway" | "mqtt" | "people">): AccessFile {
  const { gateway, mqtt, people } = config;
  if (mqtt.kind === "embedded") {
    return no(
      "mqtt.embedded is the broker inside earshot, which keeps these rules by itself; set mqtt.url for Mosquitto.",
    );
  }
  const { base, username, homeAssistant } = mqtt;
  if (username === undefined) return no("mqtt.username is missing: Mosquitto has to know the gateway by an account.");
  if (!accountName.test(username)) return no("mqtt.username cannot be an account of Mosquitto: no colon, no line end.");
  if (!topicWords.test(base) || !topicWords.test(gateway) || gateway.includes("/")) {
    return no("mqtt.base or gateway cannot stand in a topic: letters, digits, `_` and `-`.");
  }
  if (people.some(({ id }) => parsePersonId(id) === undefined))
    return no("The id of a person cannot stand in a topic.");
  if (people.some(({ id }) => id === username)) {
    return no("mqtt.username is the id of a person too, whose devices would get the gateway's rights; choose another.");
  }
  const flaw = homeAssistant && flawOfHomeAssistant(homeAssistant, username, people);
  if (flaw !== undefined) return no(flaw);
  const site = homeAssistant && { prefix: homeAssistant.prefix, base, gateway };
  const parts = [
    preamble(gateway, mqtt.url, username, people),
    gatewayPart(username, base, gateway, site),
    ...(site && homeAssistant?.username ? [homeAssistantPart(homeAssistant.username, site)] : []),
    ...people.map((person) => personPart(person, base)),
  ];
  return { ok: true, text: `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n` };
}

function preamble(gateway: string, url: string, username: string, people: readonly Person[]): readonly string[] {
  const encrypted = /^(mqtts|wss):/i.test(url);
  const { port } = new URL(url);
  const certificate = encrypted
    ? ["certfile /etc/mosquitto/earshot.crt", "keyfile /etc/mosquitto/earshot.key"]
    : ["# Not encrypted: whoever is on the way can read passwords, names and lamps."];
  const [first] = people;
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
    "    password_file /etc/mosquitto/earshot.passwords",
    "    acl_file /etc/mosquitto/earshot.acl",
    "",
    "The password file: one account after the other; the program asks for the password, so that none is left in the",
    "shell's history. -c makes the file and overwrites one that is there: the first time only.",
    `    mosquitto_passwd -c /etc/mosquitto/earshot.passwords ${quoted(username)}`,
    ...(first === undefined ? [] : [`    mosquitto_passwd /etc/mosquitto/earshot.passwords ${first.id}`]),
    "Both files belong to the user Mosquitto runs as, and nobody else may read them.",
    "",
    "Mosquitto cannot forbid an account to mark what it may write as retained: an agent's wish for help can outlive the",
    "moment there. It concerns that agent alone.",
  ]);
}

function flawOfHomeAssistant(
  { prefix, username: name }: HomeAssistantConfig,
  gateway: string,
  people: readonly Person[],
): string | undefined {
  if (!topicWords.test(prefix)) {
    return "mqtt.homeAssistant.prefix cannot stand in a topic: letters, digits, `_` and `-`.";
  }
  if (name === undefined) return undefined;
  if (!accountName.test(name)) {
    return "mqtt.homeAssistant.username cannot be an account of Mosquitto: no colon, no line end.";
  }
  if (name === gateway || people.some(({ id }) => id === name)) {
    return "mqtt.homeAssistant.username is the gateway's account, or the id of a person; choose another.";
  }
  return undefined;
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

function gatewayPart(
  username: string,
  base: string,
  gateway: string,
  site: HomeAssistantSite | undefined,
): readonly string[] {
  const announcing = site ? announcingRights(site) : { read: [], write: [] };
  const { read, write } = gatewayRights(gateway, base);
  return [
    ...comments([
      "The gateway: mqtt.username. It says that it is there, writes what devices show and how phones fare, and reads the",
      "wishes for help. That it is gone is said by Mosquitto, in its name (last will).",
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

function comments(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `# ${line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?")}`.trimEnd());
}

/** As one word of a shell. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function no(sentence: string): AccessFile {
  return { ok: false, sentence };
}
