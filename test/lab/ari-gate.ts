import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { now } from "./clock.ts";
import { join } from "./joined-sockets.ts";

/** Before the PBX gets a request, or when it has answered and the gateway does not know it yet. */
export type Phase = "before" | "after";

/** A request as it came to the gate. */
export interface Asked {
  readonly step: string;
  /** Ms since 1970. */
  readonly at: number;
}

/**
 * ARI's address as a gateway sees it, with somebody at the gate who is told of every request. What the watcher is told
 * of at `before` reaches the PBX only when the watcher lets it; at `after` the answer is on its way back.
 */
export class AriGate {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  /** Every request so far. */
  readonly asked: Asked[] = [];
  /** Whether the request goes on its way. `step` as `stepOf` names it. */
  watch: (step: string, phase: Phase) => boolean = () => true;

  /** @param port of the PBX's HTTP server on loopback. */
  constructor(port: number) {
    this.#port = port;
    this.#server = createServer((incoming, response) => void this.#pass(incoming, response));
    this.#server.on("upgrade", (incoming: IncomingMessage, near: Socket, head: Buffer) => {
      const far = connect(this.#port, "127.0.0.1");
      far.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headersOf(incoming)}\r\n`);
      far.write(head);
      join(near, far, this.#sockets);
    });
  }

  /** @returns the port to connect to. */
  async start(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray());
    const step = stepOf(incoming.method ?? "", incoming.url ?? "");
    this.asked.push({ step, at: now() });
    if (!this.watch(step, "before")) return;
    const { method, headers, url: path } = incoming;
    const forward = request({ host: "127.0.0.1", port: this.#port, agent: this.#agent, method, headers, path });
    forward.on("error", () => response.destroy());
    forward.on("response", (reply) => {
      void reply.toArray().then((parts) => {
        if (!this.watch(step, "after")) return;
        response.writeHead(reply.statusCode ?? 502, reply.headers).end(Buffer.concat(parts));
      });
    });
    forward.end(body);
  }
}

/** What a request does, in words that do not change from run to run: `make ear`, `end voice`, `join mouthbridge`. */
export function stepOf(method: string, url: string): string {
  const [path = "", query = ""] = url.split("?");
  const own = (text: string | undefined) => /^es-[0-9a-f]+-[a-z0-9]+-([a-z]+)/.exec(text ?? "")?.[1];
  const [, , kind, id, verb, snoop] = decodeURIComponent(path).split("/");
  const part = own(snoop) ?? own(id);
  if (verb === "variable") return method === "POST" ? "renew the lease" : readOf(query);
  if (verb === "rtp_statistics") return "count packets";
  if (verb === "continue") return `send ${part} on`;
  if (verb === "addChannel") return `join ${part}`;
  if (method === "DELETE") return `end ${part}`;
  if (method === "POST" && part !== undefined) return `make ${part}`;
  if (part !== undefined) return `read ${part}`;
  if (kind === "deviceStates") return "set the lamp";
  if (kind === "channels" && id !== undefined) return "read the agent's leg";
  return kind === "bridges" && id !== undefined
    ? "read the call's bridge"
    : `read ${[kind, id].filter(Boolean).join(" ")}`;
}

/** What a variable is read for. */
function readOf(query: string): string {
  const name = new URLSearchParams(query).get("variable") ?? "";
  return name.startsWith("PJSIP_") ? "read the contacts" : `read ${name}`;
}

function headersOf(incoming: IncomingMessage): string {
  const lines: string[] = [];
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}\r\n`);
  }
  return lines.join("");
}
