import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { followFrames } from "./frames.js";

const tcpKeepAliveMs = 30_000;

/**
 * A client's socket as the broker sees it. The broker library neither limits packets nor says which message a PUBACK
 * is for, so both are read off the bytes on their way in.
 */
export class Connection extends Duplex {
  readonly remote: string;
  /** Called with the packet identifier of every PUBACK of this client. */
  acknowledged: (id: number) => void = () => {};
  readonly #socket: Socket;

  constructor(socket: Socket, maxPacketBytes: number) {
    super();
    this.#socket = socket;
    this.remote = socket.remoteAddress ?? "unknown";
    const follow = followFrames(maxPacketBytes, (id) => this.acknowledged(id));
    socket.setNoDelay(true);
    // For a device that asks for no MQTT keepalive and is switched off.
    socket.setKeepAlive(true, tcpKeepAliveMs);
    socket.on("data", (chunk: Buffer) => {
      if (!follow(chunk)) this.destroy(new Error("a packet is too long or malformed"));
      else if (!this.push(chunk)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => Buffer.from(chunk))), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
