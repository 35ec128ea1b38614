import type { Config } from "../../model/index.js";
import { type PayloadName, payloads } from "./payloads.js";
import { contentTypeOf, contractVersion, payloadSchemas } from "./schemas.js";
import { type TopicName, topics } from "./topics.js";

type Json = Readonly<Record<string, unknown>>;

const blanks: Readonly<Record<string, string>> = {
  person: "The id of a person: by default the extension.",
  gateway: "The name of the gateway.",
  mac: "The address of a phone: twelve digits, in small letters.",
};

/** The contract of this site as an AsyncAPI 3.0 document, told from the gateway: what it sends, and what it receives. */
export function asyncApi({ mqtt }: Pick<Config, "mqtt">): Json {
  const names = Object.keys(topics) as TopicName[];
  const schemas = payloadSchemas();
  const message = (name: PayloadName): Json => ({
    name,
    contentType: contentTypeOf(name),
    payload: { $ref: `#/components/schemas/${name}` },
  });
  return {
    asyncapi: "3.0.0",
    info: {
      title: "earshot",
      version: `${contractVersion}.0.0`,
      description:
        "What earshot tells devices over MQTT 3.1.1. A topic is published when its payload changes, and all of them again " +
        "after each connection; everything at QoS 1. A reader drops what has a lower pair of epoch and seq than it has " +
        "seen, and takes nothing for true while the gateway is offline.",
    },
    defaultContentType: "application/json",
    servers: { broker: server(mqtt) },
    channels: Object.fromEntries(names.map((name) => [name, channel(mqtt.base, name)])),
    operations: Object.fromEntries(names.map((name) => [name, operation(name)])),
    components: {
      messages: Object.fromEntries((Object.keys(payloads) as PayloadName[]).map((name) => [name, message(name)])),
      schemas,
      securitySchemes: { account: { type: "userPassword" }, ...(signsByCertificate(mqtt) && { certificate }) },
    },
  };
}

const certificate = { type: "X509" } as const;

function signsByCertificate(mqtt: Config["mqtt"]): boolean {
  return mqtt.kind === "external" && mqtt.identity !== undefined;
}

/** Where the broker is; no account stands in it. */
function server(mqtt: Config["mqtt"]): Json {
  const url = mqtt.kind === "external" ? new URL(mqtt.url) : undefined;
  const host = mqtt.kind === "embedded" ? `${mqtt.listen.host}:${mqtt.listen.port}` : (url?.host ?? "");
  const protocol = url && /^(mqtts|wss):$/.test(url.protocol) ? "secure-mqtt" : "mqtt";
  const by = signsByCertificate(mqtt) ? "certificate" : "account";
  return {
    host,
    protocol,
    protocolVersion: "3.1.1",
    security: [{ $ref: `#/components/securitySchemes/${by}` }],
  };
}

function channel(base: string, name: TopicName): Json {
  const { path, about, payload } = topics[name];
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, blank = ""]) => blank);
  return {
    address: `${base}/${path}`,
    description: about,
    parameters: Object.fromEntries(named.map((blank) => [blank, { description: blanks[blank] ?? blank }])),
    messages: { [payload]: { $ref: `#/components/messages/${payload}` } },
  };
}

function operation(name: TopicName): Json {
  const { from, retained, payload } = topics[name];
  return {
    action: from === "gateway" ? "send" : "receive",
    channel: { $ref: `#/channels/${name}` },
    messages: [{ $ref: `#/channels/${name}/messages/${payload}` }],
    bindings: { mqtt: { qos: 1, retain: retained, bindingVersion: "0.2.0" } },
  };
}
