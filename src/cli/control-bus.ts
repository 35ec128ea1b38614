import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import * as z from "zod";
import type { BusLine, Control } from "./reports.js";

const watching = z.object({ agent: z.string().min(1).max(64).exactOptional() });
/** A reader who leaves more unread than this misses lines, and is told how many. */
const mostUnread = 1_048_576;

/** The bus, line by line, until whoever reads goes. */
export function busRoutes(server: FastifyInstance, control: Pick<Control, "watchBus">): void {
  server.get("/bus/watch", async ({ query }, reply) => {
    const asked = watching.safeParse(query);
    if (!asked.success) return reply.code(400).send({ sentence: "The question for the bus is not understood." });
    const lines = new Lines();
    const watched = control.watchBus(asked.data, (line) => lines.tell(line));
    if (!watched.ok) return reply.code(404).send({ sentence: watched.sentence });
    lines.once("close", watched.value);
    return reply.type("application/x-ndjson").send(lines);
  });
}

class Lines extends Readable {
  #missed = 0;

  tell(line: BusLine): void {
    if (this.readableLength > mostUnread) {
      this.#missed += 1;
      return;
    }
    this.#tellMissed();
    this.push(`${JSON.stringify(line)}\n`);
  }

  override _read(): void {
    this.#tellMissed();
  }

  #tellMissed(): void {
    if (this.#missed === 0) return;
    const count = this.#missed;
    this.#missed = 0;
    this.push(`${JSON.stringify({ kind: "missed", count } satisfies BusLine)}\n`);
  }
}
