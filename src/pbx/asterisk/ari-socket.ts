import { WebSocket } from "ws";
import type { Clock } from "../../model/index.js";
import { type AriAccount, basicAuth } from "./ari-client.js";
import { isNoise } from "./ari-messages.js";

export interface AriSocketHandlers {
  /** Connected: from now on the application can be subscribed to events. */
  open(): void;
  message(message: unknown): void;
  /** Was connected and is no more, or the first attempt failed; told once until `open` comes again. */
  away(why: string): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
const PING_EVERY_MS = 5_000;
/** A connection attempt, and a ping, may take this long. */
const PATIENCE_MS = 5_000;

/**
 * The websocket of our ARI application; what it is sent is subscribed to once it is open. Connects for ever, with longer
 * waits the longer nobody answers, until `stop()`.
 */
export class AriSocket {
  readonly #url: string;
  readonly #authorization: string;
  readonly #clock: Clock;
  readonly #handlers: AriSocketHandlers;
  #socket: WebSocket | undefined;
  #cancel: () => void = () => undefined;
  #waitMs = FIRST_WAIT_MS;
  #told = false;
  #stopped = true;

  constructor(account: AriAccount, app: string, clock: Clock, handlers: AriSocketHandlers) {
    const url = new URL(`${account.url.replace(/\/$/, "")}/events`);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.search = new URLSearchParams({ app }).toString();
    this.#url = url.href;
    this.#authorization = basicAuth(account);
    this.#clock = clock;
    this.#handlers = handlers;
  }

  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  /** Closes and does not come back. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
  }

  /** Gives this connection up and makes a new one: what was read by it cannot be trusted. */
  restart(why: string): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#lost(socket, why);
    socket.terminate();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url, {
      headers: { authorization: this.#authorization },
      handshakeTimeout: PATIENCE_MS,
      followRedirects: false,
    });
    this.#socket = socket;
    socket.on("open", () => {
      if (this.#socket !== socket) return;
      this.#told = false;
      this.#waitMs = FIRST_WAIT_MS;
      this.#watch(socket);
      this.#handlers.open();
    });
    socket.on("message", (data) => {
      if (this.#socket !== socket) return;
      const text = String(data);
      if (!isNoise(text)) this.#handlers.message(parsed(text));
    });
    socket.on("unexpected-response", (_request, response) => {
      const refused = response.statusCode === 401 || response.statusCode === 403;
      const why = refused ? "the PBX refused the user or password" : `the PBX answered ${response.statusCode}`;
      this.#lost(socket, why);
      socket.terminate();
    });
    socket.on("error", () => this.#lost(socket, "nobody answers at the PBX"));
    socket.on("close", () => this.#lost(socket, "the connection to the PBX was lost"));
  }

  /** A PBX that is gone without a word (cable, power) is noticed by the missing pong. */
  #watch(socket: WebSocket): void {
    let answered = true;
    socket.on("pong", () => {
      answered = true;
    });
    const beat = () => {
      if (this.#socket !== socket) return;
      if (!answered) {
        this.#lost(socket, "the PBX does not answer any more");
        socket.terminate();
        return;
      }
      answered = false;
      socket.ping();
      this.#cancel = this.#clock.after(PING_EVERY_MS, beat);
    };
    beat();
  }

  #lost(socket: WebSocket, why: string): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#cancel();
    if (!this.#told) {
      this.#told = true;
      this.#handlers.away(why);
    }
    if (this.#stopped) return;
    this.#cancel = this.#clock.after(this.#waitMs, () => this.#connect());
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
