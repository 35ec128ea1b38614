import { readdir, readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { type Language, languages } from "../model/index.js";
import { type Catalogue, catalogueProblems, fitProblems, type Texts, textsOf } from "../pages/index.js";
import { PhoneServerError } from "./errors.js";
import { type Sheets, templatesFolder } from "./sheets.js";

/** One wording for every place, or a long one and shorter ones for where that has no room. */
const wordingsSchema = z.union([
  z.string().transform((text) => [text]),
  z
    .strictObject({ long: z.string(), medium: z.string().optional(), short: z.string().optional() })
    .transform(({ long, medium, short }) => [long, medium, short].filter((text) => text !== undefined)),
]);
const catalogueSchema = z.record(z.string(), wordingsSchema);

/**
 * The texts of every language, from `<folder>/texts/<language>.yaml`, held against every screen in `sheets`; `site` is the
 * language of whoever has none of their own.
 * @throws {PhoneServerError} `texts` naming file and text where one is missing, not used, has a brace that nothing is put
 * into, or no wording that is short enough; all of one file at once, that of the first language that is wrong.
 */
export async function loadTexts(
  sheets: Sheets,
  site: Language = "en",
  folder: string = templatesFolder(),
): Promise<Texts> {
  const read = languages.map(async (language) => [language, await loadCatalogue(language, sheets, folder)] as const);
  // All of them first: else of two that are wrong it would name the one whose file happens to be read sooner.
  await Promise.allSettled(read);
  const catalogues = Object.fromEntries(await Promise.all(read)) as Record<Language, Catalogue>;
  const files = await readdir(`${folder}/texts`);
  const strange = files.find((file) => !languages.some((language) => file === `${language}.yaml`));
  if (strange !== undefined) throw broken(`texts/${strange}`, "earshot knows no such language");
  return textsOf(catalogues, site);
}

/** The texts of one language, whole, and short enough for every screen in `sheets`. */
export async function loadCatalogue(language: Language, sheets: Sheets, folder: string): Promise<Catalogue> {
  const file = `texts/${language}.yaml`;
  const text = await readFile(`${folder}/${file}`, "utf8").catch(() => {
    throw new PhoneServerError("texts", `The texts ${file} are missing in ${folder}`);
  });
  const written = catalogueSchema.safeParse(parsed(text, file));
  if (!written.success) throw broken(file, z.prettifyError(written.error));
  const wordings = Object.entries(written.data).map(
    ([id, forms]) => [id, forms.map((form) => form.normalize("NFC"))] as const,
  );
  const catalogue: Catalogue = new Map(wordings);
  const problems = catalogueProblems(catalogue);
  if (problems.length > 0) throw broken(file, problems.join("; "));
  // Most models share their screen's sizes.
  const screens = new Map(sheets.all().map((entry) => [JSON.stringify(entry.profile.screen), entry]));
  for (const { vendor, model, profile } of screens.values()) {
    const long = fitProblems(catalogue, profile.screen);
    if (long.length > 0) throw broken(file, `${long.join("; ")} (${vendor} ${model})`);
  }
  return catalogue;
}

function parsed(text: string, file: string): unknown {
  try {
    // Every value is a text, whatever it looks like.
    return parse(text, { schema: "failsafe" });
  } catch (error) {
    throw broken(file, error instanceof Error ? error.message : String(error));
  }
}

function broken(file: string, why: string): PhoneServerError {
  return new PhoneServerError("texts", `The texts ${file} cannot be used: ${why}`);
}
