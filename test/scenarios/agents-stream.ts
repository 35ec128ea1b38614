import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { connectAsync, type MqttClient, UniqueMessageIdProvider } from "mqtt";
import { vi } from "vitest";
import { MqttBus } from "../../src/mqtt/index.ts";
import { AuditLog } from "../../src/store/index.ts";
import { Watch } from "../lab/watch.ts";
import { ana } from "../unit/core/world.ts";
import { anaAccount } from "./bench.ts";

/** What came by one way in one moment of virtual time, as the bytes were (latin1). */
export interface Received {
  /** Milliseconds since the hour began. */
  readonly at: number;
  readonly by: string;
  readonly bytes: string;
}

const pingRequest = Buffer.from([0xc0, 0x00]);
const pingReply = Buffer.from([0xd0, 0x00]);
const WITHIN_MS = 30_000;

/** A device of Ana's, of which every byte from the broker is kept. */
export class Wiretap {
  readonly by: string;
  readonly #client: MqttClient;
  readonly #watch = new Watch();
  #bytes = Buffer.alloc(0);
  #messages = 0;

  private constructor(by: string, client: MqttClient) {
    this.by = by;
    this.#client = client;
    client.stream.on("data", (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#watch.tell();
    });
    client.on("message", () => {
      this.#messages += 1;
      this.#watch.tell();
    });
  }

  static async connect(broker: string, by: string, qos: 0 | 1): Promise<Wiretap> {
    const { username, password } = anaAccount;
    // What the client itself chooses comes back to it: packet identifiers are counted, not thrown.
    const messageIdProvider = new UniqueMessageIdProvider();
    const account = { username, password, clientId: by, keepalive: 0, reconnectPeriod: 0, messageIdProvider };
    const tap = new Wiretap(by, await connectAsync(`mqtt://${broker}`, { ...account, protocolVersion: 4 }));
    await tap.#client.subscribeAsync(["#"], { qos });
    return tap;
  }

  /** Waits for so many messages, then for all that the broker has written before it answers a ping. */
  async take(messages: number, at: number): Promise<Received> {
    await this.#heard(messages);
    this.#client.stream.write(pingRequest);
    const answered = () => this.#bytes.subarray(-pingReply.length).equals(pingReply);
    await this.#watch.until(answered, () => `${this.by} has no answer to its ping`, WITHIN_MS);
    return this.#taken(at);
  }

  /** The same of a broker that is about to go, and answers nothing any more. */
  async last(messages: number, at: number): Promise<Received> {
    await this.#heard(messages);
    return this.#taken(at);
  }

  #heard(messages: number): Promise<void> {
    const missed = () => `${this.by} has heard ${this.#messages} messages, not ${messages}`;
    return this.#watch.until(() => this.#messages >= messages, missed, WITHIN_MS);
  }

  #taken(at: number): Received {
    const bytes = this.#bytes.toString("latin1");
    this.#bytes = Buffer.alloc(0);
    return { at, by: this.by, bytes };
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

/** Everything that the server answers to one request, from the status line to the last byte. */
export async function replyTo(url: string, at: number): Promise<Received> {
  const { hostname, port, host, pathname } = new URL(url);
  const socket = connectSocket(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  await once(socket, "close");
  return { at, by: `GET ${pathname}`, bytes: Buffer.concat(chunks).toString("latin1") };
}

const { append } = AuditLog.prototype;
const { notice } = MqttBus.prototype;

/**
 * Knows when a gateway has done all that it does before its clock goes on: its rows are written, and what it says on the
 * bus is at the broker. Rows and Ana's devices are waited for as long as they take: what a slow machine does is no part of
 * a stream.
 */
export class Calm {
  readonly #about = (["retain", "lampText", "help"] as const).map((name) => vi.spyOn(MqttBus.prototype, name));
  readonly #notices = vi.spyOn(MqttBus.prototype, "notice").mockImplementation(function (this: MqttBus, agent, what) {
    return notice.call(this, agent, what, agent === ana.id ? WITHIN_MS : 50);
  });
  readonly #others = (["withdraw", "forget", "phone"] as const).map((name) => vi.spyOn(MqttBus.prototype, name));
  readonly #rows = vi.spyOn(AuditLog.prototype, "append").mockImplementation(function (this: AuditLog, row) {
    return append.call(this, row, WITHIN_MS);
  });
  readonly #behind = vi.spyOn(AuditLog.prototype, "behind").mockReturnValue(false);
  readonly #seen = new Map<object, number>();

  /** How many messages for Ana have been handed to the bus. */
  forAna(): number {
    const spies = [...this.#about, this.#notices];
    return spies.reduce((sum, { mock }) => sum + mock.calls.filter(([person]) => person === ana.id).length, 0);
  }

  async reached(): Promise<void> {
    const spies = [...this.#about, this.#notices, ...this.#others, this.#rows];
    for (;;) {
      await setImmediate();
      const fresh = spies.flatMap((spy): unknown[] => {
        const { results } = spy.mock;
        const from = this.#seen.get(spy) ?? 0;
        this.#seen.set(spy, results.length);
        return results.slice(from).map(({ value }) => value);
      });
      if (fresh.length === 0) return;
      await Promise.allSettled(fresh);
      for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    }
  }

  stop(): void {
    for (const spy of [...this.#about, this.#notices, ...this.#others, this.#rows, this.#behind]) spy.mockRestore();
  }
}
