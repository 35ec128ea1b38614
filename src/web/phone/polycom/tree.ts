import type { XmlElement } from "../xml-element.js";
import { type Complain, checkUrl, linkDeed, type PolycomForm, softKeyDeed } from "./deeds.js";
import type { Field, Line, Pair, PolycomDocument, SoftKey } from "./document.js";
import { checkGrammar } from "./grammar.js";

/** The page budget, and what a softkey's label may have: polycom.md 1.4 and 2.1. */
const most = { tags: 250, rows: 16, labelCharacters: 9 } as const;

/** How a page came. */
export interface Kind {
  readonly form: PolycomForm;
  /** Not as application/xhtml+xml, so that a WebKit takes it for HTML. */
  readonly asHtml: boolean;
}

/** The page below `<html>`; undefined, and told, where there is none. */
export function readTree(root: XmlElement, { form, asHtml }: Kind, complain: Complain): PolycomDocument | undefined {
  const bodies = root.children.filter(({ name }) => name === "body").length;
  if (root.name !== "html" || bodies !== 1) {
    complain("not-a-page", `<${root.name}> with ${bodies} bodies`);
    return undefined;
  }
  if (form === "vvx" && !asHtml && !root.attributes.has("xmlns")) complain("no-namespace", "<html>");
  checkGrammar(root, form, complain);
  const document = new PageReader(form, complain).read(root);
  if (document.lines.length === 0) complain("nothing-shown", "an empty body");
  const rows = document.lines.filter(({ parts }) =>
    parts.some((part) => typeof part !== "string" && part.kind === "link"),
  );
  if (rows.length > most.rows) complain("too-many-rows", `${rows.length} rows`);
  return document;
}

const blocks = new Set("body p h1 h2 h3 hr div form table caption tr ol ul li".split(" "));

/** Goes through a page once, in the order of the document. */
class PageReader {
  readonly #form: PolycomForm;
  readonly #complain: Complain;
  readonly #lines: Line[] = [];
  readonly #forms: { readonly action: string; readonly fields: Field[]; sends: boolean }[] = [];
  readonly #softKeys: SoftKey[] = [];
  #parts: Line["parts"][number][] = [];
  /** The form that is open. */
  #open: number | undefined;
  /** Text that is a link's label already. */
  #labelled = false;
  #title = "";
  #tags = 0;

  constructor(form: PolycomForm, complain: Complain) {
    this.#form = form;
    this.#complain = complain;
  }

  read(root: XmlElement): PolycomDocument {
    this.#element(root);
    this.#endLine();
    if (this.#tags > most.tags) this.#complain("too-many-tags", `${this.#tags} tags`);
    for (const { action, sends } of this.#forms) if (!sends) this.#complain("form-dead", action);
    return {
      title: this.#title,
      lines: this.#lines,
      forms: this.#forms.map(({ action, fields }) => ({ action, fields })),
      softKeys: this.#softKeys.sort((one, other) => one.index - other.index),
    };
  }

  #element(element: XmlElement): void {
    const { name } = element;
    this.#tags += 1;
    const block = blocks.has(name);
    if (block || name === "br") this.#endLine();
    switch (name) {
      case "title":
        this.#title = wordsOf(element);
        return;
      case "style":
      case "script":
      case "meta":
        return;
      case "softkey":
        this.#softKey(element);
        return;
      case "a":
        this.#link(element);
        return;
      case "input":
        this.#input(element);
        return;
      case "select":
        this.#choice(element);
        return;
      case "button":
        this.#button(element);
        return;
      case "form":
        this.#inForm(element);
        return;
      case "img":
        checkUrl(element.attributes.get("src") ?? "", "image", this.#complain);
        break;
      default:
        break;
    }
    this.#within(element);
    if (block) this.#endLine();
    if (name === "td" || name === "th") this.#parts.push(" ");
  }

  #within(element: XmlElement): void {
    for (const node of element.nodes) {
      if (typeof node !== "string") this.#element(node);
      else if (!this.#labelled) this.#parts.push(node);
    }
  }

  #endLine(): void {
    if (this.#parts.some((part) => typeof part !== "string" || part.trim() !== ""))
      this.#lines.push({ parts: this.#parts });
    this.#parts = [];
  }

  #link(element: XmlElement): void {
    const label = wordsOf(element);
    const href = element.attributes.get("href") ?? "";
    if (label === "" || href === "") {
      this.#complain("link-dead", `"${label}" to "${href}"`);
      this.#within(element);
      return;
    }
    this.#parts.push({ kind: "link", label, deed: linkDeed(href, this.#form, `link "${label}"`, this.#complain) });
    this.#labelled = true;
    this.#within(element);
    this.#labelled = false;
  }

  #inForm(element: XmlElement): void {
    const method = element.attributes.get("method") ?? "get";
    const action = element.attributes.get("action") ?? "";
    if (method.toLowerCase() !== "get") this.#complain("form-not-get", method);
    checkUrl(action, "form", this.#complain);
    const before = this.#open;
    this.#open = this.#forms.push({ action, fields: [], sends: false }) - 1;
    this.#within(element);
    this.#endLine();
    this.#open = before;
  }

  #input({ attributes }: XmlElement): void {
    const type = attributes.get("type") ?? "text";
    const [name, value] = [attributes.get("name") ?? "", attributes.get("value") ?? ""];
    switch (type) {
      case "submit":
        this.#send(value, name === "" ? undefined : [name, value]);
        return;
      case "text":
      case "password":
      case "hidden":
        this.#field({ kind: type, name, value });
        return;
      default:
        this.#complain("input-type", type);
    }
  }

  #choice(element: XmlElement): void {
    const { children } = element;
    this.#tags += children.length;
    const option = children.find(({ attributes }) => attributes.has("selected")) ?? children[0];
    const value = option ? (option.attributes.get("value") ?? wordsOf(option)) : "";
    this.#field({ kind: "choice", name: element.attributes.get("name") ?? "", value });
  }

  #field(field: Field): void {
    if (field.name === "") this.#complain("input-name", field.kind);
    const form = this.#forms[this.#open ?? -1];
    if (!form || this.#open === undefined) {
      this.#complain("nesting", `a ${field.kind} outside a form`);
      return;
    }
    const place = { kind: "field", form: this.#open, field: form.fields.push(field) - 1 } as const;
    if (field.kind !== "hidden") this.#parts.push(place);
  }

  #button(element: XmlElement): void {
    const { attributes } = element;
    const [name, value] = [attributes.get("name") ?? "", attributes.get("value") ?? ""];
    const label = wordsOf(element);
    if ((attributes.get("type") ?? "submit") === "submit") this.#send(label, name === "" ? undefined : [name, value]);
    else this.#complain("button-dead", label);
  }

  #send(label: string, pair: Pair | undefined): void {
    const form = this.#forms[this.#open ?? -1];
    if (!form || this.#open === undefined || label.trim() === "") {
      this.#complain("button-dead", `"${label}"`);
      return;
    }
    form.sends = true;
    this.#parts.push({ kind: "send", label, form: this.#open, pair });
  }

  #softKey({ attributes }: XmlElement): void {
    const [index, label] = [attributes.get("index") ?? "", attributes.get("label") ?? ""];
    const action = attributes.get("action") ?? "";
    const where = `softkey "${label}"`;
    if (!/^[1-8]$/.test(index)) this.#complain("softkey-index", `${where}: ${index}`);
    else if (this.#softKeys.some((key) => key.index === Number(index)))
      this.#complain("softkey-index-twice", `${where}: ${index}`);
    if ([...label].length > most.labelCharacters) this.#complain("softkey-label", label);
    if (action === "") {
      if (label !== "") this.#complain("softkey-dead", label);
      return;
    }
    const deed = softKeyDeed(action, where, this.#complain);
    if (!deed) return;
    const form = this.#forms[this.#open ?? -1];
    if (deed.does === "submit" || deed.does === "reset") {
      if (!form) this.#complain("softkey-outside-form", where);
      else if (deed.does === "submit" && this.#form === "microbrowser") form.sends = true;
    }
    const own = /^softkey:(\w+)/i.exec(action)?.[1] ?? action;
    this.#softKeys.push({ index: Number(index), label: label || own, deed, form: this.#open });
  }
}

/** All text below, its white space as a reader sees it. */
function wordsOf(element: XmlElement): string {
  return rawText(element).replace(/\s+/g, " ").trim();
}

function rawText({ nodes }: XmlElement): string {
  return nodes.map((node) => (typeof node === "string" ? node : rawText(node))).join("");
}
