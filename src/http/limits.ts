import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { TlsOptions } from "node:tls";
import type { FastifyServerOptions } from "fastify";

/** Whole requests, headers and replies: a slow client is gone before it can collect connections. */
const requestMs = 5000;
const mostConnections = 2048;
/** Behind one address there may be an office of phones, with one or two connections each. */
const mostConnectionsPerAddress = 512;

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
  http: {
    maxHeaderSize: 8192,
    headersTimeout: requestMs,
    connectionsCheckingInterval: 1000,
  },
} as const satisfies FastifyServerOptions & { http: object };

/** A server within these limits; with `tls` one that speaks https, whose handshakes are held to them as well. */
export function limitedServer(handler: RequestListener, tls?: TlsOptions): Server {
  const { http, keepAliveTimeout, requestTimeout, connectionTimeout } = serverLimits;
  const server = tls
    ? createTlsServer({ ...tls, ...http, handshakeTimeout: requestMs }, handler)
    : createServer(http, handler);
  Object.assign(server, { keepAliveTimeout, requestTimeout });
  server.setTimeout(connectionTimeout);
  limitConnections(server);
  return server;
}

/** Holds the number of open connections, in all and from one address. */
function limitConnections(server: Server): void {
  const open = new Map<string, number>();
  server.maxConnections = mostConnections;
  server.on("connection", (socket) => {
    const from = socket.remoteAddress ?? "";
    const count = (open.get(from) ?? 0) + 1;
    open.set(from, count);
    socket.once("close", () => {
      const left = (open.get(from) ?? 1) - 1;
      if (left > 0) open.set(from, left);
      else open.delete(from);
    });
    if (count > mostConnectionsPerAddress) socket.destroy();
  });
}
