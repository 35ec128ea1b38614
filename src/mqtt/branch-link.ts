import { createHmac, type KeyObject } from "node:crypto";
import { connect, type MqttClient } from "mqtt";
import {
  type BranchDelivery,
  type BranchHello,
  type BranchId,
  type BranchLink,
  type Log,
  type Mac,
  parseMac,
} from "../model/index.js";
import { branchRights } from "./access.js";
import { opened, readShown, readWelcome, sealedDelivery, writeHello } from "./branch-messages.js";
import { topicNamed, topicOf } from "./contract/index.js";
import type { BrokerLink } from "./embedded-broker.js";

export interface MqttBranchLinkParts {
  readonly branch: BranchId;
  readonly base: string;
  readonly broker: Pick<BrokerLink, "url" | "ca"> & { readonly username: string; readonly password: string };
  /** Ed25519, public. */
  readonly gateway: KeyObject;
  /** By which the deliveries of each of its phones are sealed. */
  readonly phones: ReadonlyMap<Mac, KeyObject>;
  readonly log: Log;
}

/** Short, because a line that was cut leaves a connection that looks well. */
const keepaliveSeconds = 5;
const reconnectMs = 1_000;
const connectTimeoutMs = 5_000;
const farewellMs = 1_000;

/** A branch's connection to the broker, outwards only. What has no right signature for its topic ends here. */
export class MqttBranchLink implements BranchLink {
  readonly #parts: MqttBranchLinkParts;
  #client: MqttClient | undefined;
  #reported: string | undefined;

  constructor(parts: MqttBranchLinkParts) {
    this.#parts = parts;
  }

  /** Begins to connect, and goes on for ever. */
  start(told: Parameters<BranchLink["start"]>[0]): void {
    const { branch, base, broker, log } = this.#parts;
    const { url, username, password, ca } = broker;
    const state = topicOf(base, "branchState", { branch });
    let why = "the connection was closed";
    const client = connect(url, {
      ...{ username, password, protocolVersion: 4, clean: true, resubscribe: false, queueQoSZero: false },
      writeCache: false,
      clientId: clientId(branch, password),
      keepalive: keepaliveSeconds,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: reconnectMs,
      ...(ca === undefined ? {} : { ca }),
      will: { topic: state, payload: Buffer.from("offline"), qos: 1, retain: true },
    });
    this.#client = client;
    client.on("connect", () => {
      log.info({ broker: new URL(url).host }, "Connected to the MQTT broker.");
      this.#reported = undefined;
      this.#say(state, "online", true);
      client.subscribe(branchRights(branch, base).read, { qos: 1 }, () => told.connected());
    });
    client.on("message", (topic, payload) => this.#heard(topic, payload, told));
    client.on("error", (error) => {
      why = error.message || String((error as NodeJS.ErrnoException).code ?? "unknown");
    });
    client.on("close", () => {
      if (this.#reported !== why)
        log.warn({ broker: new URL(url).host, why }, "The MQTT broker is away; trying again.");
      this.#reported = why;
    });
  }

  hello(hello: BranchHello): void {
    const { base, branch } = this.#parts;
    if (this.#client?.connected)
      this.#client.publish(topicOf(base, "branchHello", { branch }), writeHello(hello), { qos: 0 });
  }

  delivered(phone: Mac, delivery: BranchDelivery): void {
    const { base, branch, phones } = this.#parts;
    const key = phones.get(phone);
    if (!key) return;
    const topic = topicOf(base, "branchDelivery", { branch, mac: phone });
    this.#say(topic, sealedDelivery(key, topic, delivery), false);
  }

  /** Says that it goes, and goes; takes no longer than about two seconds. */
  async stop(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    const { base, branch } = this.#parts;
    client.removeAllListeners("close");
    if (client.connected) {
      const said = new Promise<void>((resolve) => {
        const late = setTimeout(resolve, farewellMs);
        client.publish(topicOf(base, "branchState", { branch }), "offline", { qos: 1, retain: true }, () => {
          clearTimeout(late);
          resolve();
        });
      });
      await said;
    }
    await client.endAsync(true);
  }

  #heard(topic: string, payload: Buffer, told: Parameters<BranchLink["start"]>[0]): void {
    const { base, branch, gateway, phones } = this.#parts;
    const { name, place } = topicNamed(base, topic) ?? {};
    const phone = name === "branchShow" ? parseMac(place?.["mac"] ?? "") : undefined;
    const ours = place?.["branch"] === branch && (phone ? phones.has(phone) : name === "branchWelcome");
    if (!ours) {
      told.dropped("foreign", topic);
      return;
    }
    const message = opened(gateway, topic, payload);
    const shown = phone !== undefined && message && readShown(message.payload);
    const welcome = phone === undefined && message && readWelcome(message.payload);
    if (message && phone !== undefined && shown) told.shown(phone, shown, message.at);
    else if (message && welcome) told.welcome(welcome, message.at);
    else told.dropped("unsigned", topic);
  }

  /** Nothing is kept for later: what is old by then is of no use to anybody. */
  #say(topic: string, payload: string, retain: boolean): void {
    if (this.#client?.connected) this.#client.publish(topic, payload, { qos: 1, retain });
  }
}

/** The same for every start, so that of two with the same file only one is connected; and nobody else can tell it. */
function clientId(branch: BranchId, password: string): string {
  const key = createHmac("sha256", password).update(`earshot client id of branch ${branch}`).digest("hex");
  return `earshot-branch-${branch}-${key.slice(0, 16)}`;
}
