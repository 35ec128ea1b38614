/** An element as a phone sees it: its own text is what stands directly in it, CDATA left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

type Complain = (text: string) => void;

/** Everything that begins with `<`, one after the other: what is no tag, and tags with their values in quotes. */
const markup =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<[^\s<>/!?][^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*>/g;

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
    if (encoding?.toUpperCase() !== "UTF-8") complain(`is declared as ${encoding}`);
  }
  if (doctype.test(xml)) complain("has a DOCTYPE");
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

function illFormed(why: string, complain: Complain): undefined {
  complain(`not well-formed: ${why.replace(/\s+/g, " ").trim()}`);
}

/** Complains about the kinds of node that a phone may not take, in the order of the document. */
function checkKinds(node: Node, complain: Complain): void {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.PROCESSING_INSTRUCTION_NODE) complain("has a processing instruction");
    else if (child.nodeType === Node.CDATA_SECTION_NODE) complain("has a CDATA section");
    else checkKinds(child, complain);
  }
}

function elementOf(element: Element): XmlElement {
  const text = [...element.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE);
  return {
    name: element.tagName,
    attributes: new Map([...element.attributes].map(({ name, value }) => [name, value])),
    children: [...element.children].map(elementOf),
    text: text.map((child) => child.nodeValue ?? "").join(""),
  };
}
