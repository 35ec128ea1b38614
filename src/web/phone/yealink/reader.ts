import { parseXml } from "../xml.js";
import type { XmlElement } from "../xml-element.js";
import type { Field, Item, Limits, SoftKey, YealinkDocument } from "./document.js";
import { checkGrammar } from "./grammar.js";

/** A T46U: guide V71 p. 8 and 13, CalloraCTI's model table; label and URL lengths are budgets. */
export const t46u: Limits = { bytes: 10_000, items: 30, softKeys: 4, labelColumns: 10, urlLength: 255 };

export interface Reading {
  /** Undefined where there is nothing that could be shown. */
  readonly document: YealinkDocument | undefined;
  /** Everything that a real phone may not take, in words. */
  readonly complaints: readonly string[];
}

type Complain = (text: string) => void;

/** What a host may not have, and Chromium takes all the same. */
const oddHost = /^https?:\/\/[^/?#]*[ <>^|]/;
const kinds = new Map<string, YealinkDocument["kind"]>([
  ["YealinkIPPhoneTextMenu", "menu"],
  ["YealinkIPPhoneTextScreen", "screen"],
  ["YealinkIPPhoneInputScreen", "input"],
]);
const typing = ["Submit", "BackSpace", "Dot", "ChangeMode", "NextSpace"].map((word) => `SoftKey:${word}`);
/** Keys that do something on the phone alone. */
const softKeyWords: Readonly<Record<YealinkDocument["kind"], readonly string[]>> = {
  menu: ["SoftKey:Exit", "SoftKey:Select"],
  screen: ["SoftKey:Exit"],
  input: ["SoftKey:Exit", ...typing],
};
/** Seconds after which a page without `Timeout` closes; a guess by Yealink's users. */
const usualTimeout = 45;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Reads a Yealink XML browser document as strictly as a phone might. Written from the manual pages, beside the reader
 * of the tests: the two must agree on every document. Where the XML is not well-formed there is no document, and the
 * complaint after `not well-formed:` is the browser's own.
 */
export function readDocument(xml: string, limits: Limits = t46u): Reading {
  const complaints: string[] = [];
  const complain: Complain = (text) => complaints.push(text);
  const bytes = new TextEncoder().encode(xml).length;
  if (bytes > limits.bytes) complain(`${bytes} bytes`);
  const root = parseXml(xml, complain);
  const document = root && documentOf(root, limits, complain);
  return { document, complaints };
}

/** Complains where the URL is not one that a phone can fetch as it stands. */
export function checkUrl(url: string, where: string, longest: number, complain: Complain): void {
  if (!/^https?:\/\/[^/]/.test(url) || oddHost.test(url) || !URL.canParse(url))
    complain(`${where}: not an absolute URL: ${url}`);
  if (!/^[\x21-\x7e]*$/.test(url)) complain(`${where}: a character that a URL may not have: ${url}`);
  if (url.length > longest) complain(`${where}: a URL of ${url.length} characters`);
}

function documentOf(root: XmlElement, limits: Limits, complain: Complain): YealinkDocument | undefined {
  const kind = kinds.get(root.name);
  if (kind === undefined) {
    complain(`an unknown object <${root.name}>`);
    return undefined;
  }
  checkGrammar(root, complain);
  const attribute = (name: string) => root.attributes.get(name);
  if (attribute("Beep") === undefined) complain("it beeps: Beep is yes where it is not said");
  const items = itemsOf(root, limits, complain);
  const keys = keysOf(root, kind, limits, complain);
  const fields = fieldsOf(root, complain);
  const sends = keys.length === 0 || keys.some(({ uri }) => uri === "SoftKey:Submit");
  if (kind === "input" && !sends) complain("no softkey sends what is typed");
  const title = textOf(root, "Title") ?? "";
  if (title.trim() === "") complain("an empty title");
  const cancelAction = attribute("cancelAction");
  const doneAction = attribute("doneAction");
  if (cancelAction !== undefined) checkUrl(cancelAction, "cancelAction", limits.urlLength, complain);
  if (kind === "screen" && doneAction === undefined) complain("no doneAction");
  if (doneAction !== undefined) checkUrl(doneAction, "doneAction", limits.urlLength, complain);
  const url = kind === "input" ? (textOf(root, "URL") ?? "") : undefined;
  if (url !== undefined) checkUrl(url, "URL", limits.urlLength, complain);
  return {
    kind,
    title,
    items,
    text: textOf(root, "Text") ?? "",
    keys: keys.sort((one, other) => one.index - other.index),
    cancelAction,
    doneAction,
    url,
    fields,
    defaultIndex: Number(attribute("defaultIndex") ?? 1),
    timeout: Number(attribute("Timeout") ?? usualTimeout),
  };
}

function itemsOf(root: XmlElement, limits: Limits, complain: Complain): Item[] {
  const items = named(root, "MenuItem").map((item) => ({
    prompt: textOf(item, "Prompt") ?? "",
    uri: textOf(item, "URI") ?? "",
    selection: textOf(item, "Selection"),
  }));
  if (items.length > limits.items) complain(`${items.length} items`);
  for (const { prompt, uri, selection } of items) {
    if (prompt.trim() === "") complain("an empty row");
    checkUrl(uri, `row "${prompt}"`, limits.urlLength, complain);
    if (selection !== undefined && !/^[A-Za-z0-9_.-]+$/.test(selection)) {
      complain(`a selection that would need an escape: ${selection}`);
    }
  }
  return items;
}

function keysOf(root: XmlElement, kind: YealinkDocument["kind"], limits: Limits, complain: Complain): SoftKey[] {
  const keys = named(root, "SoftKey").map((key) => ({
    index: Number(key.attributes.get("index")),
    label: textOf(key, "Label") ?? "",
    uri: textOf(key, "URI") ?? "",
  }));
  if (keys.length > limits.softKeys) complain(`${keys.length} softkeys`);
  if (new Set(keys.map((key) => key.index)).size < keys.length) complain("two softkeys with one index");
  for (const { index, label, uri } of keys) {
    if (!(index >= 1 && index <= limits.softKeys)) complain(`a softkey with index ${index}`);
    if (label.trim() === "") complain("a softkey without a label");
    if ([...graphemes.segment(label)].length > limits.labelColumns) complain(`a label too long: ${label}`);
    if (!softKeyWords[kind].includes(uri)) checkUrl(uri, `softkey "${label}"`, limits.urlLength, complain);
  }
  return keys;
}

function fieldsOf(root: XmlElement, complain: Complain): Field[] {
  const usual = root.attributes;
  const fields = named(root, "InputField").map((field) => ({
    type: field.attributes.get("type") ?? usual.get("type") ?? "string",
    password: (field.attributes.get("password") ?? usual.get("Password")) === "yes",
    editable: field.attributes.get("editable") !== "no",
    prompt: textOf(field, "Prompt") ?? "",
    parameter: textOf(field, "Parameter") ?? "",
    value: textOf(field, "Default") ?? "",
  }));
  for (const { prompt, parameter } of fields) {
    if (prompt.trim() === "") complain("a field without a prompt");
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(parameter)) complain(`a parameter that would need an escape: ${parameter}`);
  }
  return fields;
}

function named(of: XmlElement, name: string): readonly XmlElement[] {
  return of.children.filter((child) => child.name === name);
}

function textOf(of: XmlElement, name: string): string | undefined {
  return named(of, name)[0]?.text;
}
