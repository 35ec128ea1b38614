import type { ServerResponse } from "node:http";
import type { DeskNews } from "../../model/index.js";

/** What a reader may leave unread, beyond what they were told at the beginning. */
export const unreadBytes = 1024 * 1024;

/** A piece of news as it goes over the wire; made once for all who get it. */
export type Frame = string & { readonly frame: unique symbol };

/** As a server-sent event: named after its type, its data the whole as one line of JSON. */
export function frameOf(news: DeskNews): Frame {
  return frame(news.type, JSON.stringify(news));
}

/** The same of news that is JSON already. */
export function frame(type: DeskNews["type"], json: string): Frame {
  return `event: ${type}\ndata: ${json}\n\n` as Frame;
}

/** One browser that reads. Whoever reads too slowly is cut off: they come again, and get everything anew. */
export class DeskStream {
  readonly #reply: ServerResponse;
  #allowed = unreadBytes;
  #over = false;

  /** @param reply with its head written. */
  constructor(reply: ServerResponse) {
    this.#reply = reply;
    reply.on("error", () => this.end());
    reply.write("retry: 1000\n\n");
  }

  /** Tells everything that is true now, however long it is. */
  begin(frames: readonly Frame[]): void {
    const all = frames.join("");
    this.#allowed += Buffer.byteLength(all);
    this.#reply.write(all);
  }

  /** False when that was too much for the reader, who has been cut off. */
  tell(news: Frame): boolean {
    return this.#write(news);
  }

  /** Keeps the connection from looking dead. */
  beat(): void {
    this.#write(": still here\n\n");
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#reply.end();
  }

  #write(text: string): boolean {
    if (this.#over) return false;
    if (this.#reply.writableLength > this.#allowed) {
      this.#over = true;
      this.#reply.destroy();
      return false;
    }
    this.#reply.write(text);
    return true;
  }
}
