import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { TlsOptions } from "node:tls";
import type { FastifyServerOptions } from "fastify";
import { networkOf, spread, Tries } from "../control/index.js";
import type { Refusals } from "../model/index.js";
import { Handshakes } from "./handshakes.js";

/** Whole requests, headers and replies: a slow client is gone before it can collect connections. */
const requestMs = 5000;
export const mostConnections = 2048;
/** Behind one address there may be an office of phones, with one or two connections each. */
const mostConnectionsPerAddress = 512;
/** So many more are not answered and closed a little later. */
const heldPerAddress = 256;
const heldMs = 2_000;
const bannedMs = 10_000;
/** Nobody who waits for replies has two; but a reply may have arrived before Node tells that it is out, the more so with TLS. */
const mostAtOnce = 4;
const mostBanned = 1_000;
/** What one address may send in a minute that nobody can read, and be told so at once: no phone sends any. */
const quickUnreadable = 60;

/** Limits against slow and greedy clients. No URL of ours is longer than 255 characters. */
export const serverLimits = {
  logger: false,
  trustProxy: false,
  exposeHeadRoutes: false,
  bodyLimit: 1024,
  requestTimeout: requestMs,
  connectionTimeout: 2 * requestMs,
  keepAliveTimeout: requestMs,
  forceCloseConnections: "idle",
  // `limitedServer` answers these.
  clientErrorHandler: () => undefined,
  http: {
    maxHeaderSize: 8192,
    headersTimeout: requestMs,
    connectionsCheckingInterval: 1000,
  },
} as const satisfies FastifyServerOptions & { http: object };

/**
 * A server within these limits, which also hold the number of open connections, in all and from one address, and of requests
 * at a time on each. With `tls` it speaks https, and its handshakes are held to them as well.
 */
export function limitedServer(handler: RequestListener, refusals: Refusals, tls?: TlsOptions): Server {
  const { http, keepAliveTimeout, requestTimeout, connectionTimeout } = serverLimits;
  const connections = new Connections(refusals, tls !== undefined);
  const take = (
    request: IncomingMessage,
    response: ServerResponse<IncomingMessage> & { req: IncomingMessage },
  ): void => {
    if (!connections.isFree(request.socket)) return;
    // To a proxy alone a whole address is asked.
    if (hosts(request) > 1 || !request.url?.startsWith("/")) {
      refusals.tell("Something that is no request was sent", addressOf(request.socket));
      response.writeHead(400, { connection: "close" }).end();
      return;
    }
    connections.busy(request.socket, response);
    handler(request, response);
  };
  const server = tls
    ? inTurn(createTlsServer({ ...tls, ...http, handshakeTimeout: requestMs }, take))
    : createServer(http, take);
  Object.assign(server, { keepAliveTimeout, requestTimeout });
  server.setTimeout(connectionTimeout);
  server.maxConnections = mostConnections;
  // Who asks first whether to send a body is told to by a reply alone; what takes one here is sent without asking.
  server.on("checkContinue", take);
  server.on("connection", (socket) => connections.take(socket));
  server.on("drop", (about) => {
    refusals.tell("There are too many connections", plain(about?.remoteAddress));
  });
  server.on("clientError", (error: Error & { readonly code?: string }, socket: Socket) => {
    connections.unreadable(socket, unreadable(error.code ?? ""));
  });
  const closeAll = server.closeAllConnections.bind(server);
  // Node's own leaves those whose handshake is not over.
  server.closeAllConnections = () => {
    closeAll();
    connections.closeAll();
  };
  return server;
}

/** The same server, which begins its handshakes in turn. */
function inTurn(server: Server): Server {
  const begin = server.listeners("connection");
  server.removeAllListeners("connection");
  const handshakes = new Handshakes({
    begin: (socket) => {
      for (const listener of begin) listener.call(server, socket);
    },
    open: () => server.listening,
  });
  server.on("connection", (socket) => socket.destroyed || handshakes.take(socket, addressOf(socket)));
  return server;
}

/** The connections that are open, by address; those of an IPv6 network of 64 bits count as those of one. */
class Connections {
  readonly #refusals: Refusals;
  readonly #tls: boolean;
  readonly #open = new Map<string, Set<Socket>>();
  readonly #held = new WeakSet<Socket>();
  /** Requests that are not answered yet. */
  readonly #busy = new WeakMap<Socket, number>();
  /** Where somebody asked for more than one thing at a time, and until when nobody there gets anything. */
  readonly #banned = new Map<string, number>();
  readonly #unreadable = new Tries(performance);

  constructor(refusals: Refusals, tls: boolean) {
    this.#refusals = refusals;
    this.#tls = tls;
  }

  take(socket: Socket): void {
    const from = addressOf(socket);
    const network = networkOf(from);
    const open = this.#open.get(network) ?? new Set();
    this.#open.set(network, open.add(socket));
    socket.once("close", () => {
      open.delete(socket);
      if (open.size === 0 && this.#open.get(network) === open) this.#open.delete(network);
    });
    const tooMany = open.size > mostConnectionsPerAddress;
    if (tooMany) this.#refusals.tell("An address has too many connections", from);
    if (open.size > mostConnectionsPerAddress + heldPerAddress) socket.destroy();
    else if (tooMany || this.#isBanned(network)) this.#hold(socket);
  }

  /** Whether a request on this connection is answered: no phone, browser or proxy sends many before it has a reply. */
  isFree(socket: Socket): boolean {
    if (socket.destroyed || this.#held.has(socket)) return false;
    if ((this.#busy.get(socket) ?? 0) < mostAtOnce) return true;
    const from = addressOf(socket);
    const network = networkOf(from);
    this.#refusals.tell("A connection asked for many things at a time", from);
    // What has been read is parsed to its end, hundreds of requests at once; so nothing more is read from there.
    if (this.#banned.size >= mostBanned) this.#banned.clear();
    this.#banned.set(network, performance.now() + bannedMs);
    for (const each of [socket, ...(this.#open.get(network) ?? [])]) this.#hold(each);
    return false;
  }

  busy(socket: Socket, response: ServerResponse): void {
    const add = (count: number): void => void this.#busy.set(socket, (this.#busy.get(socket) ?? 0) + count);
    add(1);
    response.once("close", () => add(-1));
  }

  /** Something came that is no request, or a connection failed where `why` is undefined. */
  unreadable(socket: Socket, why: Unreadable | undefined): void {
    if (!why) {
      socket.destroy();
      return;
    }
    const from = addressOf(socket);
    this.#refusals.tell(why.what, from);
    if (this.#unreadable.count(from) > quickUnreadable) {
      this.#hold(socket);
      return;
    }
    if (socket.writable) socket.write(`HTTP/1.1 ${why.status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    socket.destroySoon();
  }

  closeAll(): void {
    for (const open of this.#open.values()) for (const socket of open) socket.destroy();
  }

  #isBanned(network: string): boolean {
    const until = this.#banned.get(network);
    if (until === undefined || performance.now() < until) return until !== undefined;
    this.#banned.delete(network);
    return false;
  }

  /** Answers and reads nothing more, and closes a little later: who is cut off at once comes again at once. */
  #hold(socket: Socket): void {
    if (this.#held.has(socket)) return;
    this.#held.add(socket);
    // TLS goes on reading below a socket that pauses.
    if (this.#tls) return void socket.destroy();
    // A new connection is about to be resumed by Node itself, in its next tick.
    process.nextTick(() => socket.pause());
    setTimeout(() => socket.destroy(), spread(heldMs)).unref();
  }
}

/** How many hosts a request names; more than one is no request (RFC 9112, 3.2), and Node takes the first. */
function hosts({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((text, at) => at % 2 === 0 && text.length === 4 && text.toLowerCase() === "host").length;
}

/** The address of a connection; an IPv4 one as such. */
export function addressOf(socket: Pick<Socket, "remoteAddress">): string {
  return plain(socket.remoteAddress);
}

function plain(address = ""): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

interface Unreadable {
  readonly what: string;
  readonly status: string;
}

function unreadable(code: string): Unreadable | undefined {
  const late = code === "ERR_HTTP_REQUEST_TIMEOUT";
  if (late) return { what: "A request was not whole in time", status: "408 Request Timeout" };
  if (!code.startsWith("HPE_")) return undefined;
  const tooLong = code === "HPE_HEADER_OVERFLOW";
  const status = tooLong ? "431 Request Header Fields Too Large" : "400 Bad Request";
  return { what: "Something that is no request was sent", status };
}
