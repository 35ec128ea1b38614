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
import { GatewayLine } from "./gateway-line.js";

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

/**
 * The bus over MQTT 3.1.1, to the embedded broker or to one elsewhere: which topics hold what, and what is taken back.
 */
export class MqttBus implements Bus {
  readonly #options: BusOptions;
  readonly #stateTopic: string;
  readonly #line: GatewayLine;
  /** The retained topics that somebody keeps true. */
  readonly #kept = new Set<string>();
  readonly #beside: { readonly filters: readonly string[]; told(topic: string, payload: Buffer): void }[] = [];
  #onConnect: () => void = () => {};
  #onHelp: ((agent: PersonId, raised: boolean) => void) | undefined;
  /** Before the first connection nothing has failed. */
  #began = false;

  constructor(options: BusOptions) {
    this.#options = options;
    this.#stateTopic = topicOf(options.base, "gatewayState", { gateway: options.gateway });
    const { gateway, link, log, retryMs = 250, tap } = options;
    this.#line = new GatewayLine(
      { gateway, stateTopic: this.#stateTopic, link, log, retryMs, tap },
      {
        arrived: () => this.#arrived(),
        heard: (topic, payload, retained) => this.#heard(topic, payload, retained),
      },
    );
  }

  get connected(): boolean {
    return this.#line.connected;
  }

  /** Begins to connect, and goes on for ever. It does not wait: a broker that is away holds nothing up. */
  async start(onConnect: () => void, onHelp?: (agent: PersonId, raised: boolean) => void): Promise<void> {
    this.#onConnect = onConnect;
    this.#onHelp = onHelp;
    this.#line.start();
  }

  /** Has further topics heard by somebody else, from the next connection on; of what is retained nothing is told. */
  hear(filters: readonly string[], told: (topic: string, payload: Buffer) => void): void {
    this.#beside.push({ filters, told });
  }

  /** Publishes what somebody else has to say; true once the broker has it, false when it is away. */
  say(topic: string, payload: string, retain: boolean): Promise<boolean> {
    return retain ? this.#keep(topic, payload) : this.#line.publish(topic, payload, false);
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
    if (!this.connected) {
      this.#pushed(agent, "notice", "failed", since);
      return false;
    }
    const topic = topicOf(this.#options.base, "notice", { person: agent });
    const payload = JSON.stringify(notice);
    const confirmed = this.#options.link.confirmed?.(agent, topic, payload, withinMs);
    const lamp = topicOf(this.#options.base, "lamp", { person: agent });
    // A broker may let what is not retained overtake what is: the lamp is to be there before the words about it.
    const sent = this.#line.settled(lamp).then(() => this.#line.publish(topic, payload, false));
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
    await this.#line.stop();
  }

  #arrived(): void {
    this.#began = true;
    // The set first: whoever sees this gateway online may trust what is retained.
    this.#onConnect();
    for (const topic of this.#options.guest?.topics() ?? []) this.#kept.add(topic);
    // Of people and phones that are gone: since an earlier run, or while the broker was away.
    for (const topic of this.#options.left?.all() ?? []) if (!this.#kept.has(topic)) void this.#take(topic);
    void this.#line.publish(this.#stateTopic, "online", true);
    const { base, guest } = this.#options;
    const help = this.#onHelp ? [filterOf(base, "helpSet")] : [];
    this.#line.subscribe([...help, ...this.#beside.flatMap(({ filters }) => filters), ...(guest?.filters ?? [])]);
    guest?.connected((topic, payload) => (payload === undefined ? this.#take(topic) : this.#keep(topic, payload)));
  }

  #heard(topic: string, payload: Buffer, retained: boolean): void {
    this.#options.guest?.heard(topic, payload, retained);
    // A wish is for the moment; one that a broker has kept is not anybody's now.
    if (retained) return;
    this.#wished(topic, payload.toString("latin1"));
    for (const { told } of this.#beside) told(topic, payload);
  }

  #wished(topic: string, payload: string): void {
    const named = topicNamed(this.#options.base, topic);
    const agent = named?.name === "helpSet" ? parsePersonId(named.place["person"] ?? "") : undefined;
    if (agent && (payload === "ON" || payload === "OFF")) this.#onHelp?.(agent, payload === "ON");
  }

  #keep(topic: string, payload: string): Promise<boolean> {
    this.#kept.add(topic);
    this.#options.left?.add(topic);
    return this.#line.publish(topic, payload, true);
  }

  /** An empty payload takes a retained message away (MQTT 3.1.1, 3.3.1.3). */
  async #take(topic: string): Promise<boolean> {
    this.#kept.delete(topic);
    const gone = await this.#line.publish(topic, "", true);
    if (gone && !this.#kept.has(topic)) this.#options.left?.remove(topic);
    return gone;
  }

  #pushed(person: PersonId, kind: PushResult["kind"], result: PushResult["result"], since: number): void {
    if (this.#began) this.#options.tap?.pushed({ person, by: "mqtt", kind, result, ms: performance.now() - since });
  }
}
