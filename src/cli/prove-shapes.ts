import * as z from "zod";
import type { Proved, ProveShown, ProveWalk, Verdict } from "../model/index.js";

const text = z.string();
const field = z.union([text, z.number(), z.boolean()]);
const itself = z.object({ model: text, firmware: text });

export const verdict: z.ZodType<Verdict> = z.enum(["yes", "no", "unknown"]);

/** A walk as the gateway tells of it over the control socket. */
export const proveWalk: z.ZodType<ProveWalk> = z.object({
  ...{ walk: text, mac: text, vendor: text, model: text, owner: text },
  questions: z.array(
    z.object({
      id: text,
      before: text.exactOptional(),
      please: text.exactOptional(),
      asks: text,
    }),
  ),
  left: z.array(z.object({ id: text, why: text })),
});

export const proveShown: z.ZodType<ProveShown> = z.object({
  waits: text.exactOptional(),
  pushed: text.exactOptional(),
});

/** What a walk has come to, as the gateway tells it. */
export const proved: z.ZodType<Proved> = z.object({
  ...{ vendor: text, model: text, itself: itself.exactOptional(), open: z.array(text) },
  facts: z.array(
    z.object({
      ...{ step: text, verdict: z.enum(["yes", "no"]), by: z.enum(["seen", "told"]) },
      ...{ quirk: text, says: text, fields: z.record(text, field) },
    }),
  ),
});
