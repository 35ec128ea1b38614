import { SaxesParser } from "saxes";
import type { Complain } from "./polycom-facts.ts";
import { grammarOf, type Holds, voids } from "./polycom-grammar.ts";
import type { Form, Switches } from "./polycom-switches.ts";

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly nodes: (Element | string)[];
  /** Written `<x/>`. */
  readonly selfClosed: boolean;
}

/** How a document is looked at: by which phone, and what it was said to be. */
export interface Reading {
  readonly form: Form;
  readonly switches: Switches;
  /** It did not come as application/xhtml+xml, so that a WebKit reads it as HTML. */
  readonly asHtml: boolean;
  /** Tables are shown, since SIP 2.2. */
  readonly tables: boolean;
}

const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/;

/** The elements of an XML document; undefined, and told, where it is not well-formed, as then nothing is shown at all. */
export function parse(xml: string, complain: Complain): Element | undefined {
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  const open: Element[] = [];
  let root: Element | undefined;
  let broken = false;
  const fail = (message: string): void => {
    if (!broken) complain(/undefined entity/.test(message) ? "unknown-entity" : "not-well-formed", message);
    broken = true;
  };
  parser.on("error", (error) => fail(error.message));
  parser.on("doctype", (text) => {
    if (!/^ *html( +(PUBLIC|SYSTEM) +[^[]*)? *$/.test(text)) complain("doctype", text.trim());
  });
  parser.on("processinginstruction", ({ target }) => complain("instruction", target));
  parser.on("cdata", () => complain("cdata", "a CDATA section"));
  parser.on("xmldecl", ({ encoding = "UTF-8" }) => {
    if (encoding.toUpperCase() !== "UTF-8") complain("wrong-encoding", encoding);
  });
  parser.on("opentag", ({ name, attributes, isSelfClosing }) => {
    const element: Element = { name, attributes, nodes: [], selfClosed: isSelfClosing };
    open.at(-1)?.nodes.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("text", (text) => void open.at(-1)?.nodes.push(text));
  parser.on("closetag", () => void open.pop());
  try {
    parser.write(xml).close();
  } catch (error) {
    fail(String(error));
  }
  return broken ? undefined : root;
}

/** The elements below, without the texts. */
export function elementsOf({ nodes }: Element): readonly Element[] {
  return nodes.filter((node) => typeof node !== "string");
}

/** All text below, its white space as a reader sees it. */
export function textOf(element: Element): string {
  return rawText(element).replace(/\s+/g, " ").trim();
}

function rawText({ nodes }: Element): string {
  return nodes.map((node) => (typeof node === "string" ? node : rawText(node))).join("");
}

/** Complains about all in and below an element that is not of the subset which is reported working. */
export function checkGrammar(element: Element, reading: Reading, complain: Complain): void {
  check(element, []);

  function check(of: Element, above: readonly string[]): void {
    const { name } = of;
    if (name !== name.toLowerCase()) {
      complain("upper-case", `<${name}>`);
      return;
    }
    if (name === "script") {
      complain("script", "<script>");
      return;
    }
    if (name === "style" && !styled(reading)) {
      complain("css", "<style>");
      return;
    }
    if (name === "meta" && !styled(reading)) {
      const refreshes = /refresh|cache|expires|pragma/i.test(of.attributes["http-equiv"] ?? "");
      complain(refreshes ? "meta-refresh" : "unknown-element", "<meta>");
      return;
    }
    const grammar = grammarOf(name, reading);
    if (!grammar) {
      complain("unknown-element", `<${name}>`);
      return;
    }
    if (!reading.tables && name === "table") {
      complain("no-tables", "<table>");
      return;
    }
    if (reading.asHtml && reading.switches.webkit && of.selfClosed && !voids.has(name)) {
      complain("self-closed", `<${name}/>`);
    }
    checkAttributes(of, grammar.attributes);
    checkText(of, grammar.holds);
    for (const child of elementsOf(of)) {
      const known = grammarOf(child.name, reading) !== undefined;
      const twice = (child.name === "a" || child.name === "form") && [name, ...above].includes(child.name);
      if (known && (twice || !grammar.holds.has(child.name))) complain("nesting", `<${child.name}> in <${name}>`);
      check(child, [name, ...above]);
    }
  }

  function checkAttributes({ name, attributes }: Element, allowed: Readonly<Record<string, RegExp>>): void {
    for (const [attribute, value] of Object.entries(attributes)) {
      const shape = Object.hasOwn(allowed, attribute) ? allowed[attribute] : undefined;
      const where = `${attribute}="${value}" of <${name}>`;
      if (controls.test(value)) complain("control-character", where);
      if (attribute !== attribute.toLowerCase()) complain("upper-case", where);
      else if (attribute.startsWith("on")) complain("script", where);
      else if (["style", "class"].includes(attribute)) {
        if (!styled(reading)) complain("css", where);
      } else if (!shape) complain("unknown-attribute", where);
      else if (!shape.test(value)) complain("attribute-value", where);
    }
  }

  function checkText(of: Element, holds: Holds): void {
    const text = of.nodes.filter((node) => typeof node === "string").join("");
    if (controls.test(text)) complain("control-character", `in <${of.name}>`);
    if (!holds.has("text") && text.trim() !== "") complain("loose-text", `"${text.trim()}" in <${of.name}>`);
  }
}

function styled({ form, switches }: Reading): boolean {
  return form === "vvx" && switches.webkit;
}
