import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";

/** From arrival to the reply: it tells nothing of why there is nothing. */
export const missMs = 250;
/** Misses that one address (IPv6: one /64) may have in a minute; then they are not even waited for. */
export const missesPerMinute = 60;
/** Replies being waited with at a time, from all addresses, so that a flood costs neither memory nor timers. */
const mostWaiting = 200;

type Limiter = ReturnType<FastifyRequest["server"]["createRateLimit"]>;

/** Answers those who name no phone: after a fixed time, always alike, and never in the way of a known phone. */
export class Misses {
  private waiting = 0;
  private readonly leaving = new AbortController();

  constructor(
    private readonly limit: Limiter,
    private readonly send: (request: FastifyRequest, reply: FastifyReply) => FastifyReply,
  ) {
    setMaxListeners(mostWaiting, this.leaving.signal);
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
    if ((!verdict.isAllowed && verdict.isExceeded) || this.waiting >= mostWaiting) {
      return this.send(request, reply.code(429).header("retry-after", "60"));
    }
    this.waiting += 1;
    try {
      const left = Math.max(0, missMs - (performance.now() - arrivedAt));
      await delay(left, undefined, { signal: this.leaving.signal });
    } catch {
      // Only stop() interrupts the wait; the reply is then due at once.
    } finally {
      this.waiting -= 1;
    }
    return (await saved?.()) ?? this.send(request, reply.code(404));
  }

  /** Lets everybody go who is waiting. */
  stop(): void {
    this.leaving.abort();
  }
}
