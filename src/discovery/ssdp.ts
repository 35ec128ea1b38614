import { setTimeout as sleep } from "node:timers/promises";
import { Server } from "node-ssdp";
import type { Clock, Log, Sight } from "../model/index.js";
import { deviceType } from "./description.js";
import { isNeighbour, type Lan } from "./lan.js";
import { Pace } from "./pace.js";
import { wordsOf } from "./words.js";

/** Announcements cross one router at most. */
const hops = 2;
/** How long an announcement holds, and how often it is made within that (UPnP 1.1, 1.2.2: less than half of it). */
const [holdsSeconds, everyMs] = [1_800, 600_000] as const;
const longestDatagram = 2_048;
const pace = { each: 5, all: 100, windowMs: 10_000 } as const;
/** The library tells nobody when the last word has left. */
const goodbyeMs = 100;

export interface SsdpParts {
  readonly lan: Lan;
  /** Where the gateway's description is; without it devices are only seen. */
  readonly shown?: { readonly location: string; readonly udn: string };
  readonly version: string;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly seen: (sight: Sight) => void;
}

/** The discovery of UPnP on one network: who announces themselves is seen, and the gateway can be found. */
export class Ssdp {
  readonly #parts: SsdpParts;
  readonly #pace = new Pace(pace);
  #server: Server | undefined;
  /** From when its announcements have a beat. */
  #announces = false;

  constructor(parts: SsdpParts) {
    this.#parts = parts;
  }

  /** @throws Error where the port is taken or the network has gone. */
  async start(): Promise<void> {
    const { lan, shown, version } = this.#parts;
    const server = new Server({
      interfaces: [lan.name],
      location: shown?.location ?? "http://127.0.0.1/",
      udn: shown?.udn ?? "uuid:none",
      ssdpSig: `${process.platform}/1 UPnP/1.1 earshot/${version}`,
      ssdpTtl: hops,
      ttl: holdsSeconds,
      adInterval: everyMs,
      // Under one name only: an answer is then no longer than what asks for it by much, however it is asked.
      suppressRootDeviceAdvertisements: true,
    });
    if (shown) server.addUSN(deviceType);
    // The library answers whoever asks, as often as they ask: what may come to it is decided here.
    const parse = server._parseMessage.bind(server);
    server._parseMessage = (datagram, from) => {
      if (this.#admits(datagram, from.address)) parse(datagram, from);
    };
    server.on("advertise-alive", (headers: Readonly<Record<string, string>>, from: { readonly address: string }) =>
      this.#see(headers, from.address),
    );
    this.#server = server;
    await this.#bound(server);
    this.#announces = true;
    for (const [address, socket] of Object.entries(server.sockets ?? {})) socket.setMulticastInterface(address);
    if (shown) server.advertise(true);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server?.sockets) return;
    if (!this.#announces) {
      // Stopped before its announcements have begun, the library throws.
      for (const socket of Object.values(server.sockets)) socket.close();
      server.sockets = null;
      return;
    }
    if (this.#parts.shown) {
      server.advertise(false);
      await sleep(goodbyeMs);
    }
    server.stop();
  }

  /** The library waits for ever for a port that is taken, and what its sockets cannot join it throws at nobody. */
  async #bound(server: Server): Promise<void> {
    const starting = server.start();
    const failed = new Promise<never>((_, reject) => {
      for (const socket of Object.values(server.sockets ?? {})) {
        socket.once("error", reject);
        const join = socket.addMembership.bind(socket);
        socket.addMembership = (group, address) => {
          try {
            join(group, address);
          } catch (error) {
            reject(error);
          }
        };
      }
    });
    failed.catch(() => undefined);
    await Promise.race([starting, failed]);
  }

  /** Neighbours alone; of their announcements any number, as nothing is sent for one. */
  #admits(datagram: Buffer, address: string): boolean {
    const { lan, clock } = this.#parts;
    if (datagram.length > longestDatagram || !isNeighbour(lan, address)) return false;
    if (datagram.subarray(0, 7).toString("latin1").toUpperCase() === "NOTIFY ") return true;
    return this.#pace.take(address, clock.now());
  }

  #see(headers: Readonly<Record<string, string>>, address: string): void {
    const { lan, seen } = this.#parts;
    const model = wordsOf(headers["SERVER"]);
    seen({ by: "ssdp", address, interface: lan.name, ...(model && { model }) });
  }
}
