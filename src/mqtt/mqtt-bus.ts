import { createHmac } from "node:crypto";
import { Socket } from "node:net";
import { connect, type MqttClient } from "mqtt";
import {
  type Bus,
  type BusTap,
  type LampText,
  type Log,
  type Mac,
  type Notice,
  type PersonId,
  type PersonTopic,
  type PhoneTopic,
  type PushResult,
  parsePersonId,
  type RetainedTopics,
} from "../model/index.js";
import { filterOf, topicNamed, topicOf } from "./contract/index.js";
import type { BrokerLink } from "./embedded-broker.js";

/** Publishes retained, or takes back where there is no payload; true once the broker has it. */
export type GuestPublish = (topic: string, payload: string | undefined) => Promise<boolean>;

/** One who shares the gateway's connection to the broker. */
export interface BusGuest {
  /** What it wants to hear. */
  readonly filters: readonly string[];
  /** The retained topics that it keeps true: what earlier runs have left there stays. */
  topics(): Iterable<string>;
  /** After every (re)connect. */
  connected(publish: GuestPublish): void;
  /** Everything that comes on the connection; its own, and what is meant for others, too. */
  heard(topic: string, payload: Buffer, retained: boolean): void;
}

export interface BusOptions {
  /** First part of every topic. */
  readonly base: string;
  /** This gateway's name in `<base>/gateway/<gw>/state`. */
  readonly gateway: string;
  readonly link: BrokerLink;
  readonly log: Log;
  /** The first wait before connecting again, in milliseconds; it doubles up to 20 times that. */
  readonly retryMs?: number;
  /** Looks on. */
  readonly tap?: BusTap;
  readonly guest?: BusGuest;
  /** What earlier runs may have left; without it that stays. */
  readonly left?: RetainedTopics;
}

interface Unsettled {
  readonly topic: string;
  readonly done: Promise<boolean>;
  settle(accepted: boolean): void;
}

const keepaliveSeconds = 15;
const connectTimeoutMs = 10_000;
const farewellMs = 1000;

/**
 * The bus over MQTT 3.1.1, to the embedded broker or to one elsewhere. Every connection is a client of its own, so that
 * nothing that was published on a lost one can come after newer news on the next.
 */
export class MqttBus implements Bus {
  readonly #options: BusOptions;
  readonly #stateTopic: string;
  readonly #retryMs: number;
  /** Publishes the broker has not yet acknowledged. */
  readonly #unsettled = new Set<Unsettled>();
  /** The retained topics that somebody keeps true. */
  readonly #kept = new Set<string>();
  readonly #beside: { readonly filters: readonly string[]; told(topic: string, payload: Buffer): void }[] = [];
  #onConnect: () => void = () => {};
  #onHelp: ((agent: PersonId, raised: boolean) => void) | undefined;
  #client: MqttClient | undefined;
  #connected = false;
  /** Before the first connection nothing has failed. */
  #began = false;
  #stopped = false;
  #waitMs: number;
  #retry: NodeJS.Timeout | undefined;
  #reported: string | undefined;

  constructor(options: BusOptions) {
    this.#options = options;
    this.#stateTopic = topicOf(options.base, "gatewayState", { gateway: options.gateway });
    this.#retryMs = options.retryMs ?? 250;
    this.#waitMs = this.#retryMs;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Begins to connect, and goes on for ever. It does not wait: a broker that is away holds nothing up. */
  async start(onConnect: () => void, onHelp?: (agent: PersonId, raised: boolean) => void): Promise<void> {
    this.#onConnect = onConnect;
    this.#onHelp = onHelp;
    this.#connect();
  }

  /** Has further topics heard by somebody else, from the next connection on; of what is retained nothing is told. */
  hear(filters: readonly string[], told: (topic: string, payload: Buffer) => void): void {
    this.#beside.push({ filters, told });
  }

  /** Publishes what somebody else has to say; true once the broker has it, false when it is away. */
  say(topic: string, payload: string, retain: boolean): Promise<boolean> {
    return retain ? this.#keep(topic, payload) : this.#publish(topic, payload, false);
  }

  async retain(person: PersonId, topic: PersonTopic, payload: object): Promise<void> {
    const since = performance.now();
    const accepted = await this.#keep(topicOf(this.#options.base, topic, { person }), JSON.stringify(payload));
    // What a supervisor's own devices know is no word to an agent.
    if (topic !== "supervision") this.#pushed(person, topic, accepted ? "sent" : "failed", since);
  }

  async lampText(agent: PersonId, text: LampText): Promise<void> {
    await this.#keep(topicOf(this.#options.base, "lampText", { person: agent }), text);
  }

  async help(agent: PersonId, raised: boolean): Promise<void> {
    await this.#keep(topicOf(this.#options.base, "help", { person: agent }), raised ? "ON" : "OFF");
  }

  async phone(mac: Mac, topic: PhoneTopic, payload: object | "online" | "offline"): Promise<void> {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    await this.#keep(topicOf(this.#options.base, topic, { mac }), text);
  }

  async forgetPhone(mac: Mac): Promise<void> {
    const topics = (["phoneState", "phoneDelivery"] as const).map((name) => topicOf(this.#options.base, name, { mac }));
    await Promise.all(topics.map((topic) => this.#take(topic)));
  }

  async withdraw(person: PersonId, topic: PersonTopic): Promise<void> {
    await this.#take(topicOf(this.#options.base, topic, { person }));
  }

  async forget(person: PersonId): Promise<void> {
    const { base } = this.#options;
    const topics = (["call", "lamp", "lampText", "help"] as const).map((name) => topicOf(base, name, { person }));
    await Promise.all(topics.map((topic) => this.#take(topic)));
  }

  async notice(agent: PersonId, notice: Notice, withinMs: number): Promise<boolean> {
    const since = performance.now();
    if (!this.#connected) {
      this.#pushed(agent, "notice", "failed", since);
      return false;
    }
    const topic = topicOf(this.#options.base, "notice", { person: agent });
    const payload = JSON.stringify(notice);
    const confirmed = this.#options.link.confirmed?.(agent, topic, payload, withinMs);
    // A broker may let what is not retained overtake what is: the lamp is to be there before the words about it.
    const sent = this.#settled(agent).then(() => this.#publish(topic, payload, false));
    if (confirmed === undefined) {
      void sent.then((accepted) => this.#pushed(agent, "notice", accepted ? "sent" : "failed", since));
      return false;
    }
    const seen = await confirmed;
    this.#pushed(agent, "notice", seen ? "confirmed" : "unconfirmed", since);
    return seen;
  }

  /** Says that the gateway is offline and disconnects. Takes no longer than about two seconds. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    const client = this.#client;
    if (client === undefined) return;
    if (this.#connected) {
      await atMost(farewellMs, this.#publish(this.#stateTopic, "offline", true));
      await atMost(farewellMs, client.endAsync());
    }
    await client.endAsync(true);
  }

  #connect(): void {
    const { link, gateway } = this.#options;
    const client = connect(link.url, {
      protocolVersion: 4,
      clientId: clientId(gateway, link.password ?? link.identity?.key),
      clean: true,
      keepalive: keepaliveSeconds,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      queueQoSZero: false,
      ...(link.username === undefined ? {} : { username: link.username }),
      ...(link.password === undefined ? {} : { password: link.password }),
      ...(link.ca === undefined ? {} : { ca: link.ca }),
      ...link.identity,
      will: { topic: this.#stateTopic, payload: Buffer.from("offline"), qos: 1, retain: true },
    });
    let why = "the connection was closed";
    this.#client = client;
    client.on("error", (error) => {
      why = error.message || ((error as NodeJS.ErrnoException).code ?? "unknown");
    });
    client.once("connect", () => {
      // Small messages must not wait for the acknowledgement of earlier ones.
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      this.#arrived();
      const { guest } = this.#options;
      const beside = [...this.#beside.flatMap(({ filters }) => filters), ...(guest?.filters ?? [])];
      const help = this.#onHelp ? [filterOf(this.#options.base, "helpSet")] : [];
      if (beside.length + help.length > 0) client.subscribe([...help, ...beside], { qos: 1 });
      guest?.connected((topic, payload) => (payload === undefined ? this.#take(topic) : this.#keep(topic, payload)));
    });
    client.on("message", (topic, payload, { retain }) => {
      this.#options.guest?.heard(topic, payload, retain);
      // A wish is for the moment; one that a broker has kept is not anybody's now.
      if (retain) return;
      this.#heard(topic, payload.toString("latin1"));
      for (const { told } of this.#beside) told(topic, payload);
    });
    client.once("close", () => this.#lost(client, why));
  }

  #arrived(): void {
    this.#connected = true;
    this.#began = true;
    this.#options.tap?.standing();
    this.#waitMs = this.#retryMs;
    this.#reported = undefined;
    this.#options.log.info({ broker: host(this.#options.link.url) }, "Connected to the MQTT broker.");
    // The set first: whoever sees this gateway online may trust what is retained.
    this.#onConnect();
    for (const topic of this.#options.guest?.topics() ?? []) this.#kept.add(topic);
    // Of people and phones that are gone: since an earlier run, or while the broker was away.
    for (const topic of this.#options.left?.all() ?? []) if (!this.#kept.has(topic)) void this.#take(topic);
    void this.#publish(this.#stateTopic, "online", true);
  }

  #heard(topic: string, payload: string): void {
    const named = topicNamed(this.#options.base, topic);
    const agent = named?.name === "helpSet" ? parsePersonId(named.place["person"] ?? "") : undefined;
    if (agent && (payload === "ON" || payload === "OFF")) this.#onHelp?.(agent, payload === "ON");
  }

  #lost(client: MqttClient, why: string): void {
    if (this.#connected) {
      this.#connected = false;
      this.#options.tap?.standing();
    }
    this.#client = undefined;
    for (const { settle } of [...this.#unsettled]) settle(false);
    client.end(true);
    if (this.#stopped) return;
    if (this.#reported !== why)
      this.#options.log.warn({ broker: host(this.#options.link.url), why }, "The MQTT broker is away; trying again.");
    this.#reported = why;
    this.#retry = setTimeout(() => this.#connect(), this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, this.#retryMs * 20);
  }

  #keep(topic: string, payload: string): Promise<boolean> {
    this.#kept.add(topic);
    this.#options.left?.add(topic);
    return this.#publish(topic, payload, true);
  }

  /** An empty payload takes a retained message away (MQTT 3.1.1, 3.3.1.3). */
  async #take(topic: string): Promise<boolean> {
    this.#kept.delete(topic);
    const gone = await this.#publish(topic, "", true);
    if (gone && !this.#kept.has(topic)) this.#options.left?.remove(topic);
    return gone;
  }

  /** True once the broker has it; false when the connection is not there, or goes before that. */
  #publish(topic: string, payload: string, retain: boolean): Promise<boolean> {
    const client = this.#client;
    if (client === undefined || !this.#connected) return Promise.resolve(false);
    const since = performance.now();
    let settle = (_accepted: boolean): void => {};
    const done = new Promise<boolean>((resolve) => {
      settle = (accepted) => {
        // Both the broker's answer and the loss of the connection come here.
        if (!this.#unsettled.delete(entry)) return;
        resolve(accepted);
        const ms = performance.now() - since;
        this.#options.tap?.published({ topic, payload, retained: retain, accepted, ms });
      };
    });
    const entry = { topic, done, settle };
    this.#unsettled.add(entry);
    client.publish(topic, payload, { qos: 1, retain }, (error) => settle(!error));
    return done;
  }

  #pushed(person: PersonId, kind: PushResult["kind"], result: PushResult["result"], since: number): void {
    if (this.#began) this.#options.tap?.pushed({ person, by: "mqtt", kind, result, ms: performance.now() - since });
  }

  /** What is about others holds nobody's notice up. */
  async #settled(agent: PersonId): Promise<void> {
    const own = filterOf(this.#options.base, "lamp", { person: agent });
    await Promise.all([...this.#unsettled].filter(({ topic }) => topic === own).map(({ done }) => done));
  }
}

/**
 * The same for every start: a broker then ends a half-open connection, and publishes its will, before the new one. Who
 * does not know the password, or the key of the certificate, cannot tell it: most brokers let any account throw out the holder of an id it can name.
 */
function clientId(gateway: string, secret: string | undefined): string {
  if (secret === undefined) return `earshot-${gateway}`;
  const key = createHmac("sha256", secret).update(`earshot client id of ${gateway}`).digest("hex");
  return `earshot-${gateway}-${key.slice(0, 16)}`;
}

function host(url: string): string {
  return new URL(url).host;
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), limit]);
  clearTimeout(timer);
}
