import { hrefs } from "../../../src/http/address.ts";
import { loadSheets, loadTemplates } from "../../../src/http/index.ts";
import type { Token } from "../../../src/model/index.ts";
import type { Key, Page } from "../../../src/pages/index.ts";
import { type Profile, vendorNamed } from "../../../src/phones/index.ts";

const sheets = await loadSheets();
const templates = await loadTemplates(sheets);
const key = Buffer.alloc(32, 7);

/** A model of one make. */
export interface Model {
  readonly vendor: string;
  readonly model: string;
}

/** Every model of a make. */
export function modelsOf(vendor: string): readonly string[] {
  return sheets.all().flatMap((entry) => (entry.vendor === vendor ? [entry.model] : []));
}

export function profileOf({ vendor, model }: Model): Profile {
  const profile = sheets.profile(vendor, model);
  if (!profile) throw new Error(`no profile of ${model}`);
  return profile;
}

/** The document of a page, as a phone with this token would get it. */
export function render(page: Page, of: Model, token: Token, publicUrl = "http://192.0.2.10:8080", step = 7): string {
  const document = vendorNamed(of.vendor)?.document(page, profileOf(of), hrefs(key, publicUrl, token, step));
  if (!document) throw new Error(`no vendor ${of.vendor}`);
  return templates.render(document);
}

/** The address that a link has on that page. */
export function hrefOf(link: Key["link"], token: Token, publicUrl = "http://192.0.2.10:8080", step = 7): string {
  return hrefs(key, publicUrl, token, step)(link);
}
