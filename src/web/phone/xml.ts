import type { XmlElement } from "./xml-element.js";

export type XmlFault = "ill-formed" | "entity" | "declared" | "doctype" | "instruction" | "cdata";
type Complain = (text: string, fault: XmlFault) => void;

/** Everything that begins with `<`, one after the other: what is no tag, and tags with their values in quotes. */
const markup =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<[^\s<>/!?][^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*>/g;

/** A tag that closes itself. */
const selfClosing = /^<([^\s/>]+)[\s\S]*\/>$/;

/** The declaration and what may stand before a DOCTYPE. */
const declaration = /^<\?xml[ \t\r\n]([^?]*)\?>/;
const doctype = /^((?:\s|<\?[^?]*\?>|<!--[\s\S]*?-->)*)<!DOCTYPE(?:[^[>]|\[[^\]]*\])*>/;

/**
 * Reads XML with the browser's own parser, and from the raw text what that parser hides. A DOCTYPE is complained about
 * and taken out before parsing, so that nothing it declares is ever expanded.
 */
export function parseXml(source: string, complain: Complain): XmlElement | undefined {
  const xml = source.replace(/^\ufeff/, "");
  const declared = declaration.exec(xml)?.[1];
  if (declared !== undefined) {
    const encoding = /encoding\s*=\s*["']([^"']*)["']/.exec(declared)?.[1];
    if (encoding !== undefined && !/^[A-Za-z][A-Za-z0-9._-]*$/.test(encoding)) return illFormed("encoding", complain);
    if (encoding?.toUpperCase() !== "UTF-8") complain(`is declared as ${encoding}`, "declared");
  }
  if (doctype.test(xml)) complain("has a DOCTYPE", "doctype");
  const tree = new DOMParser().parseFromString(xml.replace(doctype, "$1"), "application/xml");
  const failure = tree.getElementsByTagNameNS("http://www.w3.org/1999/xhtml", "parsererror")[0];
  if (failure || !tree.documentElement) return illFormed(failure?.textContent ?? "", complain);
  if (/[\ufffe\uffff]|\p{Surrogate}/u.test(xml)) return illFormed("a character that XML does not have", complain);
  if (hasOpenValue(xml)) return illFormed("< in the value of an attribute", complain);
  checkKinds(tree, complain);
  return elementOf(tree.documentElement);
}

/** Whether a value in quotes holds a `<`, which Chromium takes all the same. */
function hasOpenValue(xml: string): boolean {
  return [...xml.matchAll(markup)].some(([tag]) => !/^<[!?]/.test(tag) && tag.lastIndexOf("<") > 0);
}

/** Names of the elements that are written `<x/>`. */
export function selfClosed(source: string): readonly string[] {
  return [...source.matchAll(markup)].flatMap(([tag]) => selfClosing.exec(tag)?.[1] ?? []);
}

/** What stands in the DOCTYPE, where there is one. */
export function doctypeOf(source: string): string | undefined {
  const [found, before = ""] = doctype.exec(source.replace(/^\ufeff/, "")) ?? [];
  return found?.slice(before.length + "<!DOCTYPE".length, -1);
}

function illFormed(why: string, complain: Complain): undefined {
  const entity = /entity '[^']*' not defined/i.test(why);
  complain(`not well-formed: ${why.replace(/\s+/g, " ").trim()}`, entity ? "entity" : "ill-formed");
}

/** Complains about the kinds of node that a phone may not take, in the order of the document. */
function checkKinds(node: Node, complain: Complain): void {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.PROCESSING_INSTRUCTION_NODE) complain("has a processing instruction", "instruction");
    else if (child.nodeType === Node.CDATA_SECTION_NODE) complain("has a CDATA section", "cdata");
    else checkKinds(child, complain);
  }
}

function elementOf(element: Element): XmlElement {
  const nodes = [...element.childNodes].flatMap((child): readonly (XmlElement | string)[] => {
    if (child instanceof Element) return [elementOf(child)];
    return child.nodeType === Node.TEXT_NODE ? [child.nodeValue ?? ""] : [];
  });
  return {
    name: element.tagName,
    attributes: new Map([...element.attributes].map(({ name, value }) => [name, value])),
    children: nodes.filter((node) => typeof node !== "string"),
    nodes,
    text: nodes.filter((node) => typeof node === "string").join(""),
  };
}
