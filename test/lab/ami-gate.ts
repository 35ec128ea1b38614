import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Phase } from "./ari-gate.ts";

/** What ends a message of AMI. */
const END = "\r\n\r\n";

/**
 * AMI's address as a gateway sees it, with somebody at the gate who is told of every action: before the PBX gets it, and
 * when it has answered and the gateway does not know it yet.
 */
export class AmiGate {
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  /** Whether the action, or its answer, goes on its way. `step` is `AMI` and the action's name. */
  watch: (step: string, phase: Phase) => boolean = () => true;

  /** @param port of AMI on loopback. */
  constructor(port: number) {
    this.#port = port;
    this.#server = createServer((near) => this.#pass(near));
  }

  /** @returns the port to connect to. */
  async start(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #pass(near: Socket): void {
    const far = connect(this.#port, "127.0.0.1");
    const steps = new Map<string, string>();
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    let asked = "";
    near.on("data", (bytes: Buffer) => {
      asked += bytes.toString("latin1");
      for (let end = asked.indexOf(END); end >= 0; end = asked.indexOf(END)) {
        const message = asked.slice(0, end + END.length);
        asked = asked.slice(end + END.length);
        const step = `AMI ${headerIn(message, "Action")}`;
        steps.set(headerIn(message, "ActionID"), step);
        if (this.watch(step, "before")) far.write(message, "latin1");
      }
    });
    let answered = "";
    far.on("data", (bytes: Buffer) => {
      answered += bytes.toString("latin1");
      // The greeting is one line.
      if (answered.startsWith("Asterisk Call Manager") && answered.includes("\r\n")) {
        const end = answered.indexOf("\r\n") + 2;
        near.write(answered.slice(0, end), "latin1");
        answered = answered.slice(end);
      }
      for (let end = answered.indexOf(END); end >= 0; end = answered.indexOf(END)) {
        const message = answered.slice(0, end + END.length);
        answered = answered.slice(end + END.length);
        const step = steps.get(headerIn(message, "ActionID"));
        if (step === undefined || this.watch(step, "after")) near.write(message, "latin1");
      }
    });
  }
}

function headerIn(message: string, name: string): string {
  return new RegExp(`^${name}: (.*?)\\r?$`, "mi").exec(message)?.[1] ?? "";
}
