import { create } from "xmlbuilder2";
import type { Markup } from "../model/index.js";

/** The library's builder of one element. */
type Builder = ReturnType<typeof create>;

/** The document on one line, well-formed whatever its texts hold; what XML forbids is left out. `bare`: no declaration. */
export function render(root: Markup, bare = false): string {
  const document = create({ version: "1.0", encoding: "UTF-8", invalidCharReplacement: "" });
  add(document, root);
  return document.end({ prettyPrint: false, headless: bare }).replace(/[\r\n]+/g, " ");
}

function add(parent: Builder, { name, attributes = {}, inside = [] }: Markup): void {
  const element = parent.ele(name);
  for (const [key, value] of Object.entries(attributes)) element.att(key, literal(value));
  for (const part of inside) {
    if (typeof part === "string") element.txt(literal(part));
    else add(element, part);
  }
}

/** The library takes what looks like an entity for one; with its ampersand escaped a text stays what it says. */
function literal(text: string): string {
  return text.replaceAll("&", "&amp;");
}
