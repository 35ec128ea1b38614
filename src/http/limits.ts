import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { TlsOptions } from "node:tls";
import type { FastifyServerOptions } from "fastify";
import type { Refusals } from "../model/index.js";
import { Admission, connectionsInTheClear, handshakes } from "./admission.js";
import { addressOf, Connections, mostConnections, plain, type Unreadable } from "./connections.js";

/** Whole requests, headers and replies: a slow client is gone before it can collect connections. */
const requestMs = 5000;
/** Nothing goes either way: longer than the longest wait before a refusal. */
const idleMs = 5 * requestMs;

/** Limits against slow and greedy clients. No URL of ours is longer than 255 characters. */
export const serverLimits = {
  logger: false,
  trustProxy: false,
  exposeHeadRoutes: false,
  bodyLimit: 1024,
  requestTimeout: requestMs,
  connectionTimeout: idleMs,
  keepAliveTimeout: requestMs,
  forceCloseConnections: "idle",
  // `limitedServer` answers these.
  clientErrorHandler: () => undefined,
  http: {
    maxHeaderSize: 8192,
    headersTimeout: requestMs,
    // Those that are late together are closed together, and come again so.
    connectionsCheckingInterval: 100,
  },
} as const satisfies FastifyServerOptions & { http: object };

/**
 * A server within these limits, which also hold the number of open connections, in all and from one address, and of requests
 * at a time on each, and serves connections in turn. With `tls` it speaks https, and its handshakes are held to them as well.
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
    ? createTlsServer({ ...tls, ...http, handshakeTimeout: requestMs }, take)
    : createServer(http, take);
  Object.assign(server, { keepAliveTimeout, requestTimeout });
  server.setTimeout(connectionTimeout);
  server.maxConnections = mostConnections;
  // Who asks first whether to send a body is told to by a reply alone; what takes one here is sent without asking.
  server.on("checkContinue", take);
  admit(server, connections, tls !== undefined);
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

/** From now on the server serves connections in turn, and none that is one too many. */
function admit(server: Server, connections: Connections, tls: boolean): void {
  const begin = server.listeners("connection");
  server.removeAllListeners("connection");
  // As the option of `net.createServer`, which HTTP's servers do not pass on: nothing is read from who waits.
  Object.assign(server, { pauseOnConnect: true });
  const admission = new Admission({
    begin: (socket) => {
      if (connections.isHeld(socket)) return;
      for (const listener of begin) listener.call(server, socket);
      // TLS reads below a socket that pauses.
      if (!tls) socket.resume();
    },
    open: () => server.listening,
    pace: tls ? handshakes : connectionsInTheClear,
  });
  server.on("connection", (socket) => {
    if (connections.take(socket)) admission.take(socket, addressOf(socket));
  });
}

/** How many hosts a request names; more than one is no request (RFC 9112, 3.2), and Node takes the first. */
function hosts({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((text, at) => at % 2 === 0 && text.length === 4 && text.toLowerCase() === "host").length;
}

function unreadable(code: string): Unreadable | undefined {
  const late = code === "ERR_HTTP_REQUEST_TIMEOUT";
  if (late) return { what: "A request was not whole in time", status: "408 Request Timeout" };
  if (!code.startsWith("HPE_")) return undefined;
  const tooLong = code === "HPE_HEADER_OVERFLOW";
  const status = tooLong ? "431 Request Header Fields Too Large" : "400 Bad Request";
  return { what: "Something that is no request was sent", status };
}
