import { SaxesParser } from "saxes";

export type Complain = (text: string) => void;

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/**
 * The XML of one document: exactly one object (yealink.md 1.1, l. 45), declared as UTF-8 where it is declared (l. 47),
 * each thing escaped and nothing before the declaration (8, l. 316). What is not so is told to `complain`.
 */
export function parseXml(xml: string, complain: Complain): Element | undefined {
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  const open: Element[] = [];
  let root: Element | undefined;
  parser.on("error", (error) => complain(`not well-formed: ${error.message}`));
  parser.on("doctype", () => complain("has a DOCTYPE"));
  parser.on("processinginstruction", () => complain("has a processing instruction"));
  parser.on("cdata", () => complain("has a CDATA section"));
  parser.on("xmldecl", (declaration) => {
    if (declaration.encoding?.toUpperCase() !== "UTF-8") complain(`is declared as ${declaration.encoding}`);
  });
  parser.on("opentag", (tag) => {
    const element: Element = { name: tag.name, attributes: tag.attributes, children: [], text: "" };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on("closetag", () => open.pop());
  try {
    parser.write(xml).close();
  } catch (error) {
    complain(`not well-formed: ${String(error)}`);
  }
  return root;
}

export function named(of: Element, name: string): readonly Element[] {
  return of.children.filter((child) => child.name === name);
}

export function textOf(of: Element, name: string): string | undefined {
  return of.children.find((child) => child.name === name)?.text;
}
