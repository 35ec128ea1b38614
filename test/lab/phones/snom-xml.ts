import { SaxesParser } from "saxes";

export type Complain = (text: string) => void;

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements and texts in their order: a text may have line breaks between its words. */
  readonly nodes: (Element | string)[];
}

/**
 * The XML of one document: one object (index, Common rules), declared as UTF-8 where it is declared, as its words are
 * (index, Common rules). What is not so is told to `complain`.
 */
export function parseXml(xml: string, complain: Complain): Element | undefined {
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  const open: Element[] = [];
  let root: Element | undefined;
  parser.on("error", (error) => complain(`not well-formed: ${error.message}`));
  parser.on("doctype", () => complain("has a DOCTYPE"));
  parser.on("processinginstruction", () => complain("has a processing instruction"));
  parser.on("cdata", () => complain("has a CDATA section"));
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding?.toUpperCase() !== "UTF-8") complain(`is declared as ${encoding}`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element: Element = { name, attributes, nodes: [] };
    open.at(-1)?.nodes.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("text", (text) => void open.at(-1)?.nodes.push(text));
  parser.on("closetag", () => void open.pop());
  try {
    parser.write(xml).close();
  } catch (error) {
    complain(`not well-formed: ${String(error)}`);
  }
  return root;
}

export function childrenOf({ nodes }: Element): readonly Element[] {
  return nodes.filter((node) => typeof node !== "string");
}

/** Children of one of these names: some have two spellings in the maker's own pages. */
export function named(of: Element, ...names: readonly string[]): readonly Element[] {
  return childrenOf(of).filter(({ name }) => names.includes(name));
}

/** The words of an element itself. */
export function textOf({ nodes }: Element): string {
  return nodes.filter((node) => typeof node === "string").join("");
}

export function textIn(of: Element, ...names: readonly string[]): string | undefined {
  const [found] = named(of, ...names);
  return found && textOf(found);
}
