import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import * as z from "zod";
import { type AuditEntry, auditActs } from "../model/index.js";
import type { Control } from "./reports.js";

const who = z.string().min(1).max(128);
const moment = z.coerce.number().int();
const wish = {
  who,
  since: moment.exactOptional(),
  until: moment.exactOptional(),
  supervisor: z.string().exactOptional(),
  agent: z.string().exactOptional(),
  call: z.string().exactOptional(),
  act: z.enum(auditActs).exactOptional(),
};
const reading = z.object({ ...wish, limit: z.coerce.number().int().min(1).max(10_000).default(200) });
const exporting = z.object(wish);
const verifying = z.object({ who, head: z.string().max(200).exactOptional() });

/** The questions for the record: read, export, verify. */
export function auditRoutes(server: FastifyInstance, control: Control): void {
  server.get("/audit", async ({ query }, reply) => {
    const asked = reading.safeParse(query);
    return asked.success ? control.readAudit(asked.data) : notUnderstood(reply);
  });
  server.get("/audit/export", async ({ query }, reply) => {
    const asked = exporting.safeParse(query);
    if (!asked.success) return notUnderstood(reply);
    const rows = control.exportAudit(asked.data)[Symbol.asyncIterator]();
    // What forbids the export is told before the first row, so it can still be a sentence.
    const first = await rows.next();
    return reply.type("application/x-ndjson").send(Readable.from(lines(first, rows)));
  });
  server.get("/audit/verify", async ({ query }, reply) => {
    const asked = verifying.safeParse(query);
    return asked.success ? control.verifyAudit(asked.data) : notUnderstood(reply);
  });
}

async function* lines(
  first: IteratorResult<readonly AuditEntry[]>,
  rows: AsyncIterator<readonly AuditEntry[]>,
): AsyncGenerator<string> {
  for (let next = first; next.done !== true; next = await rows.next()) yield `${JSON.stringify(next.value)}\n`;
}

function notUnderstood(reply: FastifyReply): FastifyReply {
  return reply.code(400).send({ sentence: "The question for the record is not understood." });
}
