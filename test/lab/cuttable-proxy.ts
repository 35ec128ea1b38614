import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "./joined-sockets.ts";

/** A TCP path to a port of loopback that can be cut, as a cable can. */
export class CuttableProxy {
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #cut = false;

  constructor(port: number) {
    this.#port = port;
    this.#server = createServer((near) => {
      if (this.#cut) {
        near.destroy();
        return;
      }
      const far = connect(this.#port, "127.0.0.1");
      join(near, far, this.#sockets);
    });
  }

  /** @returns the port to connect to. */
  async start(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks every connection, and refuses new ones until `mend()`. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  stop(): void {
    this.cut();
    this.#server.close();
  }
}
