import type { Clock, PbxEvent } from "../../model/index.js";

/** A supervision leg lives this long without its gateway. */
const leaseMs = 90_000;

export interface GatewayLineSettings {
  readonly clock: Clock;
  /** Whether anything ends when the gateway does not come back in time. */
  readonly isLeased: () => boolean;
  /** It has not come back in time. */
  readonly lapsed: () => void;
}

/** The line between the simulated PBX and its gateway, by which the PBX says what happens. */
export class GatewayLine {
  private sink: ((event: PbxEvent) => void) | undefined;
  private connected = false;
  private cancelLease: (() => void) | undefined;

  constructor(private readonly settings: GatewayLineSettings) {}

  /** Whether there is a gateway, connected or not. */
  get hasGateway(): boolean {
    return this.sink !== undefined;
  }

  get isConnected(): boolean {
    return this.connected;
  }

  /** The gateway is there, and told by `sink` what happens. */
  start(sink: (event: PbxEvent) => void): void {
    this.sink = sink;
    this.connect();
  }

  /** The gateway stops. */
  stop(): void {
    this.connected = false;
    this.sink = undefined;
  }

  connect(): void {
    this.cancelLease?.();
    this.cancelLease = undefined;
    this.connected = true;
  }

  /** The connection is lost, and the lease begins to run. */
  lose(): void {
    this.connected = false;
    // With nothing to end there is nothing to wait for.
    if (this.settings.isLeased()) this.cancelLease = this.settings.clock.after(leaseMs, this.settings.lapsed);
  }

  /** Says it to the gateway, if that is connected. */
  tell(event: PbxEvent): void {
    if (this.connected) this.sink?.(event);
  }
}
