import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { spread, Tries } from "../control/index.js";
import type { Clock, Refusals } from "../model/index.js";
import { addressOf } from "./connections.js";

/** Refusals that one address may have in a minute before each waits: an office of phones that boot behind one address. */
export const quickRefusals = 600;
/** How many at a time is bounded by the connections, as each has one request. */
const heldMs = 2_000;
/** Nothing is read meanwhile. */
const bodyMs = 2_000;
/** A body that nobody wants is read to its end up to here, so that the reply arrives; a longer one is cut off. */
const mostBodyBytes = 65_536;

declare module "fastify" {
  interface FastifyRequest {
    /** By performance.now(). */
    arrivedAt: number;
  }
}

/** Keeps strangers who are answered no from asking again at once: what they cost would be taken from the phones. */
export function bePatient(app: FastifyInstance, clock: Pick<Clock, "now">, refusals: Refusals): void {
  const tries = new Tries(clock);
  app.decorateRequest("arrivedAt", 0);
  app.addHook("onRequest", async (request, reply) => {
    request.arrivedAt = performance.now();
    if (!hasLongBody(request)) return;
    request.raw.socket.pause();
    reply.header("connection", "close");
    await delay(spread(bodyMs), undefined, { ref: false });
  });
  app.addHook("onSend", async (request, reply) => {
    const left = spread(heldMs) - (performance.now() - request.arrivedAt);
    // Who has waited for it already waits no longer, and makes nobody else wait.
    if (reply.statusCode < 400 || left <= 0) return;
    const address = addressOf(request.raw.socket);
    if (tries.count(address) <= quickRefusals) return;
    refusals.tell("An address is refused so often that it waits for each reply", address);
    await delay(left, undefined, { ref: false });
  });
}

/** Whether a request that takes no body has one that is not worth reading. */
function hasLongBody({ headers, method, is404 }: FastifyRequest): boolean {
  if (!is404 && method !== "GET") return false;
  if (headers["transfer-encoding"] !== undefined || headers.expect !== undefined) return true;
  return Number(headers["content-length"] ?? 0) > mostBodyBytes;
}
