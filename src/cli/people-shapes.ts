import * as z from "zod";
import {
  type Enlisted,
  languages,
  type PersonId,
  type PersonListed,
  parseExtension,
  parsePersonId,
  roles,
} from "../model/index.js";

const text = z.string();
const site = z.enum(["allowed", "forbidden"]);
const branded = <T>(parse: (text: string) => T | undefined) =>
  z.string().transform((written, context): T => {
    const parsed = parse(written);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: "not of that shape" });
    return z.NEVER;
  });

/** One person as the gateway tells of them over the control socket. */
export const personListed: z.ZodType<PersonListed> = z.object({
  id: branded<PersonId>(parsePersonId),
  extension: branded(parseExtension),
  name: text,
  role: z.enum(roles),
  teams: z.array(text),
  language: z.enum(languages).exactOptional(),
  hidden: z.literal("forbidden").exactOptional(),
  supervision: z.literal("forbidden").exactOptional(),
  owner: z.enum(["file", "database"]),
  pin: z.enum(["none", "set", "locked"]),
});

const lineProblem = z.object({ line: z.number(), sentence: text });

/** What came of a list of people. */
export const enlisted: z.ZodType<Enlisted> = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), added: z.number(), changed: z.number(), same: z.number() }),
  z.object({ ok: z.literal(false), problems: z.array(lineProblem) }),
]);

/** What a person is wished to be; what it means is looked at by whoever keeps the people. */
export const personWish = z.strictObject({
  id: text.exactOptional(),
  extension: text.exactOptional(),
  name: text.exactOptional(),
  role: text.exactOptional(),
  teams: z.array(text).max(100).exactOptional(),
  language: text.exactOptional(),
  hidden: site.exactOptional(),
  supervision: site.exactOptional(),
});
