import type { Socket } from "node:net";
import { networkOf, Tries } from "../control/index.js";

/** From one connection to the next, in milliseconds: of all, and of a crowd behind one address. */
export interface Pace {
  readonly pauseMs: number;
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
/** A phone has given up by then. */
const patienceMs = 10_000;
/** So many crowds rest, and then those whose rest is over are forgotten. */
const mostResting = 1_000;

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
  /** Crowds, and until when each rests. */
  readonly #resting = new Map<string, number>();
  #pausing = false;

  constructor({
    now = () => performance.now(),
    after = (ms, run) => void setTimeout(run, ms).unref(),
    ...parts
  }: AdmissionParts<S>) {
    this.#parts = { now, after, ...parts };
    this.#begun = new Tries({ now });
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
    const { begin, pace, after } = this.#parts;
    const next = this.#shift();
    this.#pausing = next !== undefined || this.#waiting.size > 0;
    if (next) {
      begin(next.socket);
      const beside = this.#waiting.get(next.network)?.length ?? 0;
      if (this.#begun.count(next.network) > manyPerMinute || beside >= manyAtOnce) this.#rest(next.network);
    }
    if (this.#pausing) after(pace.pauseMs, () => this.#next());
  }

  #rest(network: string): void {
    if (this.#resting.size >= mostResting) for (const each of [...this.#resting.keys()]) this.#rests(each);
    this.#resting.set(network, this.#parts.now() + this.#parts.pace.crowdMs);
  }

  #rests(network: string): boolean {
    const until = this.#resting.get(network);
    if (until !== undefined && this.#parts.now() < until) return true;
    this.#resting.delete(network);
    return false;
  }

  #shift(): { readonly socket: S; readonly network: string } | undefined {
    const { now, open } = this.#parts;
    for (const [network, queue] of this.#waiting) {
      if (open() && this.#rests(network)) continue;
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
