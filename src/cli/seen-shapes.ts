import * as z from "zod";
import { type Mac, parseMac, sightingWays, tlsTroubles } from "../model/index.js";

const text = z.string();
const mac = text.transform((written, context): Mac => {
  const parsed = parseMac(written);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "no MAC address" });
  return z.NEVER;
});

/** What the running gateway says of windows that it has opened. */
export const enrolled = z.object({
  macs: z.array(text),
  until: z.number(),
  url: text,
  firstContact: text.exactOptional(),
});

/** What the running gateway says of devices on the network. */
export const phonesSeen = z.object({
  standing: z.array(
    z.object({
      interface: text,
      by: z.enum(["pnp", "ssdp"]),
      state: z.enum(["listening", "answering", "away"]),
      why: text.exactOptional(),
    }),
  ),
  seen: z.array(
    z.object({
      by: z.array(z.enum(sightingWays)),
      mac: mac.exactOptional(),
      vendor: text.exactOptional(),
      model: text.exactOptional(),
      firmware: text.exactOptional(),
      address: text,
      interface: text.exactOptional(),
      firstAt: z.number(),
      lastAt: z.number(),
      refused: z.enum(tlsTroubles).exactOptional(),
      extension: text.exactOptional(),
    }),
  ),
});
