import { randomBytes } from "node:crypto";
import type { EventEmitter } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Aedes, type AedesOptions, type AedesPublishPacket, type AuthenticateError, type Client } from "aedes";
import type { BranchAccount, BrokerAccount, ClientIdentity, Listen, Log } from "../model/index.js";
import { type Account, mayAsk, mayRead, mayWrite } from "./access.js";
import { type Credentials, gatewayCredentials, type HomeAssistantAccount, signIn } from "./accounts.js";
import { Connection } from "./connection.js";
import { hostInUrl, ListenError } from "./listening.js";

export interface BrokerLimits {
  readonly clients: number;
  readonly packetBytes: number;
  readonly filtersPerClient: number;
  /** Home Assistant subscribes to each topic of each device. */
  readonly filtersOfHomeAssistant: number;
}

const usualLimits: BrokerLimits = {
  clients: 1000,
  packetBytes: 65_536,
  filtersPerClient: 64,
  filtersOfHomeAssistant: 16_384,
};
const connectTimeoutMs = 10_000;
/** A device that takes nothing for this long is let go, so that it does not hold up the others. */
const drainTimeoutMs = 5000;
const inboundQos2 = 20;
/** Nobody may read what begins with `$`: a forged message ends here, and its sender learns nothing. */
const nowhere = "$dropped";
const notAuthorized = 5;
const badPassword = 4;

/** How to reach a broker, and what it can tell about who has acknowledged. */
export interface BrokerLink {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificates of the authorities that may vouch for it (PEM); without it, those of this machine. */
  readonly ca?: string;
  /** What earshot shows it of itself. */
  readonly identity?: ClientIdentity;
  /** Only a broker of our own knows: true once a device of that agent has acknowledged these very bytes on this topic. */
  readonly confirmed?: (agent: string, topic: string, payload: string, withinMs: number) => Promise<boolean>;
}

interface Session {
  readonly account: Account;
  readonly filters: Set<string>;
  /** By packet identifier: what a PUBACK of this client confirms. */
  readonly awaited: Map<number, Watch>;
  lastId: number;
  forged: boolean;
}

interface Watch {
  readonly agent: string;
  readonly topic: string;
  readonly payload: Buffer;
  confirm(): void;
}

/** An MQTT 3.1.1 broker inside this process, for busy lights and small sites. Nothing of it outlives the process. */
export class EmbeddedBroker {
  readonly #listen: Listen;
  readonly #base: string;
  readonly #log: Log;
  readonly #limits: BrokerLimits;
  readonly #gateway: Credentials = gatewayCredentials();
  readonly #signIn: (username: string, password: Buffer) => Account | undefined;
  readonly #sessions = new WeakMap<Client, Session>();
  readonly #watches = new Set<Watch>();
  readonly #sockets = new Set<Socket>();
  readonly #said = new Set<string>();
  #aedes: Aedes | undefined;
  #server: Server | undefined;

  constructor(
    config: {
      readonly listen: Listen;
      readonly accounts: readonly BrokerAccount[];
      readonly branches?: readonly BranchAccount[];
      readonly base: string;
      readonly homeAssistant?: HomeAssistantAccount;
    },
    log: Log,
    limits: Partial<BrokerLimits> = {},
  ) {
    this.#listen = config.listen;
    this.#base = config.base;
    this.#log = log;
    this.#limits = { ...usualLimits, ...limits };
    this.#signIn = signIn(config.accounts, this.#gateway, config.branches, config.homeAssistant);
  }

  /** Listens. Throws a `ListenError` that says why it cannot. */
  async start(): Promise<void> {
    const aedes = await Aedes.createBroker(this.#rules());
    this.#aedes = aedes;
    aedes.on("unsubscribe", (filters, client) => {
      for (const filter of filters) this.#sessions.get(client)?.filters.delete(filter);
    });
    // The library's types leave this event out; unheard, it would end the process.
    const emitter: EventEmitter = aedes;
    emitter.on("error", (error: unknown) => this.#log.error({ why: String(error) }, "The broker reports an error."));
    const server = createServer((socket) => this.#accept(aedes, socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => {
        aedes.close();
        reject(new ListenError(this.#listen, error));
      });
      server.listen(this.#listen.port, this.#listen.host, resolve);
    });
    server.on("error", (error) => this.#log.error({ why: error.message }, "The broker cannot take a connection."));
    this.#server = server;
  }

  /** Where it really listens. Throws before `start` and after `stop`. */
  address(): Listen {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (address === null || address === undefined) throw new Error("the broker does not listen");
    return { host: address.address, port: address.port };
  }

  /** How the gateway itself connects: over loopback where that is listened on, with a password of this process. */
  link(): BrokerLink {
    const { host, port } = this.address();
    const to = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
    return {
      url: `mqtt://${hostInUrl(to)}:${port}`,
      ...this.#gateway,
      confirmed: (agent, topic, payload, withinMs) => this.#confirmed(agent, topic, payload, withinMs),
    };
  }

  /** Ends every connection and frees the port. */
  async stop(): Promise<void> {
    const [aedes, server] = [this.#aedes, this.#server];
    this.#aedes = undefined;
    this.#server = undefined;
    const closed = new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
    if (aedes !== undefined) await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(aedes: Aedes, socket: Socket): void {
    if (this.#sockets.size >= this.#limits.clients) {
      this.#once("full", {}, "The broker has as many clients as it takes; others are turned away.");
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    aedes.handle(new Connection(socket, this.#limits.packetBytes));
  }

  #rules(): AedesOptions {
    return {
      connectTimeout: connectTimeoutMs,
      drainTimeout: drainTimeoutMs,
      maxInflightInbound: inboundQos2,
      // Ids get the account's name in front, and the size of a packet bounds them.
      maxClientsIdLength: this.#limits.packetBytes,
      preConnect: (_client, packet, done) => {
        // An id belongs to its account: no other account can throw its holder out.
        packet.clientId = `${packet.username ?? ""}/${packet.clientId || randomBytes(8).toString("hex")}`;
        // No session is kept for later: what a device missed is stale, and the retained topics say what is true.
        packet.clean = true;
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        const account = username === undefined ? undefined : this.#signIn(username, password ?? Buffer.alloc(0));
        if (account === undefined) {
          const remote = remoteOf(client);
          this.#once(`sign-in ${remote}`, { remote }, "The broker refused a sign-in.");
          done(refusal(username === undefined ? notAuthorized : badPassword), false);
          return;
        }
        this.#admit(client, account);
        done(null, true);
      },
      authorizeSubscribe: (client, subscription, done) => {
        const session = this.#sessions.get(client);
        if (session === undefined || !mayAsk(session.account, this.#base, subscription.topic)) return done(null, null);
        const { filtersPerClient, filtersOfHomeAssistant } = this.#limits;
        const most = session.account.kind === "home-assistant" ? filtersOfHomeAssistant : filtersPerClient;
        if (session.filters.size >= most) return done(null, null);
        session.filters.add(subscription.topic);
        done(null, subscription);
      },
      authorizePublish: (client, packet, done) => {
        const session = client === null ? undefined : this.#sessions.get(client);
        if (session === undefined) return done(new Error("not signed in"));
        if (!mayWrite(session.account, this.#base, packet.topic, packet.retain)) {
          if (!session.forged && client !== null)
            this.#log.warn(
              { client: client.id, remote: remoteOf(client) },
              "A client published what it may not; all such messages are dropped.",
            );
          session.forged = true;
          packet.topic = nowhere;
          packet.payload = Buffer.alloc(0);
          packet.retain = false;
        }
        done();
      },
      authorizeForward: (client, packet) => this.#forward(client, packet),
    };
  }

  #admit(client: Client, account: Account): void {
    const session: Session = { account, filters: new Set(), awaited: new Map(), lastId: 0, forged: false };
    this.#sessions.set(client, session);
    if (client.conn instanceof Connection)
      client.conn.acknowledged = (id) => {
        session.awaited.get(id)?.confirm();
        session.awaited.delete(id);
      };
  }

  #forward(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
    const session = this.#sessions.get(client);
    if (session === undefined || !mayRead(session.account, this.#base, packet.topic)) return null;
    if (packet.qos === 0) return packet;
    // The library would choose the packet identifier later and tell nobody. Chosen here, all of a client's identifiers
    // come from one count, and a PUBACK names the message it is for.
    session.lastId = (session.lastId % 0xffff) + 1;
    session.awaited.delete(session.lastId);
    const { account } = session;
    for (const watch of this.#watches)
      if (account.kind === "agent" && account.agent === watch.agent && isOf(watch, packet))
        session.awaited.set(session.lastId, watch);
    return { ...packet, messageId: session.lastId };
  }

  #confirmed(agent: string, topic: string, payload: string, withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (confirmed: boolean): void => {
        clearTimeout(timer);
        this.#watches.delete(watch);
        resolve(confirmed);
      };
      const watch: Watch = { agent, topic, payload: Buffer.from(payload), confirm: () => end(true) };
      const timer = setTimeout(end, withinMs, false);
      this.#watches.add(watch);
    });
  }

  /** Logs a sentence once for each `key`, and for no more than a thousand of them: strangers choose some. */
  #once(key: string, about: object, sentence: string): void {
    if (this.#said.has(key) || this.#said.size >= 1000) return;
    this.#said.add(key);
    this.#log.warn(about, sentence);
  }
}

function isOf(watch: Watch, packet: AedesPublishPacket): boolean {
  return packet.topic === watch.topic && watch.payload.equals(Buffer.from(packet.payload));
}

function remoteOf(client: Client): string {
  return client.conn instanceof Connection ? client.conn.remote : "unknown";
}

function refusal(returnCode: number): AuthenticateError {
  return Object.assign(new Error("not signed in"), { returnCode });
}
