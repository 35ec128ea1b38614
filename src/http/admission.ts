import type { Socket } from "node:net";
import { networkOf, Tries } from "../control/index.js";

/** From one connection to the next, in milliseconds. */
export interface Pace {
  readonly pauseMs: number;
  /** The same after one of a crowd behind one address. */
  readonly crowdMs: number;
}

/** A TLS handshake takes one or two milliseconds of everybody's time. */
export const handshakes: Pace = { pauseMs: 3, crowdMs: 8 };
/** A connection in the clear takes a quarter of one, with its first request. */
export const connectionsInTheClear: Pace = { pauseMs: 1, crowdMs: 2 };
/** No phone opens so many connections in a minute; an office behind one address may. */
const manyPerMinute = 30;
/** No phone opens so many at a time. */
const manyAtOnce = 4;
/** A site has so many phones at most, and none of them is one of a crowd because the others come, too. */
const mostCounted = 10_000;
/** A phone has given up by then. */
const patienceMs = 5_000;

/** What it needs of a connection. */
interface Waiting {
  readonly destroyed: boolean;
  destroy(): unknown;
  on(event: "error", listener: () => void): unknown;
}

export interface AdmissionParts<S extends Waiting> {
  /** Begins to serve a connection. */
  readonly begin: (socket: S) => void;
  /** Whether there is still somebody who serves. */
  readonly open: () => boolean;
  readonly pace: Pace;
  readonly now?: () => number;
  readonly after?: (ms: number, run: () => void) => void;
}

/**
 * Lets connections in one after the other, and those of each address in turn: a crowd behind one address makes neither the
 * pages nor the phones elsewhere wait.
 */
export class Admission<S extends Waiting = Socket> {
  readonly #parts: Required<AdmissionParts<S>>;
  /** By address (IPv6: by network of 64 bits), whose turn it is next first. */
  readonly #waiting = new Map<string, { readonly socket: S; readonly since: number }[]>();
  readonly #begun: Tries;
  #pausing = false;

  constructor({
    now = () => performance.now(),
    after = (ms, run) => void setTimeout(run, ms).unref(),
    ...parts
  }: AdmissionParts<S>) {
    this.#parts = { now, after, ...parts };
    this.#begun = new Tries({ now }, mostCounted);
  }

  take(socket: S, address: string): void {
    // Nobody else hears of it while it waits.
    socket.on("error", () => undefined);
    const network = networkOf(address);
    const queue = this.#waiting.get(network) ?? [];
    this.#waiting.set(network, queue);
    queue.push({ socket, since: this.#parts.now() });
    if (!this.#pausing) this.#next();
  }

  #next(): void {
    const next = this.#shift();
    this.#pausing = next !== undefined;
    if (!next) return;
    this.#parts.begin(next.socket);
    const { pace, after } = this.#parts;
    const beside = this.#waiting.get(next.network)?.length ?? 0;
    const crowd = this.#begun.count(next.network) > manyPerMinute || beside >= manyAtOnce;
    after(crowd ? pace.crowdMs : pace.pauseMs, () => this.#next());
  }

  #shift(): { readonly socket: S; readonly network: string } | undefined {
    const { now, open } = this.#parts;
    for (const [network, queue] of this.#waiting) {
      this.#waiting.delete(network);
      let found: S | undefined;
      while (queue.length > 0 && !found) {
        const first = queue.shift();
        if (!first || first.socket.destroyed) continue;
        if (open() && now() - first.since < patienceMs) found = first.socket;
        else first.socket.destroy();
      }
      if (queue.length > 0) this.#waiting.set(network, queue);
      if (found) return { socket: found, network };
    }
    return undefined;
  }
}
