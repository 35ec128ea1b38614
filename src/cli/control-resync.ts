import type { FastifyInstance } from "fastify";
import * as z from "zod";
import { roles } from "../model/index.js";
import type { Control } from "./reports.js";

const text = z.string().max(200);
const asked = z.object({
  macs: z.array(z.string().max(64)).max(10_000),
  team: text.exactOptional(),
  role: z.enum(roles).exactOptional(),
  vendor: text.exactOptional(),
  model: text.exactOptional(),
  changed: z.boolean().exactOptional(),
  all: z.boolean().exactOptional(),
  spread: z.number().min(0).max(1_440).exactOptional(),
});

/** The order that has phones read their configuration again, and the question how that fares. */
export function resyncRoutes(server: FastifyInstance, control: Pick<Control, "resync" | "phoneFiles">): void {
  server.post("/provision/resync", async ({ body }, reply) => {
    const given = asked.safeParse(body);
    if (!given.success) return reply.code(400).send({ sentence: "The order about provisioning is not understood." });
    const done = await control.resync(given.data);
    return done.ok ? done.value : reply.code(409).send({ sentence: done.sentence });
  });
  server.get("/provision/files", () => control.phoneFiles());
}
