import type { Token } from "../../../src/model/index.ts";
import type { Page } from "../../../src/pages/index.ts";
import type { Profile } from "../../../src/phones/index.ts";
import { type Judged, judge } from "../../lab/phones/yealink-judge.ts";
import { modelOf } from "../../lab/phones/yealink-models.ts";
import { switched } from "../../lab/phones/yealink-switches.ts";
import * as rendering from "./rendering.ts";

/** The profile of a Yealink model. */
export function profileOf(model: string): Profile {
  return rendering.profileOf({ vendor: "yealink", model });
}

/** The document of a page, as a Yealink with this token would get it. */
export function render(page: Page, model: string, token: Token, publicUrl?: string, step?: number): string {
  return rendering.render(page, { vendor: "yealink", model }, token, publicUrl, step);
}

/** Reads a document as strictly as the lab's phone of this model does. */
export function read(xml: string, model: string): Judged {
  return judge(xml, modelOf(model), switched());
}
