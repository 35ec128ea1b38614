import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { catalogueProblems, type Say, speaker } from "../pages/index.js";
import { PhoneServerError } from "./errors.js";
import { templatesFolder } from "./sheets.js";

/**
 * The texts of one language, from `<folder>/texts/<language>.yaml`.
 * @throws {PhoneServerError} `texts` naming what is missing or not used, all at once.
 */
export async function loadCatalogue(language: string, folder: string = templatesFolder()): Promise<Say> {
  const file = `texts/${language}.yaml`;
  const text = await readFile(`${folder}/${file}`, "utf8").catch(() => {
    throw new PhoneServerError("texts", `The texts ${file} are missing in ${folder}`);
  });
  const catalogue = z.record(z.string(), z.string()).safeParse(parse(text));
  if (!catalogue.success) {
    throw new PhoneServerError("texts", `The texts ${file} cannot be used: ${z.prettifyError(catalogue.error)}`);
  }
  const problems = catalogueProblems(catalogue.data);
  if (problems.length > 0) throw new PhoneServerError("texts", `The texts ${file}: ${problems.join("; ")}`);
  return speaker(catalogue.data);
}
