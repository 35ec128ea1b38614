import { connect as connectSocket, createServer, Socket } from "node:net";
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { onTestFinished } from "vitest";
import { type Log, type PersonId, parsePersonId } from "../../../src/model/index.js";
import { type BrokerLimits, type BrokerLink, EmbeddedBroker, MqttBus } from "../../../src/mqtt/index.js";

/** A log that keeps its lines. */
export function keptLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const line = (level: string) => (about: object, sentence: string) =>
    void lines.push(`${level} ${sentence} ${JSON.stringify(about)}`);
  return { lines, log: { info: line("info"), warn: line("warn"), error: line("error") } };
}

export const ana = { username: "ana", password: "ana's password", agent: "2001" };
export const ben = { username: "ben", password: "ben's password", agent: "2002" };

export function person(text: string): PersonId {
  const id = parsePersonId(text);
  if (id === undefined) throw new Error(text);
  return id;
}

/** A broker on a free port of loopback, with the accounts of Ana (2001) and Ben (2002). */
export async function broker(log: Log = keptLog().log, limits: Partial<BrokerLimits> = {}): Promise<EmbeddedBroker> {
  const listen = { host: "127.0.0.1", port: 0 };
  const made = new EmbeddedBroker({ listen, accounts: [ana, ben], base: "earshot" }, log, limits);
  await made.start();
  onTestFinished(() => made.stop());
  return made;
}

export function url(of: EmbeddedBroker): string {
  return `mqtt://127.0.0.1:${of.address().port}`;
}

/** A bus of gateway `gw1` that is stopped when the test is over. */
export function bus(link: BrokerLink, log: Log = keptLog().log): MqttBus {
  const made = new MqttBus({ base: "earshot", gateway: "gw1", link, log, retryMs: 10 });
  onTestFinished(() => made.stop());
  return made;
}

/** A real client that remembers what it is sent, and is gone when the test is over. */
export class Device {
  readonly client: MqttClient;
  readonly seen: IPublishPacket[] = [];
  readonly #waiting: (() => void)[] = [];

  private constructor(client: MqttClient) {
    this.client = client;
    client.on("message", (_topic, _payload, packet) => {
      this.seen.push(packet);
      for (const check of this.#waiting) check();
    });
    client.on("error", () => {});
  }

  static async signIn(to: string, options: IClientOptions): Promise<Device> {
    const client = connect(to, { protocolVersion: 4, reconnectPeriod: 0, ...options });
    onTestFinished(() => void client.end(true));
    const device = new Device(client);
    await new Promise<void>((resolve, reject) => {
      client.once("connect", () => {
        if (client.stream instanceof Socket) client.stream.setNoDelay(true);
        resolve();
      });
      client.once("error", reject);
    });
    return device;
  }

  /** The QoS that was granted; 128 for a filter that was refused. */
  async subscribe(filter: string, qos: 0 | 1 = 1): Promise<number> {
    const granted = await new Promise<number>((resolve) =>
      this.client.subscribe(filter, { qos }, (_error, grants, packet) =>
        resolve(Number(packet?.granted[0] ?? grants?.[0]?.qos ?? 128)),
      ),
    );
    return granted;
  }

  publish(topic: string, payload: string, retain = false): Promise<unknown> {
    return this.client.publishAsync(topic, payload, { qos: 1, retain });
  }

  /** Resolves when something seen so far, or later, is as asked; the test's own time limit ends it. */
  saw(holds: (packet: IPublishPacket) => boolean): Promise<IPublishPacket> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = this.seen.find(holds);
        if (found !== undefined) resolve(found);
      };
      this.#waiting.push(check);
      check();
    });
  }

  /** What was seen, each as `topic payload`. */
  said(): string[] {
    return this.seen.map((packet) => `${packet.topic} ${packet.payload.toString()}`);
  }
}

/** A wire between a bus and its broker that can be cut, stay cut, or swallow what is sent. */
export async function wire(link: BrokerLink): Promise<{
  readonly link: BrokerLink;
  cut(): void;
  closed: boolean;
  swallow: boolean;
}> {
  const open = new Set<Socket>();
  const target = new URL(link.url);
  const state = {
    closed: false,
    swallow: false,
    cut: () => {
      for (const socket of open) socket.destroy();
    },
  };
  const server = createServer((near) => {
    if (state.closed) {
      near.destroy();
      return;
    }
    const far = connectSocket(Number(target.port), target.hostname);
    open.add(near).add(far);
    near.on("data", (bytes) => void (state.swallow || far.write(bytes)));
    far.on("data", (bytes) => void near.write(bytes));
    for (const socket of [near, far]) {
      socket.on("error", () => {});
      socket.on("close", () => {
        near.destroy();
        far.destroy();
        open.delete(socket);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    state.cut();
    server.close();
  });
  const address = server.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  return Object.assign(state, { link: { ...link, url: `mqtt://127.0.0.1:${port}` } });
}
