import { createHmac } from "node:crypto";
import { Socket } from "node:net";
import { connect, type MqttClient } from "mqtt";
import type { BusTap, Log } from "../model/index.js";
import type { BrokerLink } from "./embedded-broker.js";

export interface GatewayLineParts {
  /** This gateway's name. */
  readonly gateway: string;
  /** Where it is said, retained, whether the gateway is there. */
  readonly stateTopic: string;
  readonly link: BrokerLink;
  readonly log: Log;
  /** The first wait before connecting again, in milliseconds; it doubles up to 20 times that. */
  readonly retryMs: number;
  /** Looks on. */
  readonly tap: Pick<BusTap, "standing" | "published"> | undefined;
}

/** What is told of the line. */
export interface GatewayLineHandlers {
  /** After every (re)connect. */
  arrived(): void;
  heard(topic: string, payload: Buffer, retained: boolean): void;
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
 * The gateway's own connection to the broker, made again and again. Each is a client of its own, so that nothing that was
 * published on a lost one can come after newer news on the next.
 */
export class GatewayLine {
  readonly #parts: GatewayLineParts;
  readonly #told: GatewayLineHandlers;
  /** Publishes the broker has not yet acknowledged. */
  readonly #unsettled = new Set<Unsettled>();
  #client: MqttClient | undefined;
  #connected = false;
  #stopped = false;
  #waitMs: number;
  #retry: NodeJS.Timeout | undefined;
  #reported: string | undefined;

  constructor(parts: GatewayLineParts, told: GatewayLineHandlers) {
    this.#parts = parts;
    this.#told = told;
    this.#waitMs = parts.retryMs;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Begins to connect, and goes on for ever. */
  start(): void {
    this.#connect();
  }

  /** Says that the gateway is offline and disconnects. Takes no longer than about two seconds. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    const client = this.#client;
    if (client === undefined) return;
    if (this.#connected) {
      await atMost(farewellMs, this.publish(this.#parts.stateTopic, "offline", true));
      await atMost(farewellMs, client.endAsync());
    }
    await client.endAsync(true);
  }

  /** Hears these topics for as long as this connection lasts. */
  subscribe(filters: readonly string[]): void {
    if (filters.length > 0) this.#client?.subscribe([...filters], { qos: 1 });
  }

  /** True once the broker has it; false when the connection is not there, or goes before that. */
  publish(topic: string, payload: string, retain: boolean): Promise<boolean> {
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
        this.#parts.tap?.published({ topic, payload, retained: retain, accepted, ms });
      };
    });
    const entry = { topic, done, settle };
    this.#unsettled.add(entry);
    client.publish(topic, payload, { qos: 1, retain }, (error) => settle(!error));
    return done;
  }

  /** Resolves once the broker has, or has not, what has been published on this topic so far. */
  async settled(topic: string): Promise<void> {
    await Promise.all([...this.#unsettled].filter((one) => one.topic === topic).map(({ done }) => done));
  }

  #connect(): void {
    const { link, gateway, stateTopic } = this.#parts;
    const client = connect(link.url, {
      protocolVersion: 4,
      clientId: clientId(gateway, link.password ?? link.identity?.key),
      clean: true,
      keepalive: keepaliveSeconds,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      queueQoSZero: false,
      // 65,536 buffers made in advance, for numbers in packets: eight megabytes that every full collection goes through.
      writeCache: false,
      ...(link.username === undefined ? {} : { username: link.username }),
      ...(link.password === undefined ? {} : { password: link.password }),
      ...(link.ca === undefined ? {} : { ca: link.ca }),
      ...link.identity,
      will: { topic: stateTopic, payload: Buffer.from("offline"), qos: 1, retain: true },
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
    });
    client.on("message", (topic, payload, { retain }) => this.#told.heard(topic, payload, retain));
    client.once("close", () => this.#lost(client, why));
  }

  #arrived(): void {
    const { tap, retryMs, log, link } = this.#parts;
    this.#connected = true;
    tap?.standing();
    this.#waitMs = retryMs;
    this.#reported = undefined;
    log.info({ broker: host(link.url) }, "Connected to the MQTT broker.");
    this.#told.arrived();
  }

  #lost(client: MqttClient, why: string): void {
    const { tap, retryMs, log, link } = this.#parts;
    if (this.#connected) {
      this.#connected = false;
      tap?.standing();
    }
    this.#client = undefined;
    for (const { settle } of [...this.#unsettled]) settle(false);
    client.end(true);
    if (this.#stopped) return;
    if (this.#reported !== why) log.warn({ broker: host(link.url), why }, "The MQTT broker is away; trying again.");
    this.#reported = why;
    this.#retry = setTimeout(() => this.#connect(), this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, retryMs * 20);
  }
}

/**
 * The same for every start: a broker then ends a half-open connection, and publishes its will, before the new one. Who
 * does not know the password, or the key of the certificate, cannot tell it: most brokers let any account throw out the
 * holder of an id it can name.
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
