import type { Clock, Log } from "../../model/index.js";
import type { AriAccount, AriClient } from "./ari-client.js";
import { type AriEvent, fieldsOf, parseEvent, textOf } from "./ari-messages.js";
import { AriSocket } from "./ari-socket.js";
import { clockSkew, type Listing, listing } from "./listing.js";

/**
 * `reading`: connected, the lists are being read and events wait. `replaced`: another gateway has taken over our
 * application; nothing is opened or renewed any more.
 */
export type Phase = "stopped" | "away" | "reading" | "live" | "replaced";

export interface ConnectionSettings {
  readonly account: AriAccount;
  readonly app: string;
  readonly ari: AriClient;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is told of the connection. */
export interface ConnectionHandlers {
  /** Which events somebody reads that cost more than the others. */
  needs(): Parameters<AriClient["dropUnusedEvents"]>[0];
  /** Whether an event has to do with a call at all; the others are left out. */
  isOfCalls(event: AriEvent): boolean;
  /** The lists are about to be read. */
  reading(): void;
  /** What the PBX has; the events since the reading began are to be taken in again on top of it. */
  listed(lists: Listing, since: readonly AriEvent[]): void;
  /** An event, while live. */
  event(event: AriEvent): void;
  /** A message of another kind than events of channels and bridges, while live. */
  aside(message: unknown): void;
  /** @param wasLive what happened was known until now. */
  away(why: string, wasLive: boolean): void;
  replaced(why: string): void;
}

const UNKNOWN_LOGGED = 50;

/** What the PBX tells us by ARI, from one connection to the next: first all that there is, then every event. */
export class Connection {
  readonly #ari: AriClient;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #told: ConnectionHandlers;
  readonly #socket: AriSocket;
  readonly #unknown = new Set<string>();
  #phase: Phase = "stopped";
  /** Events since the lists began to be read. */
  #recorded: AriEvent[] | undefined;
  #connection = 0;
  #skewMs = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor({ account, app, ari, clock, log }: ConnectionSettings, told: ConnectionHandlers) {
    this.#ari = ari;
    this.#clock = clock;
    this.#log = log;
    this.#told = told;
    this.#socket = new AriSocket(account, app, clock, {
      open: () => this.#opened(),
      message: (message) => this.#message(message),
      away: (why) => this.#away(why),
    });
  }

  get phase(): Phase {
    return this.#phase;
  }

  get live(): boolean {
    return this.#phase === "live";
  }

  /** How far the PBX's clock is ahead of ours, in ms; 0 as long as it is less than a second. */
  get skewMs(): number {
    return this.#skewMs;
  }

  start(): void {
    this.#phase = "away";
    this.#socket.start();
  }

  stop(): void {
    this.#phase = "stopped";
    this.#connection += 1;
    this.#socket.stop();
  }

  /** Reads the lists again; resolves once they are told. Does nothing while not live. */
  async readAgain(): Promise<void> {
    if (!this.live) return;
    const connection = this.#connection;
    this.#reading = this.#reading.then(() => this.#read(connection));
    await this.#reading;
  }

  #opened(): void {
    this.#phase = "reading";
    this.#connection += 1;
    const connection = this.#connection;
    this.#recorded = [];
    this.#reading = this.#reading.then(() => this.#read(connection));
  }

  /** Reads the lists; events that arrive meanwhile are taken in again on top of them. */
  async #read(connection: number): Promise<void> {
    if (this.#connection !== connection) return;
    this.#recorded = this.#phase === "reading" ? (this.#recorded ?? []) : [];
    if (this.#phase === "reading") {
      const [subscribed, filtered] = await Promise.all([
        this.#ari.subscribe(),
        this.#ari.dropUnusedEvents(this.#told.needs()),
      ]);
      if (this.#connection !== connection) return;
      if (!subscribed.ok) {
        this.#giveUp(subscribed.why);
        return;
      }
      if (!filtered.ok) this.#log.warn({ why: filtered.why }, "the PBX goes on sending events nobody reads");
    }
    this.#told.reading();
    const skew = await clockSkew(this.#ari, this.#clock);
    const lists = await listing(this.#ari);
    if (this.#connection !== connection) return;
    if (!lists.ok) {
      this.#giveUp(lists.why);
      return;
    }
    if (skew !== undefined && Math.abs(skew - this.#skewMs) > 1_000) {
      this.#skewMs = skew;
      if (skew !== 0) this.#log.warn({ skewMs: skew }, "the PBX's clock and this gateway's differ");
    }
    const since = this.#recorded ?? [];
    this.#recorded = undefined;
    this.#phase = "live";
    this.#told.listed(lists.value, since);
  }

  #giveUp(why: string): void {
    this.#recorded = undefined;
    this.#socket.restart(why);
  }

  #message(message: unknown): void {
    const event = parseEvent(message);
    if (event === "ignored") {
      if (this.live) this.#told.aside(message);
      return;
    }
    if (event === undefined) {
      this.#sayUnknown(textOf(fieldsOf(message), "type"));
      return;
    }
    if (event.kind === "replaced") {
      this.#stepDown();
      return;
    }
    if (!this.#told.isOfCalls(event)) return;
    this.#recorded?.push(event);
    if (this.live) this.#told.event(event);
  }

  #away(why: string): void {
    const wasLive = this.live;
    this.#connection += 1;
    this.#recorded = undefined;
    if (this.#phase === "replaced" || this.#phase === "stopped") return;
    this.#phase = "away";
    this.#log.warn({ why }, "the PBX is away");
    this.#told.away(why, wasLive);
  }

  /** Another gateway has opened our application: from now on the PBX tells us nothing, on a socket that stays open. */
  #stepDown(): void {
    const why = "another gateway has taken over the PBX";
    this.#phase = "replaced";
    this.#connection += 1;
    this.#recorded = undefined;
    this.#socket.stop();
    this.#log.error({}, `${why}: this one has stopped acting`);
    this.#told.replaced(why);
  }

  #sayUnknown(type: string): void {
    if (this.#unknown.has(type) || this.#unknown.size >= UNKNOWN_LOGGED) return;
    this.#unknown.add(type);
    this.#log.warn({ event: type }, "the PBX sent an event that is unknown or broken; it is left out from now on");
  }
}
