import { checkElement, isObject } from "./yealink-grammar.ts";
import { checkUri, checkUrl } from "./yealink-uri.ts";
import { type Complain, type Element, named, parseXml, textOf } from "./yealink-xml.ts";

/**
 * A strict reading of Yealink XML browser documents, from yealink.md alone (named by section and line): it knows nothing
 * of the code that makes them.
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
  readonly kind: "menu" | "screen" | "input" | "formatted" | "directory" | "image";
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
  /** Passes over what is Aastra's, instead of refusing it. */
  readonly aastra?: boolean;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Characters as a reader counts them. */
export function length(text: string): number {
  return [...graphemes.segment(text)].length;
}

/** 1.1, l. 49: what replaces the page. */
const kinds: Readonly<Record<string, YealinkDocument["kind"]>> = {
  YealinkIPPhoneTextMenu: "menu",
  YealinkIPPhoneTextScreen: "screen",
  YealinkIPPhoneInputScreen: "input",
  YealinkIPPhoneFormattedTextScreen: "formatted",
  YealinkIPPhoneDirectory: "directory",
  YealinkIPPhoneImageScreen: "image",
  YealinkIPPhoneImageMenu: "image",
};
const typingWords = ["SoftKey:Submit", "SoftKey:BackSpace", "SoftKey:Dot", "SoftKey:ChangeMode", "SoftKey:NextSpace"];
/** 2.2, l. 124-128: which word of the phone's own has a meaning on which object. */
const softKeyWords: Readonly<Record<YealinkDocument["kind"], readonly string[]>> = {
  menu: ["SoftKey:Exit", "SoftKey:Select", "SoftKey:Dial"],
  screen: ["SoftKey:Exit"],
  input: ["SoftKey:Exit", ...typingWords],
  formatted: ["SoftKey:Exit"],
  directory: ["SoftKey:Exit", "SoftKey:Dial"],
  image: ["SoftKey:Exit"],
};
/** 2.2, l. 129. */
const aastraWords = ["SoftKey:Cancel", "SoftKey:Dial2", "SoftKey:Next", "SoftKey:Previous"];
/** 1.1, l. 55: a guess. */
const usualTimeout = 45;

/** Whether a document of this name replaces the page (1.1, l. 49). */
export function replacesPage(name: string): boolean {
  return Object.hasOwn(kinds, name);
}

/** Reads a document; everything that a real phone may not take is told to `complain`. */
export function readDocument(xml: string, limits: Limits, complain: Complain): YealinkDocument | undefined {
  const bytes = Buffer.byteLength(xml);
  // 1.1, l. 46: escapes count.
  if (bytes > limits.bytes) complain(`${bytes} bytes`);
  const root = parseXml(xml, complain);
  if (!root) return undefined;
  const kind = isObject(root.name) && replacesPage(root.name) ? kinds[root.name] : undefined;
  if (!kind) {
    complain(`an unknown object <${root.name}>`);
    return undefined;
  }
  checkElement(root, limits.aastra === true, complain);
  if (root.attributes["Beep"] === undefined) complain("it beeps: Beep is yes where it is not said");

  const items = itemsOf(root, limits, complain);
  const keys = keysOf(root, kind, limits, complain);
  const fields = fieldsOf(root, complain);
  const sends = keys.length === 0 || keys.some((key) => key.uri === "SoftKey:Submit");
  // 1.5, l. 87: no other key carries what was typed.
  if (kind === "input" && !sends) complain("no softkey sends what is typed");
  const title = textOf(root, "Title") ?? "";
  if (["menu", "screen", "input"].includes(kind) && title.trim() === "") complain("an empty title");
  const { cancelAction, doneAction, defaultIndex, Timeout } = root.attributes;
  const { urlLength, aastra = false } = limits;
  if (cancelAction !== undefined) checkUri(cancelAction, "cancelAction", urlLength, aastra, complain);
  // 8, l. 314.
  if ((kind === "screen" || kind === "formatted") && doneAction === undefined) complain("no doneAction");
  if (doneAction !== undefined) checkUri(doneAction, "doneAction", urlLength, aastra, complain);
  const url = kind === "input" ? (textOf(root, "URL") ?? "") : undefined;
  if (url !== undefined) checkUrl(url, "URL", urlLength, complain);
  return {
    kind,
    title,
    items,
    text: kind === "formatted" ? linesOf(root, complain) : (textOf(root, "Text") ?? ""),
    keys: keys.sort((one, other) => one.index - other.index),
    cancelAction,
    doneAction,
    url,
    fields,
    defaultIndex: Number(defaultIndex ?? 1),
    timeout: Number(Timeout ?? usualTimeout),
  };
}

function itemsOf(root: Element, limits: Limits, complain: Complain): Item[] {
  const entries = named(root, "DirectoryEntry").map((entry) => ({
    prompt: textOf(entry, "Name") ?? "",
    uri: `Dial:${textOf(entry, "Telephone") ?? ""}`,
    selection: undefined,
  }));
  // A row that only dials (1.2, l. 72), and a directory's, whose URI is a number (1.6, l. 91).
  const uriOf = (item: Element): string => {
    const [uri, dial] = [textOf(item, "URI"), textOf(item, "Dial")];
    if (root.name === "YealinkIPPhoneDirectory") return `Dial:${uri ?? ""}`;
    return uri ?? (dial === undefined ? "" : `Dial:${dial}`);
  };
  const rows = named(root, "MenuItem").map((item) => ({
    prompt: textOf(item, "Prompt") ?? "",
    uri: uriOf(item),
    selection: textOf(item, "Selection"),
  }));
  const items = [...entries, ...rows];
  // 1.2, l. 68.
  if (items.length > limits.items) complain(`${items.length} items`);
  for (const item of items) {
    if (item.prompt.trim() === "") complain("an empty row");
    checkUri(item.uri, `row "${item.prompt}"`, limits.urlLength, limits.aastra === true, complain);
    // 6, l. 272: it seems to be appended as it stands.
    if (item.selection !== undefined && !/^[A-Za-z0-9_.-]+$/.test(item.selection)) {
      complain(`a selection that would need an escape: ${item.selection}`);
    }
  }
  return items;
}

function keysOf(root: Element, kind: YealinkDocument["kind"], limits: Limits, complain: Complain): SoftKey[] {
  const { softKeys, labelColumns, urlLength, aastra = false } = limits;
  const words = [...softKeyWords[kind], ...(aastra ? aastraWords : [])];
  const keys = named(root, "SoftKey").map((key) => ({
    index: Number(key.attributes["index"]),
    label: textOf(key, "Label") ?? "",
    uri: textOf(key, "URI") ?? "",
  }));
  if (keys.length > softKeys) complain(`${keys.length} softkeys`);
  if (new Set(keys.map((key) => key.index)).size < keys.length) complain("two softkeys with one index");
  for (const key of keys) {
    // 2.1, l. 117.
    if (!(key.index >= 1 && key.index <= softKeys)) complain(`a softkey with index ${key.index}`);
    if (key.label.trim() === "") complain("a softkey without a label");
    // 2.1, l. 118.
    if (length(key.label) > labelColumns) complain(`a label too long: ${key.label}`);
    if (!words.includes(key.uri)) checkUri(key.uri, `softkey "${key.label}"`, urlLength, aastra, complain);
  }
  return keys;
}

function fieldsOf(root: Element, complain: Complain): Field[] {
  const fields = named(root, "InputField").map((field) => ({
    type: field.attributes["type"] ?? root.attributes["type"] ?? "string",
    password: (field.attributes["password"] ?? root.attributes["Password"]) === "yes",
    editable: field.attributes["editable"] !== "no",
    prompt: textOf(field, "Prompt") ?? "",
    parameter: textOf(field, "Parameter") ?? "",
    value: textOf(field, "Default") ?? "",
  }));
  for (const { prompt, parameter } of fields) {
    if (prompt.trim() === "") complain("a field without a prompt");
    // 1.5, l. 86: it goes into a query.
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(parameter)) complain(`a parameter that would need an escape: ${parameter}`);
  }
  return fields;
}

/** 1.4, l. 78: lines of the header, of the one Scroll, and of the footer. */
function linesOf(root: Element, complain: Complain): string {
  const lines = root.children.flatMap((child) =>
    child.name === "Line" ? [child.text] : child.name === "Scroll" ? named(child, "Line").map(({ text }) => text) : [],
  );
  if (lines.length === 0) complain("a text without a line");
  return lines.join("\n");
}
