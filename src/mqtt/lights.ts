import { connect, type MqttClient } from "mqtt";
import * as z from "zod";
import { type BrokerAccount, type Lamp, type Lights, type LightTold, modes, type PersonId } from "../model/index.js";

export interface DeviceLightsOptions {
  readonly url: string;
  /** First part of every topic. */
  readonly base: string;
  readonly accounts: readonly BrokerAccount[];
}

const reconnectMs = 500;
const mic = z.enum(["muted", "open"]);
const lampPayload = z.object({
  lamp: z.enum(["off", ...modes]),
  mic,
  supervisors: z.array(z.object({ name: z.string(), extension: z.string(), mode: z.enum(modes), mic })),
  gateway: z.string(),
  epoch: z.number(),
  seq: z.number(),
});
const noticePayload = z.object({
  id: z.string(),
  text: z.string(),
  level: z.enum(["info", "warning"]),
  at: z.number(),
  expiresAt: z.number(),
});

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
  readonly #own: string;
  readonly #gateways: string;
  readonly #told: LightTold;
  /** What is retained of each gateway's, the newest by epoch and seq. */
  #lamp: z.output<typeof lampPayload> | undefined;
  readonly #online = new Set<string>();

  constructor(
    { url, base }: DeviceLightsOptions,
    { username, password }: BrokerAccount,
    readonly person: PersonId,
    told: LightTold,
  ) {
    this.#own = `${base}/agents/${person}/`;
    this.#gateways = `${base}/gateway/`;
    this.#told = told;
    const client = connect(url, { username, password, protocolVersion: 4, clean: true, reconnectPeriod: reconnectMs });
    this.#client = client;
    client.on("connect", () => {
      client.subscribe([`${this.#own}#`, `${this.#gateways}+/state`], { qos: 1 });
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
    this.#client.publish(`${this.#own}help/set`, raised ? "ON" : "OFF", { qos: 1 });
    return true;
  }

  stop(): void {
    this.#client.removeAllListeners("message");
    this.#client.removeAllListeners("close");
    this.#client.end(true);
  }

  #heard(topic: string, payload: string): void {
    if (topic.startsWith(this.#gateways)) {
      const gateway = topic.slice(this.#gateways.length).replace(/\/state$/, "");
      if (payload === "online") this.#online.add(gateway);
      else this.#online.delete(gateway);
      this.#show();
    } else if (topic === `${this.#own}lamp`) {
      const lamp = read(lampPayload, payload);
      if (!lamp || (this.#lamp && isOlder(lamp, this.#lamp))) return;
      this.#lamp = lamp;
      this.#show();
    } else if (topic === `${this.#own}notice`) {
      const notice = read(noticePayload, payload);
      if (notice) this.#told.notice(this.person, notice);
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

function read<T>(shape: z.ZodType<T>, payload: string): T | undefined {
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch {
    return undefined;
  }
  const parsed = shape.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}
