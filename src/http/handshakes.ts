import type { Socket } from "node:net";
import { networkOf } from "../control/index.js";

/** From one handshake of an address to its next: the arithmetic of each takes about two milliseconds of everybody's time. */
const everyMs = 8;
/** From any handshake to the next: a thousand phones that come each from its own address must not wait until they give up. */
const leastMs = 2;
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
  #pausing = false;

  constructor({
    now = () => performance.now(),
    after = (ms, run) => void setTimeout(run, ms).unref(),
    ...parts
  }: HandshakesParts<S>) {
    this.#parts = { now, after, ...parts };
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
    const socket = this.#shift();
    this.#pausing = socket !== undefined;
    if (!socket) return;
    this.#parts.begin(socket);
    this.#parts.after(Math.max(leastMs, everyMs / Math.max(1, this.#waiting.size)), () => this.#next());
  }

  #shift(): S | undefined {
    const { now, open } = this.#parts;
    for (const [address, queue] of this.#waiting) {
      this.#waiting.delete(address);
      let found: S | undefined;
      while (queue.length > 0 && !found) {
        const first = queue.shift();
        if (!first || first.socket.destroyed) continue;
        if (open() && now() - first.since < patienceMs) found = first.socket;
        else first.socket.destroy();
      }
      if (queue.length > 0) this.#waiting.set(address, queue);
      if (found) return found;
    }
    return undefined;
  }
}
