import type { Complain } from "./polycom-facts.ts";
import { checkGrammar, type Element, elementsOf, parse, type Reading, textOf } from "./polycom-markup.ts";
import { checkUrl, type Deed, deedOf } from "./polycom-uris.ts";

/** What can be highlighted in the body. */
export type Spot =
  | { readonly kind: "link"; readonly label: string; readonly deed: Deed | undefined }
  | { readonly kind: "send"; readonly label: string; readonly form: number; readonly pair: Pair | undefined }
  | { readonly kind: "field"; readonly form: number; readonly field: number };

export type Pair = readonly [name: string, value: string];

/** One line of the body: its text, with the fields in it by their number, and what can be highlighted on it. */
export interface Line {
  readonly parts: readonly (string | { readonly form: number; readonly field: number })[];
  readonly spots: readonly Spot[];
}

export interface Field {
  readonly kind: "text" | "password" | "hidden" | "choice";
  readonly name: string;
  readonly value: string;
}

export interface PolycomForm {
  readonly action: string;
  readonly fields: readonly Field[];
}

export interface SoftKey {
  readonly index: number;
  readonly label: string;
  readonly deed: Deed;
  /** The form that it stands in. */
  readonly form: number | undefined;
}

export interface PolycomPage {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly forms: readonly PolycomForm[];
  readonly softKeys: readonly SoftKey[];
  /** Of a META refresh. */
  readonly metaRefresh: string | undefined;
}

export interface Limits {
  readonly bytes: number;
  readonly tags: number;
  readonly rows: number;
  readonly labelCharacters: number;
}

/** The page budget (1.4), and a softkey's label (2.1). */
export const usualLimits: Limits = { bytes: 10_000, tags: 250, rows: 16, labelCharacters: 9 };

/**
 * Reads a page as strictly as the hardware might, from the reference alone: it knows nothing of the code that makes pages.
 * Undefined where nothing of it would be shown.
 */
export function readPage(xml: string, reading: Reading, limits: Limits, complain: Complain): PolycomPage | undefined {
  if (Buffer.byteLength(xml) > limits.bytes) complain("too-large", `${Buffer.byteLength(xml)} bytes`);
  const root = parse(xml, complain);
  if (!root) return undefined;
  const bodies = elementsOf(root).filter(({ name }) => name === "body");
  if (root.name !== "html" || bodies.length !== 1) {
    complain("not-a-page", `<${root.name}> with ${bodies.length} bodies`);
    return undefined;
  }
  const asXml = reading.form === "vvx" && reading.switches.webkit && !reading.asHtml;
  if (asXml && root.attributes["xmlns"] === undefined) complain("no-namespace", "<html>");
  return pageOf(root, reading, limits, complain);
}

/** The page below a root of any name: `<html>`, or what was pushed. */
export function pageOf(root: Element, reading: Reading, limits: Limits, complain: Complain): PolycomPage {
  checkGrammar(root, reading, complain);
  const page = new PageReader(reading, limits, complain).read(root);
  if (page.lines.length === 0) complain("nothing-shown", "an empty body");
  const rows = page.lines.filter(({ spots }) => spots.some(({ kind }) => kind === "link")).length;
  if (rows > limits.rows) complain("too-many-rows", `${rows} rows`);
  return page;
}

/** A line as it is read, its fields as `shown` has them. */
export function lineText(
  { parts }: Line,
  shown = (_: { readonly form: number; readonly field: number }) => "",
): string {
  const text = parts.map((part) => (typeof part === "string" ? part : `[${shown(part)}]`));
  return text.join("").replace(/\s+/g, " ").trim();
}

const blocks = new Set("body p h1 h2 h3 hr div form table caption tr ol ul li".split(" "));
const cells = new Set(["td", "th"]);

class PageReader {
  readonly #lines: Line[] = [];
  readonly #forms: { readonly action: string; readonly fields: Field[]; sends: boolean }[] = [];
  readonly #softKeys: SoftKey[] = [];
  readonly #reading: Reading;
  readonly #limits: Limits;
  readonly #complain: Complain;
  #parts: Line["parts"][number][] = [];
  #spots: Spot[] = [];
  #form: number | undefined;
  #title = "";
  #tags = 0;
  #metaRefresh: string | undefined;

  constructor(reading: Reading, limits: Limits, complain: Complain) {
    this.#reading = reading;
    this.#limits = limits;
    this.#complain = complain;
  }

  read(root: Element): PolycomPage {
    this.#walk(root);
    this.#endLine();
    if (this.#tags > this.#limits.tags) this.#complain("too-many-tags", `${this.#tags} tags`);
    for (const { action, sends } of this.#forms) if (!sends) this.#complain("form-dead", action);
    return {
      title: this.#title,
      lines: this.#lines,
      forms: this.#forms,
      softKeys: this.#softKeys.sort((one, other) => one.index - other.index),
      metaRefresh: this.#metaRefresh,
    };
  }

  #walk(element: Element): void {
    this.#tags += 1;
    const { name, attributes } = element;
    const block = blocks.has(name);
    if (block || name === "br") this.#endLine();
    switch (name) {
      case "title":
        this.#title = textOf(element);
        return;
      case "style":
      case "script":
        return;
      case "meta":
        if (attributes["http-equiv"]?.toLowerCase() === "refresh") this.#metaRefresh = attributes["content"];
        return;
      case "softkey":
        this.#softKey(attributes);
        return;
      case "a":
        this.#link(element);
        break;
      case "img":
        checkUrl(attributes["src"] ?? "", "image", this.#complain);
        break;
      case "input":
        this.#input(attributes);
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
      default:
        break;
    }
    this.#within(element);
    if (block) this.#endLine();
    if (cells.has(name)) this.#parts.push(" ");
  }

  #within(element: Element): void {
    for (const node of element.nodes) {
      if (typeof node === "string") this.#parts.push(node);
      else this.#walk(node);
    }
  }

  #endLine(): void {
    const parts = this.#parts.reduce<Line["parts"][number][]>((joined, part) => {
      const last = joined.at(-1);
      if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part;
      else joined.push(part);
      return joined;
    }, []);
    const shown = parts.some((part) => typeof part !== "string" || part.trim() !== "");
    if (shown || this.#spots.length > 0) this.#lines.push({ parts, spots: this.#spots });
    this.#parts = [];
    this.#spots = [];
  }

  #link(element: Element): void {
    const label = textOf(element);
    const { href = "" } = element.attributes;
    if (label === "" || href === "") {
      this.#complain("link-dead", `"${label}" to "${href}"`);
      return;
    }
    const where = {
      form: this.#reading.form,
      where: `link "${label}"`,
      bareUrls: true,
      unknown: "unknown-uri",
    } as const;
    this.#spots.push({ kind: "link", label, deed: deedOf(href, where, this.#complain) });
  }

  #inForm(element: Element): void {
    const { method = "get", action = "" } = element.attributes;
    if (method.toLowerCase() !== "get") this.#complain("form-not-get", method);
    checkUrl(action, "form", this.#complain);
    const before = this.#form;
    this.#form = this.#forms.push({ action, fields: [], sends: false }) - 1;
    this.#within(element);
    this.#endLine();
    this.#form = before;
  }

  #input({ type = "text", name = "", value = "" }: Readonly<Record<string, string>>): void {
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

  #choice(element: Element): void {
    const options = elementsOf(element);
    this.#tags += options.length;
    const option = options.find(({ attributes }) => attributes["selected"] !== undefined) ?? options[0];
    const value = option ? (option.attributes["value"] ?? textOf(option)) : "";
    this.#field({ kind: "choice", name: element.attributes["name"] ?? "", value });
  }

  #field(field: Field): void {
    if (field.name === "") this.#complain("input-name", field.kind);
    const form = this.#forms[this.#form ?? -1];
    if (!form || this.#form === undefined) {
      this.#complain("nesting", `a ${field.kind} outside a form`);
      return;
    }
    const at = { form: this.#form, field: form.fields.push(field) - 1 };
    if (field.kind === "hidden") return;
    this.#parts.push(at);
    this.#spots.push({ kind: "field", ...at });
  }

  #button(element: Element): void {
    const { type = "submit", name = "", value = "" } = element.attributes;
    const label = textOf(element);
    if (type === "submit") this.#send(label, name === "" ? undefined : [name, value]);
    else this.#complain("button-dead", label);
  }

  #send(label: string, pair: Pair | undefined): void {
    const form = this.#forms[this.#form ?? -1];
    if (!form || this.#form === undefined || label.trim() === "") {
      this.#complain("button-dead", `"${label}"`);
      return;
    }
    form.sends = true;
    this.#parts.push(` ${label} `);
    this.#spots.push({ kind: "send", label, form: this.#form, pair });
  }

  #softKey({ index = "", label = "", action = "" }: Readonly<Record<string, string>>): void {
    const where = `softkey "${label}"`;
    if (!/^[1-8]$/.test(index)) this.#complain("softkey-index", `${where}: ${index}`);
    else if (this.#softKeys.some((key) => key.index === Number(index))) {
      this.#complain("softkey-index-twice", `${where}: ${index}`);
    }
    if ([...label].length > this.#limits.labelCharacters) this.#complain("softkey-label", label);
    if (action === "") {
      if (label !== "") this.#complain("softkey-dead", label);
      return;
    }
    // Whether a VVX shows it or not: that it cannot do what a softkey does is no fault of a document for both.
    const at = { form: "microbrowser", where, bareUrls: false, unknown: "softkey-action" } as const;
    const deed = deedOf(action, at, this.#complain);
    if (!deed) return;
    const form = this.#forms[this.#form ?? -1];
    if (deed.does === "submit" || deed.does === "reset") {
      if (!form) this.#complain("softkey-outside-form", where);
      else if (deed.does === "submit" && this.#reading.form === "microbrowser") form.sends = true;
    }
    const own = /^softkey:(\w+)/i.exec(action)?.[1] ?? action;
    this.#softKeys.push({ index: Number(index), label: label || own, deed, form: this.#form });
  }
}
