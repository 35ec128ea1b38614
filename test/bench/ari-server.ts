import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { Watch } from "../lab/watch.ts";
import { AriWorld } from "./ari-world.ts";
import type { ListedCall } from "./recording.ts";

/** A request as it arrived, by `performance.now()` of this process. */
export interface Arrival {
  readonly at: number;
  readonly method: string;
  /** Below `/ari`, without the query. */
  readonly path: string;
}

/**
 * As much of Asterisk's ARI as a press and a board need, with the time at which every request arrived. It answers as
 * Asterisk 22 was seen to, but at once: what is measured against it is the gateway alone. Phones answer by themselves.
 */
export class AriServer {
  /** Since the last `forget()`. */
  arrivals: Arrival[] = [];
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #world = new AriWorld((text) => this.send([text]));
  readonly #watch = new Watch();
  #socket: WebSocket | undefined;

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on("upgrade", (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (made) => {
        this.#socket = made;
        this.#watch.tell();
      });
    });
  }

  /** @returns the URL that a configuration wants. */
  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ari`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** These calls and no others are live; whoever is connected has to read the lists again. */
  list(calls: Iterable<ListedCall>): void {
    this.#world.list(calls);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
  }

  /** A channel of a client's own that is up and in its application, as a supervisor's leg is. */
  addOwn(id: string, name: string): void {
    this.#world.add(id, name);
  }

  /** Sends recorded events to the connected application. */
  send(texts: readonly string[]): void {
    for (const text of texts) this.#socket?.send(text);
  }

  forget(): void {
    this.arrivals = [];
  }

  /** Every channel and bridge that a client made and that is still there. */
  get own(): readonly string[] {
    return this.#world.own;
  }

  /** Waits until `holds`, which is asked again after every request. @throws Error naming `what`. */
  until(what: string, holds: () => boolean, withinMs = 10_000): Promise<void> {
    return this.#watch.until(holds, () => `the ARI server waited ${withinMs} ms for ${what}`, withinMs);
  }

  /** Waits until an application is connected. */
  async connected(): Promise<void> {
    await this.until("a websocket", () => this.#socket?.readyState === 1);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now();
    const url = new URL((request.url ?? "").replace(/^\/ari/, ""), "http://ari");
    const method = request.method ?? "";
    this.arrivals.push({ at, method, path: url.pathname });
    request.resume();
    if (method !== "GET" && method !== "DELETE" && !request.readableEnded) await once(request, "end");
    const { status, body, after } = this.#world.answer(method, url);
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body ?? ""),
    });
    response.end(body);
    after?.();
    this.#watch.tell();
  }
}
