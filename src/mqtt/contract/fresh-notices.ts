import type { EpochMs, Notice } from "../../model/index.js";

/** What became of a notice: `older` than the connection, `expired`, or shown `before`. */
export type NoticeFate = "fresh" | "older" | "expired" | "before";

/**
 * Which notices a subscriber still shows. Every moment is by the gateway's clock, which is in the notices: a device's own
 * may be hours away from it. Whoever reads a notice that lay about would believe that somebody has come now.
 */
export class FreshNotices {
  #since: EpochMs = Number.POSITIVE_INFINITY;
  /** By id, until they have expired. */
  readonly #seen = new Map<string, EpochMs>();

  /** The connection begins. */
  connected(now: EpochMs): void {
    this.#since = now;
  }

  take({ id, at, expiresAt }: Pick<Notice, "id" | "at" | "expiresAt">, now: EpochMs): NoticeFate {
    for (const [seen, until] of this.#seen) if (until <= now) this.#seen.delete(seen);
    if (expiresAt <= now) return "expired";
    if (at < this.#since) return "older";
    if (this.#seen.has(id)) return "before";
    this.#seen.set(id, expiresAt);
    return "fresh";
  }
}
