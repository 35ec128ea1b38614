import * as z from "zod";
import { pushKinds } from "../model/index.js";
import type { PhoneRow } from "./reports.js";
import { filesStanding } from "./resync-shapes.js";

const text = z.string();
const time = z.number();

const lastPush = z.object({
  at: time,
  kind: z.enum(pushKinds),
  result: z.discriminatedUnion("outcome", [
    z.object({ outcome: z.enum(["sent", "confirmed"]) }),
    z.object({ outcome: z.literal("failed"), why: text, again: z.boolean() }),
  ]),
});

/** What the running gateway says of its phones. */
export const phoneRows = z.array(
  z.object({
    ...{ mac: text, vendor: text, model: text, extension: text },
    entry: z.enum(["file", "database"]),
    url: text.exactOptional(),
    registration: z
      .object({ registered: z.boolean(), since: time, hosts: z.array(text).exactOptional() })
      .exactOptional(),
    lastPageAt: time.exactOptional(),
    lastPush: lastPush.exactOptional(),
    strayed: z.object({ count: z.number(), lastAt: time, lastFrom: text }).exactOptional(),
    files: filesStanding.exactOptional(),
  }),
) satisfies z.ZodType<readonly PhoneRow[]>;
