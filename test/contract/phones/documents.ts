import type { Token } from "../../../src/model/index.ts";
import type { Page } from "../../../src/pages/index.ts";
import type { Profile } from "../../../src/phones/index.ts";
import { readDocument, type YealinkDocument } from "../../lab/phones/yealink-document.ts";
import * as rendering from "./rendering.ts";

/** The profile of a Yealink model. */
export function profileOf(model: string): Profile {
  return rendering.profileOf({ vendor: "yealink", model });
}

/** The document of a page, as a Yealink with this token would get it. */
export function render(page: Page, model: string, token: Token, publicUrl?: string, step?: number): string {
  return rendering.render(page, { vendor: "yealink", model }, token, publicUrl, step);
}

/** Reads a document as strictly as the lab's phone does. */
export function read(xml: string, model: string): { document: YealinkDocument | undefined; complaints: string[] } {
  const complaints: string[] = [];
  const limits = {
    bytes: 10_000,
    items: 30,
    softKeys: 4,
    labelColumns: profileOf(model).screen.labelColumns,
    urlLength: 255,
  };
  return { document: readDocument(xml, limits, (text) => complaints.push(text)), complaints };
}
