import { SaxesParser } from "saxes";

/**
 * A strict reading of Yealink XML browser documents, from the manual pages and grammar alone: it knows nothing of the
 * code that makes them.
 */
export interface Item {
  readonly prompt: string;
  readonly uri: string;
  readonly selection: string | undefined;
}

export interface SoftKey {
  readonly index: number;
  readonly label: string;
  readonly uri: string;
}

/** A field of an input screen. */
export interface Field {
  readonly type: string;
  /** What is typed is not shown. */
  readonly password: boolean;
  readonly editable: boolean;
  readonly prompt: string;
  readonly parameter: string;
  readonly value: string;
}

export interface YealinkDocument {
  readonly kind: "menu" | "screen" | "input";
  readonly title: string;
  readonly items: readonly Item[];
  readonly text: string;
  readonly keys: readonly SoftKey[];
  readonly cancelAction: string | undefined;
  readonly doneAction: string | undefined;
  /** Of an input screen: where what was typed goes. */
  readonly url: string | undefined;
  readonly fields: readonly Field[];
  readonly defaultIndex: number;
  readonly timeout: number;
}

export interface Limits {
  readonly bytes: number;
  readonly items: number;
  readonly softKeys: number;
  readonly labelColumns: number;
  readonly urlLength: number;
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const yesNo = /^(yes|no)$/;
const whole = /^\d{1,6}$/;
const any = /^/;
const onInput = { Beep: /^no$/, Timeout: whole, LockIn: yesNo, destroyOnExit: yesNo, cancelAction: any };
const common = { ...onInput, wrapList: yesNo };
const fieldType = /^(string|number|IP|empty)$/;
const rootAttributes: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  YealinkIPPhoneTextMenu: { ...common, defaultIndex: whole, style: /^(numbered|none)$/ },
  YealinkIPPhoneTextScreen: { ...common, doneAction: any },
  YealinkIPPhoneInputScreen: { ...onInput, defaultIndex: whole, type: fieldType, Password: yesNo },
};
const innerAttributes: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  Title: { wrap: yesNo },
  SoftKey: { index: /^[1-9]\d?$/ },
  InputField: { type: fieldType, password: yesNo, editable: yesNo },
};
/** Child elements, and which of them must be there. */
const children: Readonly<Record<string, { readonly may: readonly string[]; readonly must: readonly string[] }>> = {
  YealinkIPPhoneTextMenu: { may: ["Title", "MenuItem", "SoftKey"], must: ["Title", "MenuItem"] },
  YealinkIPPhoneTextScreen: { may: ["Title", "Text", "SoftKey"], must: ["Title", "Text"] },
  YealinkIPPhoneInputScreen: { may: ["Title", "URL", "InputField", "SoftKey"], must: ["Title", "URL", "InputField"] },
  MenuItem: { may: ["Prompt", "URI", "Dial", "Selection"], must: ["Prompt", "URI"] },
  InputField: { may: ["Prompt", "Parameter", "Default", "Selection"], must: ["Prompt", "Parameter"] },
  SoftKey: { may: ["Label", "URI"], must: ["Label", "URI"] },
};
const repeatable = ["MenuItem", "InputField", "SoftKey"];
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufffe\uffff]/;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Characters as a reader counts them. */
export function length(text: string): number {
  return [...graphemes.segment(text)].length;
}

function parse(xml: string, complain: (text: string) => void): Element | undefined {
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

function checkAttributes(of: Element, allowed: Readonly<Record<string, RegExp>>, complain: (text: string) => void) {
  for (const [name, value] of Object.entries(of.attributes)) {
    const shape = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (!shape) complain(`<${of.name}> has an unknown attribute ${name}`);
    else if (!shape.test(value)) complain(`<${of.name}> has ${name}="${value}"`);
    if (controls.test(value)) complain(`a control character in ${name} of <${of.name}>`);
  }
}

function checkElement(of: Element, complain: (text: string) => void): void {
  checkAttributes(of, rootAttributes[of.name] ?? innerAttributes[of.name] ?? {}, complain);
  if (controls.test(of.text)) complain(`a control character in <${of.name}>`);
  const grammar = children[of.name];
  if (!grammar) {
    for (const child of of.children) complain(`<${of.name}> has an unknown element <${child.name}>`);
    return;
  }
  if (of.text.trim() !== "") complain(`<${of.name}> has loose text`);
  const seen = new Set<string>();
  for (const child of of.children) {
    if (!grammar.may.includes(child.name)) complain(`<${of.name}> has an unknown element <${child.name}>`);
    else if (seen.has(child.name) && !repeatable.includes(child.name)) {
      complain(`<${of.name}> has more than one <${child.name}>`);
    }
    seen.add(child.name);
    checkElement(child, complain);
  }
  for (const name of grammar.must) if (!seen.has(name)) complain(`<${of.name}> has no <${name}>`);
}

function textOf(of: Element, name: string): string | undefined {
  return of.children.find((child) => child.name === name)?.text;
}

const kinds: Readonly<Record<string, YealinkDocument["kind"]>> = {
  YealinkIPPhoneTextMenu: "menu",
  YealinkIPPhoneTextScreen: "screen",
  YealinkIPPhoneInputScreen: "input",
};
const typingWords = ["SoftKey:Submit", "SoftKey:BackSpace", "SoftKey:Dot", "SoftKey:ChangeMode", "SoftKey:NextSpace"];
const softKeyWords: Readonly<Record<YealinkDocument["kind"], readonly string[]>> = {
  menu: ["SoftKey:Exit", "SoftKey:Select"],
  screen: ["SoftKey:Exit", "SoftKey:Select"],
  input: ["SoftKey:Exit", ...typingWords],
};

/** Complains where the URL is not one that a phone can fetch as it stands. */
export function checkUrl(url: string, where: string, longest: number, complain: (text: string) => void): void {
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) complain(`${where}: not an absolute URL: ${url}`);
  if (!/^[\x21-\x7e]*$/.test(url)) complain(`${where}: a character that a URL may not have: ${url}`);
  if (url.length > longest) complain(`${where}: a URL of ${url.length} characters`);
}

/** Reads a document; everything that a real phone may not take is told to `complain`. */
export function readDocument(
  xml: string,
  limits: Limits,
  complain: (text: string) => void,
): YealinkDocument | undefined {
  const bytes = Buffer.byteLength(xml);
  if (bytes > limits.bytes) complain(`${bytes} bytes`);
  const root = parse(xml, complain);
  if (!root) return undefined;
  const kind = Object.hasOwn(kinds, root.name) ? kinds[root.name] : undefined;
  if (!kind) {
    complain(`an unknown object <${root.name}>`);
    return undefined;
  }
  checkElement(root, complain);
  if (root.attributes["Beep"] === undefined) complain("it beeps: Beep is yes where it is not said");
  const url = (text: string, where: string) => checkUrl(text, where, limits.urlLength, complain);

  const items = root.children
    .filter((child) => child.name === "MenuItem")
    .map((item) => ({
      prompt: textOf(item, "Prompt") ?? "",
      uri: textOf(item, "URI") ?? "",
      selection: textOf(item, "Selection"),
    }));
  if (items.length > limits.items) complain(`${items.length} items`);
  for (const item of items) {
    if (item.prompt.trim() === "") complain("an empty row");
    url(item.uri, `row "${item.prompt}"`);
    if (item.selection !== undefined && !/^[A-Za-z0-9_.-]+$/.test(item.selection)) {
      complain(`a selection that would need an escape: ${item.selection}`);
    }
  }

  const keys = root.children
    .filter((child) => child.name === "SoftKey")
    .map((key) => ({
      index: Number(key.attributes["index"]),
      label: textOf(key, "Label") ?? "",
      uri: textOf(key, "URI") ?? "",
    }));
  if (keys.length > limits.softKeys) complain(`${keys.length} softkeys`);
  if (new Set(keys.map((key) => key.index)).size < keys.length) complain("two softkeys with one index");
  for (const key of keys) {
    if (!(key.index >= 1 && key.index <= limits.softKeys)) complain(`a softkey with index ${key.index}`);
    if (key.label.trim() === "") complain("a softkey without a label");
    if (length(key.label) > limits.labelColumns) complain(`a label too long: ${key.label}`);
    if (!softKeyWords[kind].includes(key.uri)) url(key.uri, `softkey "${key.label}"`);
  }

  const fields = root.children
    .filter((child) => child.name === "InputField")
    .map((field) => ({
      type: field.attributes["type"] ?? root.attributes["type"] ?? "string",
      password: (field.attributes["password"] ?? root.attributes["Password"]) === "yes",
      editable: field.attributes["editable"] !== "no",
      prompt: textOf(field, "Prompt") ?? "",
      parameter: textOf(field, "Parameter") ?? "",
      value: textOf(field, "Default") ?? "",
    }));
  for (const { prompt, parameter } of fields) {
    if (prompt.trim() === "") complain("a field without a prompt");
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(parameter)) complain(`a parameter that would need an escape: ${parameter}`);
  }
  const sends = keys.length === 0 || keys.some((key) => key.uri === "SoftKey:Submit");
  if (kind === "input" && !sends) complain("no softkey sends what is typed");

  const title = textOf(root, "Title") ?? "";
  if (title.trim() === "") complain("an empty title");
  const { cancelAction, doneAction, defaultIndex, Timeout } = root.attributes;
  if (cancelAction !== undefined) url(cancelAction, "cancelAction");
  if (kind === "screen" && doneAction === undefined) complain("no doneAction");
  if (doneAction !== undefined) url(doneAction, "doneAction");
  const target = kind === "input" ? (textOf(root, "URL") ?? "") : undefined;
  if (target !== undefined) url(target, "URL");
  return {
    kind,
    title,
    items,
    text: textOf(root, "Text") ?? "",
    keys: keys.sort((one, other) => one.index - other.index),
    cancelAction,
    doneAction,
    url: target,
    fields,
    defaultIndex: Number(defaultIndex ?? 1),
    timeout: Number(Timeout ?? 45),
  };
}
