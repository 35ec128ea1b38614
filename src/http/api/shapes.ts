import * as z from "zod";
import { languages, languageWords, roles } from "../../model/index.js";

/*
 * What the API takes and gives, for the document and for looking at a request. What a person may be is told by whoever
 * keeps the people, in a sentence.
 */

const site = z.enum(["allowed", "forbidden"]);
const id = z.string().min(1).max(64).describe("Letters, digits, `_` and `-`; by default the extension.");
const extension = z.string().min(1).max(40).describe("The number the person is dialled by.");
const name = z.string().min(1).max(200).describe("Shown on phones.");
const role = z.enum(roles).describe("Every role but `agent` may supervise.");
const teams = z.array(z.string().min(1).max(200)).max(100);
const language = z.enum(languages).describe("Of what their phones show; without it, the site's.");
const languageWish = z
  .enum([...languages, "site"], { error: ({ input }) => languageWords(String(input)) })
  .describe("Of what their phones show; `site` for the site's own.");
const hidden = site.describe(
  "Hidden supervision of this person's calls. The strictest of site, teams and person wins.",
);
const supervision = site.describe("Any supervision of this person's calls.");

/** One of the people. */
export const person = z
  .object({
    ...{ id, extension, name, role, teams },
    language: language.optional(),
    hidden: z.literal("forbidden").optional(),
    supervision: z.literal("forbidden").optional(),
    owner: z.enum(["file", "database"]).describe("`file`: stands in earshot.yaml, and cannot be changed here."),
    pin: z.enum(["none", "set", "locked"]).describe("`locked`: five wrong ones were typed."),
  })
  .describe("Somebody who works here.");

/** Somebody to be added. */
export const newPerson = z
  .strictObject({
    ...{ id: id.exactOptional(), extension, name, role, teams: teams.exactOptional() },
    ...{ hidden: hidden.exactOptional(), supervision: supervision.exactOptional() },
    language: languageWish.exactOptional(),
  })
  .describe("Somebody to be added.");

/** What is to be other than it is. */
export const personChange = z
  .strictObject({
    ...{ extension: extension.exactOptional(), name: name.exactOptional(), role: role.exactOptional() },
    ...{ teams: teams.exactOptional(), hidden: hidden.exactOptional(), supervision: supervision.exactOptional() },
    language: languageWish.exactOptional(),
  })
  .describe("What is not said stays.");

/** The PIN before the first supervision of a shift. */
export const newPin = z
  .strictObject({ pin: z.string().regex(/^\d{4,12}$/) })
  .describe("4 to 12 digits, not all the same.");

/** Why not, in words. */
export const refusal = z.object({ sentence: z.string() }).describe("Why not, in words.");

/** As JSON Schema, named, for the document. */
export function asSchema(of: z.ZodType, named: string): object {
  const { $schema: _, ...schema } = z.toJSONSchema(of, { target: "draft-2020-12", unrepresentable: "throw" });
  return { $id: named, title: named, ...schema };
}
