import { EmitterImpl, type Transport, TransportState } from "sip.js";
import { WebSocket } from "ws";
import type { Clock } from "../model/index.js";

export interface TransportOptions {
  readonly url: string;
  readonly clock: Clock;
}

const PATIENCE_MS = 5_000;
const PING_EVERY_MS = 10_000;
/** A SIP message of a PBX that shows lamps is some thousand bytes long. */
const LONGEST_MESSAGE = 131_072;

/** SIP over WebSocket (RFC 7118) for sip.js, whose own is made for browsers. One connection: it does not come back. */
export class WebSocketTransport implements Transport {
  readonly protocol: string;
  readonly stateChange = new EmitterImpl<TransportState>();
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  readonly #options: TransportOptions;
  #state = TransportState.Disconnected;
  #socket: WebSocket | undefined;
  #cancel: () => void = () => undefined;

  constructor(_logger: unknown, options: TransportOptions) {
    this.#options = options;
    this.protocol = options.url.startsWith("wss:") ? "WSS" : "WS";
  }

  get state(): TransportState {
    return this.#state;
  }

  isConnected(): boolean {
    return this.#state === TransportState.Connected;
  }

  connect(): Promise<void> {
    const socket = new WebSocket(this.#options.url, "sip", {
      handshakeTimeout: PATIENCE_MS,
      maxPayload: LONGEST_MESSAGE,
      followRedirects: false,
    });
    this.#socket = socket;
    this.#turn(TransportState.Connecting);
    return new Promise((resolve, reject) => {
      socket.on("open", () => {
        this.#turn(TransportState.Connected);
        this.#watch(socket);
        this.onConnect?.();
        resolve();
      });
      socket.on("message", (data) => this.#receive(socket, String(data)));
      const lost = (why: string): void => {
        const error = new Error(why);
        reject(error);
        this.#lost(socket, error);
      };
      socket.on("error", () => lost("nobody answers"));
      socket.on("close", () => lost("the connection was lost"));
    });
  }

  disconnect(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#cancel();
    if (this.#state !== TransportState.Disconnected) this.#turn(TransportState.Disconnected);
    // What is still to be sent is sent first.
    if (socket?.readyState === WebSocket.OPEN) socket.close();
    else socket?.terminate();
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return this.disconnect();
  }

  send(message: string): Promise<void> {
    const socket = this.#socket;
    if (!this.isConnected() || socket === undefined) return Promise.reject(new Error("not connected"));
    return new Promise((resolve, reject) =>
      socket.send(message, (error) => {
        if (error) reject(error);
        else resolve();
      }),
    );
  }

  #receive(socket: WebSocket, message: string): void {
    if (this.#socket !== socket) return;
    try {
      this.onMessage?.(message);
    } catch {
      // sip.js throws at some messages that are no SIP; whoever sends such a one is not spoken to any more.
      socket.terminate();
    }
  }

  /** A PBX that is gone without a word is noticed by the missing pong. */
  #watch(socket: WebSocket): void {
    let answered = true;
    socket.on("pong", () => {
      answered = true;
    });
    const beat = (): void => {
      if (!answered) {
        socket.terminate();
        return;
      }
      answered = false;
      socket.ping();
      this.#cancel = this.#options.clock.after(PING_EVERY_MS, beat);
    };
    beat();
  }

  #lost(socket: WebSocket, error: Error): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#cancel();
    const was = this.#state;
    this.#turn(TransportState.Disconnected);
    if (was === TransportState.Connected) this.onDisconnect?.(error);
  }

  #turn(state: TransportState): void {
    this.#state = state;
    this.stateChange.emit(state);
  }
}
