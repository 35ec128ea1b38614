import type { FastifyInstance } from "fastify";
import * as z from "zod";
import type { Control } from "./reports.js";

const asked = z.object({ macs: z.array(z.string().max(64)).min(1).max(1_000), minutes: z.number() });

/** The order that lets phones fetch their files without a password for a while. */
export function enrolRoute(server: FastifyInstance, control: Pick<Control, "enrol">): void {
  server.post("/provision/enrol", async ({ body }, reply) => {
    const given = asked.safeParse(body);
    if (!given.success) return reply.code(400).send({ sentence: "The order about provisioning is not understood." });
    const done = await control.enrol(given.data);
    return done.ok ? done.value : reply.code(409).send({ sentence: done.sentence });
  });
}
