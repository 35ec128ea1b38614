/** As much of node-ssdp 4.0.1 as is used; its published types lack `sockets` and the gate that every datagram passes. */
declare module "node-ssdp" {
  import type { Socket } from "node:dgram";
  import { EventEmitter } from "node:events";

  export interface SsdpOptions {
    readonly interfaces: readonly string[];
    readonly location: string;
    readonly udn: string;
    readonly ssdpSig: string;
    readonly ssdpTtl: number;
    readonly ttl: number;
    /** Milliseconds. */
    readonly adInterval: number;
    readonly suppressRootDeviceAdvertisements: boolean;
  }

  export class Server extends EventEmitter {
    constructor(options: SsdpOptions);
    /** By the address they send from; null while it is stopped. */
    sockets: Record<string, Socket> | null;
    addUSN(device: string): void;
    start(): Promise<void>;
    stop(): void;
    advertise(alive: boolean): void;
    _parseMessage(datagram: Buffer, from: { readonly address: string; readonly port: number }): void;
  }
}
