/**
 * Home Assistant's device-based discovery, read more strictly than Home Assistant does: a key that its documentation does
 * not have is refused here and ignored there. From its documentation (integrations/mqtt, sensor.mqtt, event.mqtt,
 * switch.mqtt); what the text leaves open is as its own schema has it.
 */
export interface Discovered {
  readonly identifiers: readonly string[];
  readonly deviceName: string;
  readonly availability: string;
  readonly entities: readonly Entity[];
}

export interface Entity {
  readonly key: string;
  readonly platform: "sensor" | "event" | "switch";
  readonly uniqueId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly stateTopic: string;
  readonly qos: 0 | 1 | 2;
  readonly template: string | undefined;
  /** The states of an enum sensor, the types of an event. */
  readonly words: readonly string[];
  readonly command: { readonly topic: string; readonly on: string; readonly off: string } | undefined;
}

/** Why Home Assistant would not take it. */
export class NotTaken extends Error {
  override readonly name = "NotTaken";
}

type Json = Readonly<Record<string, unknown>>;

const discoveryTopic = /^device\/(?:[a-zA-Z0-9_-]+\/)?[a-zA-Z0-9_-]+\/config$/;
const deviceKeys = "identifiers connections name manufacturer model model_id hw_version sw_version serial_number";
const deviceMore = "suggested_area via_device configuration_url";
const originKeys = "name sw_version support_url";
const availabilityKeys = "availability_topic availability_template payload_available payload_not_available";
const rootKeys = `device origin components state_topic command_topic qos encoding ${availabilityKeys}`;
const entityKeys =
  "platform unique_id name icon enabled_by_default entity_category default_entity_id entity_picture state_topic " +
  "value_template json_attributes_topic json_attributes_template qos encoding";
const platformKeys = {
  sensor:
    "device_class options expire_after force_update state_class unit_of_measurement suggested_display_precision last_reset_value_template",
  event: "device_class event_types",
  switch: "device_class command_topic command_template payload_on payload_off state_on state_off optimistic retain",
} as const;

/** @throws NotTaken in words. */
export function readDevice(prefix: string, topic: string, payload: string): Discovered {
  const below = topic.startsWith(`${prefix}/`) ? topic.slice(prefix.length + 1) : "";
  if (!discoveryTopic.test(below)) no(`illegal discovery topic ${topic}`);
  const root = object(parse(payload), "the payload");
  only(root, rootKeys, "the payload");
  const device = object(root["device"], "device");
  only(device, `${deviceKeys} ${deviceMore}`, "device");
  const identifiers = list(device["identifiers"] ?? [], "device.identifiers");
  if (identifiers.length === 0) no("a device without identifiers");
  const deviceName = text(device["name"], "device.name");
  const origin = object(root["origin"], "origin");
  only(origin, originKeys, "origin");
  text(origin["name"], "origin.name");
  const availability = subscribable(root["availability_topic"], "availability_topic");
  if ((root["payload_available"] ?? "online") !== "online") no("the gateway says online");
  if ((root["payload_not_available"] ?? "offline") !== "offline") no("the gateway says offline");
  const components = Object.entries(object(root["components"], "components"));
  if (components.length === 0) no("a device without components");
  const entities = components.map(([key, part]) => entity(key, object(part, key), root));
  return { identifiers, deviceName, availability, entities };
}

function entity(key: string, part: Json, root: Json): Entity {
  const platform = part["platform"];
  if (platform !== "sensor" && platform !== "event" && platform !== "switch") return no(`${key}: platform ${platform}`);
  only(part, `${entityKeys} ${platformKeys[platform]}`, key);
  const uniqueId = text(part["unique_id"], `${key}.unique_id`);
  const name = text(part["name"], `${key}.name`);
  const qos = part["qos"] ?? root["qos"] ?? 0;
  if (qos !== 0 && qos !== 1 && qos !== 2) return no(`${key}: qos ${qos}`);
  const icon = part["icon"];
  if (icon !== undefined && !/^[a-z]+:[a-z0-9-]+$/.test(text(icon, "icon"))) no(`${key}: icon ${icon}`);
  const template = part["value_template"];
  return {
    ...{ key, platform, uniqueId, name, qos },
    enabled: flag(part["enabled_by_default"] ?? true, key),
    stateTopic: subscribable(part["state_topic"] ?? root["state_topic"], `${key}.state_topic`),
    template: template === undefined ? undefined : text(template, `${key}.value_template`),
    words: wordsOf(key, platform, part),
    command: platform === "switch" ? commandOf(key, part, root) : undefined,
  };
}

function wordsOf(key: string, platform: Entity["platform"], part: Json): readonly string[] {
  if (platform === "event") {
    const types = list(part["event_types"], `${key}.event_types`);
    return types.length > 0 ? types : no(`${key}: no event types`);
  }
  if (platform !== "sensor" || part["options"] === undefined) return [];
  const options = list(part["options"], `${key}.options`);
  if (options.length === 0) no(`${key}: an empty list of options`);
  if (part["device_class"] !== "enum") no(`${key}: options without device_class enum`);
  if (part["state_class"] !== undefined || part["unit_of_measurement"] !== undefined)
    no(`${key}: options with a state class or a unit`);
  return options;
}

function commandOf(key: string, part: Json, root: Json): Entity["command"] {
  const topic = text(part["command_topic"] ?? root["command_topic"], `${key}.command_topic`);
  if (/[#+\u0000]/.test(topic)) no(`${key}: a wildcard in ${topic}`);
  if (flag(part["retain"] ?? false, key)) no(`${key}: a wish that outlives its moment`);
  const [on, off] = [part["payload_on"] ?? "ON", part["payload_off"] ?? "OFF"];
  return { topic, on: text(on, key), off: text(off, key) };
}

/** What a message makes of an entity's state; a template is read where it is one of the two forms that are used here. */
export function stateOf({ key, platform, template, words }: Entity, payload: string): Json {
  const value = template === undefined ? payload : rendered(key, template, payload);
  if (platform === "sensor") {
    if (value.length > 255) no(`${key}: a state of ${value.length} characters`);
    if (words.length > 0 && !words.includes(value)) no(`${key}: ${value} is no option`);
    return { state: value };
  }
  if (platform === "switch") return { state: value };
  const { event_type: type, ...attributes } = object(parse(value), `${key}: an event`);
  if (!words.includes(text(type, `${key}: event_type`))) no(`${key}: ${type} is no event type`);
  return { type, ...attributes };
}

function rendered(key: string, template: string, payload: string): string {
  const given = object(parse(payload), `${key}: value_json`);
  const field = (name = ""): unknown => (Object.hasOwn(given, name) ? given[name] : no(`${key}: no ${name}`));
  const [, one] = /^\{\{ value_json\.(\w+) \}\}$/.exec(template) ?? [];
  if (one !== undefined) return String(field(one));
  const [, pairs] = /^\{\{ \{(.+)\} \| tojson \}\}$/.exec(template) ?? [];
  if (pairs === undefined) return no(`${key}: a template of another form: ${template}`);
  const made = pairs.split(", ").map((pair): [string, unknown] => {
    const [, name, from] = /^'(\w+)': value_json\.(\w+)$/.exec(pair) ?? no(`${key}: ${pair}`);
    return [name ?? "", field(from)];
  });
  return JSON.stringify(Object.fromEntries(made));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return no(`no JSON: ${json}`);
  }
}

function object(value: unknown, what: string): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : no(`${what}: no map`);
}

function only(value: Json, keys: string, what: string): void {
  const known = keys.split(" ");
  for (const key of Object.keys(value)) if (!known.includes(key)) no(`${what}: ${key} is not in the documentation`);
}

function text(value: unknown, what: string): string {
  return typeof value === "string" && value !== "" ? value : no(`${what}: no text`);
}

function flag(value: unknown, what: string): boolean {
  return typeof value === "boolean" ? value : no(`${what}: neither true nor false`);
}

function list(value: unknown, what: string): readonly string[] {
  return Array.isArray(value) ? value.map((one) => text(one, what)) : no(`${what}: no list`);
}

/** As MQTT has it (3.1.1, 4.7): `#` at the end alone, both wildcards as a whole level. */
function subscribable(value: unknown, what: string): string {
  const topic = text(value, what);
  const levels = topic.split("/");
  const right = levels.every((level, at) => !/[#+]/.test(level) || level === "+" || (level === "#" && !levels[at + 1]));
  return right ? topic : no(`${what}: ${topic}`);
}

function no(why: string): never {
  throw new NotTaken(why);
}
