import * as z from "zod";
import type { PhoneFilesRow, Resynced } from "../model/index.js";

const text = z.string();
const time = z.number();

/** Whether a phone has its files as they are now. */
export const filesStanding = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["current", "changed", "never-given"]) }),
  z.object({ kind: z.literal("served-elsewhere") }),
  z.object({ kind: z.literal("unknown"), why: text }),
]);

/** What the running gateway says of one phone's files. */
export const phoneFilesRow = z.object({
  ...{ mac: text, vendor: text, model: text, extension: text },
  files: filesStanding.exactOptional(),
  given: z.object({ names: z.array(text), at: time.exactOptional(), firmware: text.exactOptional() }).exactOptional(),
  resync: z
    .object({
      state: z.enum(["ordered", "waits", "asked", "failed"]),
      orderedAt: time,
      at: time.exactOptional(),
      why: text.exactOptional(),
      fetched: z.boolean().exactOptional(),
    })
    .exactOptional(),
}) satisfies z.ZodType<PhoneFilesRow>;

/** What it says of an order. */
export const resynced = z.object({ phones: z.array(phoneFilesRow), lastAt: time }) satisfies z.ZodType<Resynced>;
