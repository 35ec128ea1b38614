import * as z from "zod";
import { capabilities, type Extension, parseExtension } from "../model/index.js";
import { phoneFilesBy } from "./reports.js";

const text = z.string();
const link = z.enum(["starting", "connected", "away"]);
const extension = text.refine((written): written is Extension => parseExtension(written) !== undefined);
const watchReport = z.object({
  standing: z.enum(["starting", "connected", "away", "refused"]),
  seen: z.number(),
  missing: z.array(extension),
  unknown: z.array(extension),
  alone: z.array(extension),
  differences: z.array(
    z.object({
      extension,
      lamp: z.enum(["idle", "ringing", "talking", "held"]),
      pbx: z.enum(["on-a-call", "no-call"]),
      since: z.number(),
    }),
  ),
});

/** How the running gateway is, as it says. */
export const gatewayStatus = z.object({
  gateway: text,
  pid: z.number(),
  startedAt: z.number(),
  publicUrl: text,
  pbx: link,
  broker: link,
  missing: z.array(z.enum(capabilities)),
  phoneFiles: z.enum(phoneFilesBy),
  blf: watchReport.exactOptional(),
});
