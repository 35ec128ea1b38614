import * as z from "zod";
import { auditActs, endings, modes, type RefusalCode, refusals } from "../model/index.js";

const text = z.string();
const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);

/** Rows of the record, as the running gateway gives them. */
export const auditRows = z.array(
  z.object({
    id: z.number(),
    writtenAt: z.number(),
    late: z.boolean(),
    at: z.number(),
    act: z.enum(auditActs),
    outcome: z.enum(["allowed", "done", "refused", "failed", "ended"]),
    supervisor: text,
    supervision: text.exactOptional(),
    agent: text.exactOptional(),
    call: text.exactOptional(),
    leg: text.exactOptional(),
    phone: text.exactOptional(),
    customer: text.exactOptional(),
    mode: z.enum(modes).exactOptional(),
    visibility: z.enum(["visible", "hidden"]).exactOptional(),
    mic: z.enum(["muted", "open"]).exactOptional(),
    refusal: text.refine(isRefusal).exactOptional(),
    ending: z.enum(endings).exactOptional(),
    detail: text.exactOptional(),
  }),
);

/** What verifying the record came to. */
export const auditCheck = z.object({
  ok: z.boolean(),
  rows: z.number(),
  removed: z.number(),
  heads: z.array(text),
  fault: z.object({ id: z.number().exactOptional(), sentence: text }).exactOptional(),
  notes: z.array(text),
  publicKey: text,
});
