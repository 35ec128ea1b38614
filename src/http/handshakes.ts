import type { Socket } from "node:net";
import { networkOf, Tries } from "../control/index.js";

/** From one handshake to the next: the arithmetic of each takes one or two milliseconds of everybody's time. */
const pauseMs = 2;
/** The same after one of an address that has had many in a minute. */
const longPauseMs = 8;
/** No phone opens so many connections in a minute; an office behind one address may. */
const manyPerMinute = 30;
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

export interface HandshakesParts<S extends Waiting> {
  /** Begins the handshake of a connection. */
  readonly begin: (socket: S) => void;
  /** Whether there is still somebody to shake hands. */
  readonly open: () => boolean;
  readonly now?: () => number;
  readonly after?: (ms: number, run: () => void) => void;
}

/**
 * Begins handshakes one after the other, and those of each address in turn: a crowd behind one address makes neither the pages
 * nor the phones elsewhere wait.
 */
export class Handshakes<S extends Waiting = Socket> {
  readonly #parts: Required<HandshakesParts<S>>;
  /** By address (IPv6: by network of 64 bits), whose turn it is next first. */
  readonly #waiting = new Map<string, { readonly socket: S; readonly since: number }[]>();
  readonly #begun: Tries;
  #pausing = false;

  constructor({
    now = () => performance.now(),
    after = (ms, run) => void setTimeout(run, ms).unref(),
    ...parts
  }: HandshakesParts<S>) {
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
    const pause = this.#begun.count(next.network) > manyPerMinute ? longPauseMs : pauseMs;
    this.#parts.after(pause, () => this.#next());
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
