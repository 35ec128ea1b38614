import * as z from "zod";
import { answerStyles, type PhoneListed, parseMac, pushWays } from "../model/index.js";

const text = z.string();
const mac = text.transform((written, context) => {
  const parsed = parseMac(written);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "not of that shape" });
  return z.NEVER;
});

/** One phone as the gateway tells of it over the control socket. */
export const phoneListed: z.ZodType<PhoneListed> = z.object({
  ...{ mac, vendor: text, model: text, extension: text, answer: z.enum(answerStyles) },
  lamp: text.exactOptional(),
  lampKey: z.number().exactOptional(),
  address: text.exactOptional(),
  push: z.enum(pushWays).exactOptional(),
  pushAddress: text.exactOptional(),
  pushUsername: text.exactOptional(),
  pushPassword: text.exactOptional(),
  pushPriority: text.exactOptional(),
  entry: z.enum(["file", "database"]),
});

const said = text.max(300).exactOptional();

/** What a phone is wished to be; what it means is looked at by whoever keeps the phones. */
export const phoneWish = z.strictObject({
  ...{ mac: said, vendor: said, model: said, extension: said, answer: said, lamp: said, lampKey: said, address: said },
  ...{ push: said, pushAddress: said, pushUsername: said, pushPassword: said, pushPriority: said, branch: said },
});
