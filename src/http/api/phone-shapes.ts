import * as z from "zod";
import { answerStyles, lampWays, pushWays } from "../../model/index.js";

/*
 * What the API takes and gives of phones. What a phone may be is told by whoever keeps the phones, in a sentence.
 */

const mac = z.string().min(1).max(64).describe("Its MAC address, such as `805ec0aabbcc`.");
const vendor = z.string().min(1).max(100).describe("Its make, such as `yealink`.");
const model = z.string().min(1).max(100).describe("Its model, such as `T46U`.");
const extension = z.string().min(1).max(40).describe("Its person's.");
const answer = z.enum(answerStyles).describe("`auto` only with a headset; `ring` without a word.");
const lamp = z.enum(lampWays).describe("How its lamp is lit; without it, as its make and the site allow.");
const lampKey = z.int().min(1).max(99).describe("The line key whose light is the lamp, or that opens the pages.");
const address = z
  .string()
  .min(1)
  .max(300)
  .describe("Of its SIP contact, where that is not what its requests come from.");
const push = z
  .enum(pushWays)
  .describe("How documents reach it; without it, the site's own way. `http` needs the other three.");
const pushAddress = z.string().min(1).max(300).describe("For `http`: where the phone takes them.");
const pushUsername = z.string().min(1).max(300).describe("For `http`: what the phone asks for.");
const pushPassword = z.string().min(1).max(300).describe("For `http`; kept sealed, and never told.");
const pushPriority = z.string().min(1).max(100).describe("For `http`, where its make has priorities.");

const settings = {
  answer: answer.exactOptional(),
  lamp: lamp.exactOptional(),
  lampKey: lampKey.exactOptional(),
  address: address.exactOptional(),
  push: push.exactOptional(),
  pushAddress: pushAddress.exactOptional(),
  pushUsername: pushUsername.exactOptional(),
  pushPriority: pushPriority.exactOptional(),
};

/** One of the phones. */
export const phone = z
  .object({
    ...{ mac, vendor, model, extension, ...settings, answer },
    entry: z.enum(["file", "database"]).describe("`file`: stands in earshot.yaml, and cannot be changed here."),
  })
  .describe("A desk phone. The key to its pages is told by the command line alone.");

/** A phone to be added. */
export const newPhone = z
  .strictObject({ mac, vendor, model, extension, ...settings, pushPassword: pushPassword.exactOptional() })
  .describe("A phone to be added.");

const none = z.literal("none");
const changed = {
  ...settings,
  lamp: lamp.or(none).exactOptional(),
  lampKey: lampKey.or(none).exactOptional(),
  push: push.or(none).exactOptional(),
  pushPassword: pushPassword.exactOptional(),
  ...{ vendor: vendor.exactOptional(), model: model.exactOptional(), extension: extension.exactOptional() },
};

/** What is to be other than it is. */
export const phoneChange = z
  .strictObject(changed)
  .describe("What is not said stays; `none` takes it away. Another person's, it has another key.");

/** What comes in place of a phone. */
export const phoneReplacement = z
  .strictObject({ mac, ...changed })
  .describe("The phone that comes in its place. What is not said is as it was.");
