import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyServerOptions } from "fastify";
import type { Refusals } from "../model/index.js";

/** Whole requests, headers and replies: a slow client is gone before it can collect connections. */
const requestMs = 5000;
export const mostConnections = 2048;
/** Behind one address there may be an office of phones, with one or two connections each. */
const mostConnectionsPerAddress = 512;
/** So many more are not answered and closed a little later, as who is cut off at once comes again at once. */
const heldPerAddress = 256;
const heldMs = 2_000;

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

/** Holds the number of open connections, in all and from one address, and of requests at a time on each: one. */
export function limitConnections(server: Server, refusals: Refusals): void {
  const open = new Map<string, number>();
  const held = new WeakSet<Socket>();
  server.maxConnections = mostConnections;
  server.on("connection", (socket) => {
    const from = addressOf(socket);
    const count = (open.get(from) ?? 0) + 1;
    open.set(from, count);
    socket.once("close", () => {
      const left = (open.get(from) ?? 1) - 1;
      if (left > 0) open.set(from, left);
      else open.delete(from);
    });
    if (count <= mostConnectionsPerAddress) return;
    refusals.tell("An address has too many connections", from);
    held.add(socket);
    if (count > mostConnectionsPerAddress + heldPerAddress) socket.destroy();
    else setTimeout(() => socket.destroy(), heldMs).unref();
  });
  server.on("drop", (about) => {
    refusals.tell("There are too many connections", plain(about?.remoteAddress));
  });
  server.on("clientError", (error: Error & { readonly code?: string }, socket) => {
    const what = error.code === undefined ? undefined : unreadable(error.code);
    if (what !== undefined && "remoteAddress" in socket) refusals.tell(what, addressOf(socket as Socket));
  });
  oneAtATime(server, held, refusals);
}

/** No phone, browser or proxy sends a request before it has the reply to the last one; who does asks for many at no cost. */
function oneAtATime(server: Server, held: WeakSet<Socket>, refusals: Refusals): void {
  const busy = new WeakSet<Socket>();
  const answer = server.listeners("request");
  server.removeAllListeners("request");
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    if (socket.destroyed || held.has(socket)) return;
    if (busy.has(socket)) {
      refusals.tell("A connection asked for more than one thing at a time", addressOf(socket));
      socket.destroy();
      return;
    }
    // To a proxy alone a whole address is asked.
    if (hosts(request) > 1 || !request.url?.startsWith("/")) {
      refusals.tell("Something that is no request was sent", addressOf(socket));
      response.writeHead(400, { connection: "close" }).end();
      return;
    }
    busy.add(socket);
    const free = (): void => void busy.delete(socket);
    response.once("finish", free).once("close", free);
    for (const each of answer) each.call(server, request, response);
  };
  server.on("request", take);
  // Who asks first whether to send a body is told to by a reply alone; what takes one here is sent without asking.
  server.on("checkContinue", take);
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

function unreadable(code: string): string | undefined {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "A request was not whole in time";
  return /^HPE_/.test(code) ? "Something that is no request was sent" : undefined;
}
