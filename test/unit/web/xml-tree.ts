import { SaxesParser } from "saxes";
import type { XmlElement } from "../../../src/web/phone/xml-element.ts";

/** Well-formed XML as the browser's parser gives it to a drawn phone; undefined where it is not. */
export function treeOf(xml: string): XmlElement | undefined {
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  interface Open {
    readonly name: string;
    readonly attributes: ReadonlyMap<string, string>;
    readonly nodes: (XmlElement | string)[];
  }
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let broken = false;
  parser.on("error", () => {
    broken = true;
  });
  parser.on("opentag", ({ name, attributes }) => {
    open.push({ name, attributes: new Map(Object.entries(attributes)), nodes: [] });
  });
  parser.on("text", (text) => void open.at(-1)?.nodes.push(text));
  parser.on("closetag", () => {
    const of = open.pop();
    if (!of) return;
    const children = of.nodes.filter((node) => typeof node !== "string");
    const text = of.nodes.filter((node) => typeof node === "string").join("");
    root = { ...of, children, text };
    open.at(-1)?.nodes.push(root);
  });
  try {
    parser.write(xml).close();
  } catch {
    return undefined;
  }
  return broken ? undefined : root;
}
