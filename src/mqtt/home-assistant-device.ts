import { lampTexts, type Person, type PersonId } from "../model/index.js";
import { topicOf } from "./contract/index.js";

/** Where Home Assistant looks, and what the gateway's own topics are called. */
export interface HomeAssistantSite {
  /** Of Home Assistant's discovery topics. */
  readonly prefix: string;
  readonly base: string;
  readonly gateway: string;
}

const callStates = ["idle", "ringing", "talking", "held"] as const;

/** Where Home Assistant says that it has been started (its birth message), and that it has gone. */
export function statusTopic({ prefix }: Pick<HomeAssistantSite, "prefix">): string {
  return `${prefix}/status`;
}

/** The one place where this gateway's devices are: nobody else's. */
export function discoveryFilter(site: HomeAssistantSite): string {
  return `${site.prefix}/device/${nodeOf(site)}/+/config`;
}

export function discoveryTopic(site: HomeAssistantSite, person: PersonId): string {
  return `${site.prefix}/device/${nodeOf(site)}/${person}/config`;
}

/**
 * A person's device as Home Assistant's device-based discovery wants it. The lamp is a sensor: a `light` must have a
 * command topic, and nobody may switch this one. A notice is an event, as it is for the moment and a sensor would go on
 * showing it. The call is there and off until somebody at Home Assistant wants it: it would be kept as a history of
 * working hours.
 */
export function discoveredDevice(site: HomeAssistantSite, { id, name }: Person, version: string): object {
  const { base, gateway } = site;
  const own = (topic: "lampText" | "notice" | "call" | "help" | "helpSet") => topicOf(base, topic, { person: id });
  const device = `${nodeOf(site)}_${id}`;
  const entity = (what: string) => ({ unique_id: `${device}_${what}` });
  return {
    device: { identifiers: [device], name, manufacturer: "earshot", model: "Busy light" },
    origin: { name: "earshot", sw_version: version },
    availability_topic: topicOf(base, "gatewayState", { gateway }),
    payload_available: "online",
    payload_not_available: "offline",
    qos: 1,
    components: {
      lamp: {
        platform: "sensor",
        ...entity("lamp"),
        name: "Lamp",
        icon: "mdi:headset",
        device_class: "enum",
        options: lampTexts,
        state_topic: own("lampText"),
      },
      notice: {
        platform: "event",
        ...entity("notice"),
        name: "Notice",
        icon: "mdi:message-text",
        event_types: ["info", "warning"],
        state_topic: own("notice"),
        value_template: "{{ {'event_type': value_json.level, 'text': value_json.text} | tojson }}",
      },
      call: {
        platform: "sensor",
        ...entity("call"),
        name: "Call",
        icon: "mdi:phone",
        device_class: "enum",
        options: callStates,
        state_topic: own("call"),
        value_template: "{{ value_json.state }}",
        enabled_by_default: false,
      },
      help: {
        platform: "switch",
        ...entity("help"),
        name: "Help",
        icon: "mdi:hand-back-right",
        state_topic: own("help"),
        command_topic: own("helpSet"),
        payload_on: "ON",
        payload_off: "OFF",
        optimistic: false,
        retain: false,
      },
    },
  };
}

function nodeOf({ base, gateway }: HomeAssistantSite): string {
  return `${base.replaceAll("/", "_")}_${gateway}`;
}
