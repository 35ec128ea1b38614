import { connect, type MqttClient } from "mqtt";
import type { BrokerAccount, Clock, Lamp, Lights, LightTold, PersonId } from "../model/index.js";
import { FreshNotices, filterOf, type Payload, parsePayload, topicNamed, topicOf } from "./contract/index.js";

export interface DeviceLightsOptions {
  readonly url: string;
  /** First part of every topic. */
  readonly base: string;
  readonly accounts: readonly BrokerAccount[];
  /** The gateway's clock, by which notices are judged. */
  readonly clock: Pick<Clock, "now">;
}

const reconnectMs = 500;
/**
 * Busy lights of our own at the broker: real MQTT devices with the agents' accounts, which see what those may see and
 * acknowledge what they get. They know nothing of this process but its broker's address.
 */
export class DeviceLights implements Lights {
  readonly #options: DeviceLightsOptions;
  readonly #devices = new Set<DeviceLight>();

  constructor(options: DeviceLightsOptions) {
    this.#options = options;
  }

  open(people: readonly PersonId[], told: LightTold): () => void {
    const { accounts } = this.#options;
    const devices = people.flatMap((person) => {
      const account = accounts.find(({ agent }) => agent === person);
      return account ? [new DeviceLight(this.#options, account, person, told)] : [];
    });
    for (const device of devices) this.#devices.add(device);
    return () => {
      for (const device of devices) {
        this.#devices.delete(device);
        device.stop();
      }
    };
  }

  askHelp(person: PersonId, raised: boolean): boolean {
    const device = [...this.#devices].find((one) => one.person === person);
    return device?.askHelp(raised) ?? false;
  }
}

class DeviceLight {
  readonly #client: MqttClient;
  readonly #options: DeviceLightsOptions;
  readonly #told: LightTold;
  readonly #notices = new FreshNotices();
  /** What is retained of each gateway's, the newest by epoch and seq. */
  #lamp: Payload<"lamp"> | undefined;
  readonly #online = new Set<string>();

  constructor(
    options: DeviceLightsOptions,
    { username, password }: BrokerAccount,
    readonly person: PersonId,
    told: LightTold,
  ) {
    const { url, base, clock } = options;
    this.#options = options;
    this.#told = told;
    const client = connect(url, { username, password, protocolVersion: 4, clean: true, reconnectPeriod: reconnectMs });
    this.#client = client;
    client.on("connect", () => {
      this.#notices.connected(clock.now());
      client.subscribe([`${base}/agents/${person}/#`, filterOf(base, "gatewayState")], { qos: 1 });
    });
    client.on("message", (topic, payload) => this.#heard(topic, payload.toString()));
    client.on("close", () => {
      // All that is retained comes again with the next connection.
      this.#online.clear();
      this.#lamp = undefined;
      this.#show();
    });
    // What follows is a close.
    client.on("error", () => {});
  }

  askHelp(raised: boolean): boolean {
    if (!this.#client.connected) return false;
    const topic = topicOf(this.#options.base, "helpSet", { person: this.person });
    this.#client.publish(topic, raised ? "ON" : "OFF", { qos: 1 });
    return true;
  }

  stop(): void {
    this.#client.removeAllListeners("message");
    this.#client.removeAllListeners("close");
    this.#client.end(true);
  }

  #heard(address: string, payload: string): void {
    const topic = topicNamed(this.#options.base, address);
    if (topic?.name === "gatewayState") {
      const gateway = topic.place["gateway"] ?? "";
      if (payload === "online") this.#online.add(gateway);
      else this.#online.delete(gateway);
      this.#show();
    } else if (topic?.name === "lamp" && payload === "") {
      this.#lamp = undefined;
      this.#show();
    } else if (topic?.name === "lamp") {
      const lamp = parsePayload("lamp", payload);
      if (!lamp || (this.#lamp && isOlder(lamp, this.#lamp))) return;
      this.#lamp = lamp;
      this.#show();
    } else if (topic?.name === "notice") {
      const notice = parsePayload("notice", payload);
      if (notice && this.#notices.take(notice, this.#options.clock.now()) === "fresh")
        this.#told.notice(this.person, notice);
    }
  }

  #show(): void {
    this.#told.lamp(this.person, this.#shown());
  }

  #shown(): Lamp | "unknown" {
    if (!this.#lamp || !this.#online.has(this.#lamp.gateway)) return "unknown";
    const { lamp, mic, supervisors } = this.#lamp;
    return { lamp, mic, supervisors };
  }
}

function isOlder(one: { epoch: number; seq: number }, other: { epoch: number; seq: number }): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.seq < other.seq);
}
