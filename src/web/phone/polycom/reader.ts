import { doctypeOf, parseXml, selfClosed, type XmlFault } from "../xml.js";
import type { Complain } from "./deeds.js";
import type { PolycomDocument } from "./document.js";
import { isKnown } from "./grammar.js";
import { type Kind, readTree } from "./tree.js";

/** The page budget: polycom.md 1.4. */
const mostBytes = 10_000;

export interface Reading {
  /** Undefined where nothing of it would be shown. */
  readonly document: PolycomDocument | undefined;
  /** Everything that a real phone may not show: a code, a colon, and what it is about. */
  readonly complaints: readonly string[];
}

const codes: Readonly<Record<XmlFault, string | undefined>> = {
  "ill-formed": "not-well-formed",
  entity: "unknown-entity",
  declared: "wrong-encoding",
  instruction: "instruction",
  cdata: "cdata",
  // A page has one; what stands in it is looked at here.
  doctype: undefined,
};
/** What HTML closes by itself; a softkey is nothing to a WebKit. */
const voids = new Set(["br", "hr", "img", "input", "meta", "softkey"]);

/**
 * Reads a page as strictly as a Polycom might. Written from the manual pages, beside the reader of the tests: the two must
 * agree on every page, to the codes of the complaints.
 */
export function readPage(xml: string, kind: Kind): Reading {
  const complaints: string[] = [];
  const complain: Complain = (code, what) => void complaints.push(`${code}: ${what}`);
  const bytes = new TextEncoder().encode(xml).length;
  if (bytes > mostBytes) complain("too-large", `${bytes} bytes`);
  const doctype = doctypeOf(xml);
  if (doctype !== undefined && !/^ *html( +(PUBLIC|SYSTEM) +[^[]*)? *$/.test(doctype.trim()))
    complain("doctype", doctype);
  const root = parseXml(xml, (text, fault) => {
    const code = codes[fault];
    if (code !== undefined) complain(code, text);
  });
  const document = root && readTree(root, kind, complain);
  if (document && kind.form === "vvx" && kind.asHtml) {
    const open = selfClosed(xml).filter((name) => isKnown(name, kind.form) && !voids.has(name));
    for (const name of open) complain("self-closed", `<${name}/>`);
  }
  return { document, complaints };
}
