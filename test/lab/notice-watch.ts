import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { Notice } from "../../src/model/index.ts";
import { Watch } from "./watch.ts";

/** A notice as it came: when, and since when the device had been connected, by the clock that the gateway has too. */
export interface Came extends Notice {
  readonly arrived: number;
  readonly connected: number;
}

/** A device that comes back whenever its broker does, and keeps every notice it is sent. */
export class NoticeWatch {
  readonly came: Came[] = [];
  readonly #client: MqttClient;
  readonly #watch = new Watch();
  #connected = 0;
  #subscriptions = 0;

  constructor(url: string, topic: string, options: IClientOptions) {
    const client = connect(url, {
      protocolVersion: 4,
      clean: true,
      reconnectPeriod: 20,
      resubscribe: false,
      ...options,
    });
    this.#client = client;
    client.on("connect", () => {
      this.#connected = Date.now();
      client.subscribe(topic, { qos: 1 }, (error) => {
        if (!error) this.#subscriptions += 1;
        this.#watch.tell();
      });
    });
    client.on("message", (_topic, payload) => {
      const notice = JSON.parse(payload.toString()) as Notice;
      this.came.push({ ...notice, arrived: Date.now(), connected: this.#connected });
      this.#watch.tell();
    });
    // What follows is a close, and it comes back.
    client.on("error", () => {});
  }

  /** Waits until it has subscribed so many times: once in each life of the broker. */
  subscribed(times: number, withinMs: number): Promise<void> {
    const missed = () => `it has subscribed ${this.#subscriptions} times, not ${times}`;
    return this.#watch.until(() => this.#subscriptions >= times, missed, withinMs);
  }

  /** Waits for so many notices. */
  heard(count: number, withinMs: number): Promise<void> {
    const missed = () => `${this.came.length} notices came, not ${count}`;
    return this.#watch.until(() => this.came.length >= count, missed, withinMs);
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
