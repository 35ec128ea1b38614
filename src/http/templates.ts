import { readdir, readFile } from "node:fs/promises";
import { Eta } from "eta";
import { SaxesParser } from "saxes";
import type { DocumentData, Profile } from "../phones/index.js";
import { vendorNamed } from "../phones/index.js";
import { PhoneServerError } from "./errors.js";
import { type Sheets, templatesFolder } from "./sheets.js";
import { tortureHref, torturePages } from "./torture.js";

/** Templates that were read, compiled and proven at start. */
export interface Templates {
  /** The document, every value escaped. Throws where a template of that name does not exist. */
  render(document: DocumentData): string;
}

function broken(file: string, why: unknown): PhoneServerError {
  const reason = (why instanceof Error ? why.message : String(why)).trim();
  return new PhoneServerError("template", `The phone template ${file}.eta is broken: ${reason}`);
}

/** Throws with line and column where the text is not a well-formed XML document. */
export function checkWellFormed(xml: string): void {
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
}

async function templateFiles(folder: string, vendor: string): Promise<string[]> {
  const entries = await readdir(`${folder}/${vendor}`).catch(() => []);
  return entries.filter((name) => name.endsWith(".eta")).map((name) => `${vendor}/${name.slice(0, -".eta".length)}`);
}

/** What a document must be, whatever its texts: well-formed, complete, and within the profile's limit. */
function check(xml: string, limit: number): void {
  checkWellFormed(xml);
  if (/undefined|\[object |NaN/.test(xml)) throw new Error("a value that it asks for is not in its data");
  const bytes = Buffer.byteLength(xml);
  if (bytes > limit) throw new Error(`a document has ${bytes} bytes, ${limit} is the limit`);
}

/** Of all models that give a document the same form, the one with the most room: most models differ in width alone. */
function widest(sheets: Sheets): readonly ReturnType<Sheets["all"]>[number][] {
  const room = ({ columns, rows }: Profile["screen"]): number => columns * rows;
  const found = new Map<string, ReturnType<Sheets["all"]>[number]>();
  for (const entry of sheets.all()) {
    const { traits, limits, softkeys, secretInput } = entry.profile;
    const form = JSON.stringify([entry.vendor, traits, limits, softkeys, secretInput]);
    const known = found.get(form);
    if (!known || room(entry.profile.screen) > room(known.profile.screen)) found.set(form, entry);
  }
  return [...found.values()];
}

/** Renders every kind of page in every form with texts meant to break it. */
function prove(templates: Templates, names: ReadonlySet<string>, sheets: Sheets): void {
  const unproven = new Set(names);
  for (const { vendor, profile } of widest(sheets)) {
    for (const page of torturePages(profile.screen)) {
      const document = vendorNamed(vendor)?.document(page, profile, tortureHref);
      if (!document) continue;
      unproven.delete(document.template);
      try {
        check(templates.render(document), profile.limits.documentBytes);
      } catch (error) {
        throw error instanceof PhoneServerError ? error : broken(document.template, error);
      }
    }
  }
  for (const vendor of new Set(sheets.all().map((entry) => entry.vendor))) {
    const nothing = vendorNamed(vendor)?.nothing;
    if (nothing) {
      const body = templates.render(nothing);
      if (/xml|html/.test(nothing.contentType)) checkWellFormed(body);
    }
    unproven.delete(nothing?.template ?? "");
  }
  for (const name of unproven) throw broken(name, "no page uses it, so it cannot be checked");
}

/**
 * Reads, compiles and proves the templates of the vendors in `sheets`.
 * Throws {@link PhoneServerError} `template` naming the first broken one.
 */
export async function loadTemplates(sheets: Sheets, folder: string = templatesFolder()): Promise<Templates> {
  const eta = new Eta({ autoEscape: true, cache: true });
  const compiled = new Map<string, ReturnType<Eta["compile"]>>();
  for (const vendor of new Set(sheets.all().map((entry) => entry.vendor))) {
    for (const file of await templateFiles(folder, vendor)) {
      const text = await readFile(`${folder}/${file}.eta`, "utf8");
      try {
        compiled.set(file, eta.compile(text));
      } catch (error) {
        throw broken(file, error);
      }
    }
  }
  const templates: Templates = {
    render(document) {
      const template = compiled.get(document.template);
      if (!template) throw broken(document.template, "there is no such file");
      return eta.render(template, document.data);
    },
  };
  prove(templates, new Set(compiled.keys()), sheets);
  return templates;
}
