import * as z from "zod";
import type { BusLine } from "./reports.js";

const about = { person: z.string().exactOptional(), name: z.string().exactOptional() };
const at = z.number();

/** A line of the bus as the running gateway tells it. */
export const busLine: z.ZodType<BusLine> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("broker"), at, standing: z.enum(["connected", "away"]) }),
  z.object({ kind: z.literal("kept"), at, topic: z.string(), payload: z.string(), ...about }),
  z.object({
    ...{ kind: z.literal("published"), at, topic: z.string(), payload: z.string(), ...about },
    ...{ retained: z.boolean(), accepted: z.boolean(), ms: z.number() },
  }),
  z.object({
    ...{ kind: z.literal("delivered"), at, person: z.string(), name: z.string().exactOptional() },
    ...{ what: z.string(), by: z.string(), result: z.string(), ms: z.number() },
  }),
  z.object({ kind: z.literal("missed"), count: z.number() }),
]);
