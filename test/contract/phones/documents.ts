import { hrefs } from "../../../src/http/address.ts";
import { loadSheets, loadTemplates } from "../../../src/http/index.ts";
import type { Token } from "../../../src/model/index.ts";
import type { Page } from "../../../src/pages/index.ts";
import { type Profile, vendors } from "../../../src/phones/index.ts";
import { type Judged, judge } from "../../lab/phones/yealink-judge.ts";
import { modelOf } from "../../lab/phones/yealink-models.ts";
import { switched } from "../../lab/phones/yealink-switches.ts";

const sheets = await loadSheets();
const templates = await loadTemplates(sheets);
const key = Buffer.alloc(32, 7);

/** The profile of a Yealink model. */
export function profileOf(model: string): Profile {
  const profile = sheets.profile("yealink", model);
  if (!profile) throw new Error(`no profile of ${model}`);
  return profile;
}

/** The document of a page, as a phone with this token would get it. */
export function render(
  page: Page,
  model: string,
  token: Token,
  publicUrl = "http://192.0.2.10:8080",
  step = 7,
): string {
  const document = vendors["yealink"]?.document(page, profileOf(model), hrefs(key, publicUrl, token, step));
  if (!document) throw new Error("no such vendor");
  return templates.render(document);
}

/** Reads a document as strictly as the lab's phone of this model does. */
export function read(xml: string, model: string): Judged {
  return judge(xml, modelOf(model), switched());
}
