import type { PayloadName } from "./payloads.js";

/** One topic of the contract (design section 5), below the base. */
interface Topic {
  /** Levels in braces are filled in: `{person}`, `{gateway}`, `{mac}`, `{branch}`. */
  readonly path: string;
  readonly payload: PayloadName;
  readonly retained: boolean;
  /** Who publishes: the gateway, a device with the account of the person, or the branch office. */
  readonly from: "gateway" | "person" | "branch";
  /** Who may read it beside the gateway: devices of the person in its path, everybody's, nobody's, or the branch office. */
  readonly readers: "person" | "everybody" | "nobody" | "branch";
  readonly about: string;
}

/**
 * Every topic there is. Addresses, rights, access files, JSON Schema and AsyncAPI are made from this table, and a test
 * holds all that is published against it.
 */
export const topics = {
  gatewayState: {
    path: "gateway/{gateway}/state",
    payload: "presence",
    retained: true,
    from: "gateway",
    readers: "everybody",
    about:
      "Whether the gateway is there; offline is its last will. What it has retained is unknown while it is offline.",
  },
  call: {
    path: "agents/{person}/call",
    payload: "call",
    retained: true,
    from: "gateway",
    readers: "person",
    about: "What the agent's phone does. Never the customer.",
  },
  lamp: {
    path: "agents/{person}/lamp",
    payload: "lamp",
    retained: true,
    from: "gateway",
    readers: "person",
    about: "The light: visible supervisors alone.",
  },
  lampText: {
    path: "agents/{person}/lamp/text",
    payload: "lampText",
    retained: true,
    from: "gateway",
    readers: "person",
    about: "The light in one word, for lights that read no JSON. Unknown while the gateway is offline.",
  },
  notice: {
    path: "agents/{person}/notice",
    payload: "notice",
    retained: false,
    from: "gateway",
    readers: "person",
    about: "A short text, to be shown at once and until it expires. QoS 1.",
  },
  help: {
    path: "agents/{person}/help",
    payload: "wish",
    retained: true,
    from: "gateway",
    readers: "person",
    about: "Whether the agent asks for help.",
  },
  helpSet: {
    path: "agents/{person}/help/set",
    payload: "wish",
    retained: false,
    from: "person",
    readers: "person",
    about: "The agent's device asks for help, or no longer. What is retained here is not listened to.",
  },
  supervision: {
    path: "supervisors/{person}/supervision",
    payload: "supervision",
    retained: true,
    from: "gateway",
    readers: "person",
    about: "What this supervisor supervises, and who is there beside them. Never a supervision of a call of their own.",
  },
  phoneState: {
    path: "phones/{mac}/state",
    payload: "presence",
    retained: true,
    from: "gateway",
    readers: "nobody",
    about: "Whether the phone answered last; nothing is said before it has, or has not.",
  },
  phoneDelivery: {
    path: "phones/{mac}/delivery",
    payload: "delivery",
    retained: true,
    from: "gateway",
    readers: "nobody",
    about: "How the last push to the phone ended. It tells of hidden supervisors' phones too.",
  },
  branchState: {
    path: "branches/{branch}/state",
    payload: "presence",
    retained: true,
    from: "branch",
    readers: "nobody",
    about: "Whether the process of the branch office is there; offline is its last will.",
  },
  branchHello: {
    path: "branches/{branch}/hello",
    payload: "hello",
    retained: false,
    from: "branch",
    readers: "nobody",
    about: "The branch asks what is true, every three seconds. What is retained here is not listened to.",
  },
  branchWelcome: {
    path: "branches/{branch}/welcome",
    payload: "signed",
    retained: false,
    from: "gateway",
    readers: "branch",
    about: "The answer to one hello: the gateway's clock, and the newest seq of each phone of the branch.",
  },
  branchShow: {
    path: "branches/{branch}/phones/{mac}/show",
    payload: "signed",
    retained: true,
    from: "gateway",
    readers: "branch",
    about: "All that one phone of the branch is to show: visible supervisors alone, as documents for that phone.",
  },
  branchDelivery: {
    path: "branches/{branch}/phones/{mac}/delivery",
    payload: "sealedDelivery",
    retained: false,
    from: "branch",
    readers: "nobody",
    about: "How a push to the phone ended, sealed by the branch.",
  },
} as const satisfies Readonly<Record<string, Topic>>;

export type TopicName = keyof typeof topics;

type Blank<P extends string> = P extends `${string}{${infer N}}${infer Rest}` ? N | Blank<Rest> : never;
/** What fills the path of this topic. */
export type Place<N extends TopicName> = Readonly<Record<Blank<(typeof topics)[N]["path"]>, string>>;

/** The whole address. */
export function topicOf<N extends TopicName>(base: string, name: N, place: Place<N>): string {
  return filled(base, name, (blank) => (place as Readonly<Record<string, string>>)[blank] ?? "");
}

/** The filter for all topics of this kind; what `place` names is not left open. */
export function filterOf<N extends TopicName>(base: string, name: N, place: Partial<Place<N>> = {}): string {
  return filled(base, name, (blank) => (place as Readonly<Record<string, string | undefined>>)[blank] ?? "+");
}

function filled(base: string, name: TopicName, fill: (blank: string) => string): string {
  return `${base}/${topics[name].path.replace(/\{(\w+)\}/g, (_all, blank: string) => fill(blank))}`;
}

/** Which topic of the contract this address is, and what is in its path; undefined for any other. */
export function topicNamed(
  base: string,
  address: string,
): { readonly name: TopicName; readonly place: Readonly<Record<string, string>> } | undefined {
  if (!address.startsWith(`${base}/`)) return undefined;
  const levels = address.slice(base.length + 1).split("/");
  for (const name of Object.keys(topics) as TopicName[]) {
    const path = topics[name].path.split("/");
    const place: Record<string, string> = {};
    const fits = path.every((level, index) => {
      const given = levels[index] ?? "";
      if (!level.startsWith("{")) return level === given;
      place[level.slice(1, -1)] = given;
      return given !== "";
    });
    if (fits && path.length === levels.length) return { name, place };
  }
  return undefined;
}
