import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Status line and headers as they came. */
  readonly head: string;
  /** When the request was handed to the system, and when the whole answer was there; by `performance.now()`. */
  readonly sentAt: number;
  readonly endAt: number;
}

const END_OF_HEAD = Buffer.from("\r\n\r\n");

/** One kept-alive HTTP connection that costs as little as can be, so that the server is measured and not this. */
export class Line {
  readonly #host: string;
  readonly #port: number;
  readonly #tls: boolean;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void; sentAt: number } | undefined;

  /** @param origin such as `http://127.0.0.1:8080`. @param from an address of this machine to come from. */
  constructor(
    origin: string,
    private readonly from?: string,
  ) {
    const { hostname, port, protocol } = new URL(origin);
    this.#tls = protocol === "https:";
    this.#host = hostname;
    this.#port = Number(port);
  }

  /** GETs a URL of this origin. One request at a time. */
  async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const socket = this.#socket?.writable ? this.#socket : await this.#connect();
    const { pathname, search } = new URL(url);
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const request = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${this.#host}:${this.#port}\r\nConnection: keep-alive\r\n${more.join("")}\r\n`;
    return await new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, sentAt: performance.now() };
      socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  async #connect(): Promise<Socket> {
    const to = {
      ...{ port: this.#port, host: this.#host },
      ...(this.from !== undefined && { localAddress: this.from }),
    };
    // By an authority that the bench has just made.
    const socket = this.#tls ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to);
    socket.setNoDelay(true);
    await once(socket, this.#tls ? "secureConnect" : "connect");
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = undefined;
      this.#waiting?.reject(new Error("the connection was closed before the answer was there"));
      this.#waiting = undefined;
    });
    return socket;
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end === -1) return;
    const head = this.#received.toString("latin1", 0, end);
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    const bodyAt = end + END_OF_HEAD.length;
    if (length === undefined) throw new Error("an answer without Content-Length");
    if (this.#received.length < bodyAt + Number(length)) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    const body = this.#received.toString("utf8", bodyAt, bodyAt + Number(length));
    this.#received = this.#received.subarray(bodyAt + Number(length));
    waiting?.resolve({
      ...{ status: Number(head.slice(9, 12)), head, body },
      ...{ sentAt: waiting.sentAt, endAt: performance.now() },
    });
  }
}
