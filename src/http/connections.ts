import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { networkOf, spread, Tries } from "../control/index.js";
import type { Refusals } from "../model/index.js";

export const mostConnections = 2048;
/** Behind one address there may be an office of phones, with one or two connections each. */
const mostConnectionsPerAddress = 512;
/** Whoever has one address of an IPv6 network has all; but a whole site of phones may be one. */
const mostConnectionsPerNetwork = mostConnections / 2;
/** So many more are not answered and closed a little later. */
const heldBeyond = 256;
const heldMs = 2_000;
const bannedMs = 10_000;
/** Nobody who waits for replies has two; but a reply may have arrived before Node tells that it is out, the more so with TLS. */
const mostAtOnce = 4;
const mostBanned = 1_000;
/** What one address may send in a minute that nobody can read, and be told so at once: no phone sends any. */
const quickUnreadable = 60;

/** Why something that came is no request, and what is answered. */
export interface Unreadable {
  readonly what: string;
  readonly status: string;
}

/** The connections that are open, by address and by network: how many there may be, and what each may ask. */
export class Connections {
  readonly #refusals: Refusals;
  readonly #tls: boolean;
  readonly #open = new Map<string, Set<Socket>>();
  /** How many each IPv6 network of 64 bits has; an IPv4 address is one by itself. */
  readonly #networks = new Map<string, number>();
  readonly #held = new WeakSet<Socket>();
  /** Requests that are not answered yet. */
  readonly #busy = new WeakMap<Socket, number>();
  /** Addresses that asked for many things at a time, and until when they get nothing. */
  readonly #banned = new Map<string, number>();
  readonly #unreadable = new Tries(performance);

  constructor(refusals: Refusals, tls: boolean) {
    this.#refusals = refusals;
    this.#tls = tls;
  }

  /** @returns whether it is to be served. */
  take(socket: Socket): boolean {
    const from = addressOf(socket);
    const network = networkOf(from);
    const open = this.#open.get(from) ?? new Set();
    this.#open.set(from, open.add(socket));
    const there = this.#count(network, 1);
    socket.once("close", () => {
      open.delete(socket);
      if (open.size === 0 && this.#open.get(from) === open) this.#open.delete(from);
      this.#count(network, -1);
    });
    const over = Math.max(open.size - mostConnectionsPerAddress, there - mostConnectionsPerNetwork);
    if (over > 0) this.#refusals.tell("An address has too many connections", from);
    const served = over <= 0 && !this.#isBanned(from);
    if (over > heldBeyond) socket.destroy();
    else if (!served) {
      // Nobody else hears of it.
      socket.on("error", () => undefined);
      closeLater(socket);
    }
    return served;
  }

  /** Whether a request on this connection is answered: no phone, browser or proxy sends many before it has a reply. */
  isFree(socket: Socket): boolean {
    if (socket.destroyed || this.isHeld(socket)) return false;
    if ((this.#busy.get(socket) ?? 0) < mostAtOnce) return true;
    const from = addressOf(socket);
    this.#refusals.tell("A connection asked for many things at a time", from);
    // What has been read is parsed to its end, hundreds of requests at once; so nothing more is read from there.
    if (this.#banned.size >= mostBanned) this.#banned.clear();
    this.#banned.set(from, performance.now() + bannedMs);
    for (const each of [socket, ...(this.#open.get(from) ?? [])]) this.#hold(each);
    return false;
  }

  /** Whether it is not to be read any more. */
  isHeld(socket: Socket): boolean {
    return this.#held.has(socket);
  }

  busy(socket: Socket, response: ServerResponse): void {
    const add = (count: number): void => void this.#busy.set(socket, (this.#busy.get(socket) ?? 0) + count);
    add(1);
    response.once("close", () => add(-1));
  }

  /** Something came that is no request, or a connection failed where `why` is undefined. */
  unreadable(socket: Socket, why: Unreadable | undefined): void {
    if (!why) {
      socket.destroy();
      return;
    }
    const from = addressOf(socket);
    this.#refusals.tell(why.what, from);
    if (this.#unreadable.count(from) > quickUnreadable) {
      this.#hold(socket);
      return;
    }
    // Who has asked nothing may ask in this very moment, and would take it for the reply.
    if (socket.writable && socket.bytesRead > 0)
      socket.write(`HTTP/1.1 ${why.status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    socket.destroySoon();
  }

  closeAll(): void {
    for (const open of this.#open.values()) for (const socket of open) socket.destroy();
  }

  #count(network: string, by: 1 | -1): number {
    const there = (this.#networks.get(network) ?? 0) + by;
    if (there > 0) this.#networks.set(network, there);
    else this.#networks.delete(network);
    return there;
  }

  #isBanned(address: string): boolean {
    const until = this.#banned.get(address);
    if (until === undefined || performance.now() < until) return until !== undefined;
    this.#banned.delete(address);
    return false;
  }

  /** Answers and reads nothing more, and closes a little later. */
  #hold(socket: Socket): void {
    if (this.isHeld(socket)) return;
    this.#held.add(socket);
    // TLS goes on reading below a socket that pauses.
    if (this.#tls) return void socket.destroy();
    // Node itself resumes it at the end of the request that it is reading.
    process.nextTick(() => socket.pause());
    closeLater(socket);
  }
}

/** Who is cut off at once comes again at once. */
function closeLater(socket: Socket): void {
  setTimeout(() => socket.destroy(), spread(heldMs)).unref();
}

/** The address of a connection; an IPv4 one as such. */
export function addressOf(socket: Pick<Socket, "remoteAddress">): string {
  return plain(socket.remoteAddress);
}

/** An address as Node tells it; an IPv4 one as such. */
export function plain(address = ""): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}
