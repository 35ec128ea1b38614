import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import { spread } from "../control/index.js";
import type { Refusals } from "../model/index.js";
import { addressOf, mostConnections } from "./connections.js";

/** From arrival to the reply, at least: it tells nothing of why there is nothing. */
export const missMs = 250;
/** Misses that one address (IPv6: one /64) may have in a minute; then it is told so. */
export const missesPerMinute = 60;

type Limiter = ReturnType<FastifyRequest["server"]["createRateLimit"]>;

/** Answers those who name no phone: after a while, always alike, and never in the way of a known phone. */
export class Misses {
  private readonly leaving = new AbortController();

  constructor(
    private readonly limit: Limiter,
    private readonly refusals: Refusals,
    private readonly send: (request: FastifyRequest, reply: FastifyReply) => FastifyReply,
  ) {
    setMaxListeners(mostConnections, this.leaving.signal);
  }

  /**
   * `arrivedAt` by performance.now(). `saved` is asked at the end of the time, and gives another reply where there is
   * something after all.
   */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    arrivedAt: number,
    saved?: () => Promise<FastifyReply> | undefined,
  ): Promise<FastifyReply> {
    const verdict = await this.limit(request);
    this.refusals.tell("Something that is not there was asked for", addressOf(request.raw.socket));
    // Whoever has had too many waits as well: who is answered at once asks again at once.
    try {
      const left = Math.max(0, spread(missMs) - (performance.now() - arrivedAt));
      await delay(left, undefined, { signal: this.leaving.signal });
    } catch {
      // Only stop() interrupts the wait; the reply is then due at once.
    }
    if (!verdict.isAllowed && verdict.isExceeded) {
      return this.send(request, reply.code(429).header("retry-after", "60"));
    }
    return (await saved?.()) ?? this.send(request, reply.code(404));
  }

  /** Lets everybody go who is waiting. */
  stop(): void {
    this.leaving.abort();
  }
}
