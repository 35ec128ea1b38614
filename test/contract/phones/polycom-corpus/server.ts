import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What is served instead of a page, but for what a good reply has. */
export interface Served {
  readonly body: string | Buffer;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly framing?: "length" | "chunked" | "close";
}

/** A web server whose next replies a test says; what a phone asked is kept. */
export class PageServer {
  readonly asked: { readonly path: string; readonly headers: IncomingMessage["headers"]; readonly socket: number }[] =
    [];
  /** By path; every other path gets 404. */
  readonly pages = new Map<string, Served | "nothing">();
  readonly #server: Server;
  readonly #sockets: unknown[] = [];

  constructor() {
    this.#server = createServer((request, reply) => this.#answer(request, reply));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #answer(request: IncomingMessage, reply: ServerResponse): void {
    if (!this.#sockets.includes(request.socket)) this.#sockets.push(request.socket);
    const { url: path = "", headers } = request;
    this.asked.push({ path, headers, socket: this.#sockets.indexOf(request.socket) });
    const served = this.pages.get(path.split("?")[0] ?? "") ?? { body: "no such page", status: 404 };
    if (served !== "nothing") send(reply, served);
  }
}

function send(reply: ServerResponse, { body, status = 200, headers = {}, framing = "length" }: Served): void {
  const usual = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
  for (const [name, value] of Object.entries({ ...usual, ...headers })) if (value !== "") reply.setHeader(name, value);
  reply.statusCode = status;
  if (framing === "length" && status !== 204) reply.setHeader("content-length", Buffer.byteLength(body));
  if (framing === "close") for (const name of ["content-length", "transfer-encoding"]) reply.removeHeader(name);
  if (framing === "chunked") reply.write(body);
  reply.end(framing === "chunked" ? undefined : body);
}
