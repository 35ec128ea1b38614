import { checkElement, isObject } from "./snom-grammar.ts";
import type { Model } from "./snom-models.ts";
import { type Target, targetOf } from "./snom-uri.ts";
import { type Complain, childrenOf, type Element, named, parseXml, textIn, textOf } from "./snom-xml.ts";

/**
 * A strict reading of Snom minibrowser documents, from the maker's own pages alone (docs.snom.io/xml_minibrowser, named by
 * page and section): it knows nothing of the code that makes them.
 */
export interface Item {
  readonly name: string;
  readonly target: Target;
}

export interface SoftKey {
  /** `F1` to `F4` from the left, or a key of the phone's own, such as `ENTER`. */
  readonly name: string;
  readonly label: string;
  readonly target: Target;
}

export interface Input {
  readonly prompt: string;
  readonly token: string;
  readonly flags: string;
  readonly value: string;
  readonly url: string;
}

export interface Lamp {
  readonly number: number;
  readonly color: string | undefined;
  readonly state: string;
}

export interface SnomDocument {
  readonly kind: "text" | "menu" | "input" | "directory" | "image" | "silent";
  readonly title: string;
  /** Of a text, as it is wrapped on this screen. */
  readonly lines: readonly string[];
  readonly items: readonly Item[];
  /** The row that is highlighted first, from 0. */
  readonly selected: number;
  readonly keys: readonly SoftKey[];
  readonly input: Input | undefined;
  readonly fetch: { readonly afterMs: number; readonly target: Target } | undefined;
  readonly lamps: readonly Lamp[];
  /** Whether Cancel comes back to it (main_tags/MainAttributes: track). */
  readonly tracked: boolean;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const kinds: Readonly<Record<string, SnomDocument["kind"]>> = {
  SnomIPPhoneText: "text",
  SnomIPPhoneMenu: "menu",
  SnomIPPhoneInput: "input",
  SnomIPPhoneDirectory: "directory",
  SnomIPPhoneImageFile: "image",
  SnomIPPhoneSilent: "silent",
};
const contextKeys = ["F1", "F2", "F3", "F4"];
/** wiki.snom.com, Xmlobjects: softkey names; templates: decision.xml. */
const otherKeys = ["ENTER", "CANCEL", "ONHOOK", "RIGHT", "LEFT", "REDIAL", "SPEAKER", "TRANSFER", "CONFERENCE", "HELP"];
const flags = ["a", "t", "n", "e", "u", "l", "p", "pn"];
/** No page gives one. */
const mostBytes = 10_000;
/** wiki.snom.com, Xmlobjects: Speedselect. */
const mostItems = 100;

/** Characters as a reader counts them. */
export function length(text: string): number {
  return [...graphemes.segment(text)].length;
}

/** Reads a document; everything that a real phone may not take is told to `complain`. */
export function readDocument(xml: string, model: Model, complain: Complain): SnomDocument | undefined {
  const bytes = Buffer.byteLength(xml);
  if (bytes > mostBytes) complain(`${bytes} bytes`);
  const root = parseXml(xml, complain);
  if (!root) return undefined;
  if (!isObject(root.name)) {
    complain(`an unknown object <${root.name}>`);
    return undefined;
  }
  checkElement(root, complain);
  const object = root.name === "SnomIPPhoneBatch" ? firstOf(root, complain) : root;
  const kind = object && kinds[object.name];
  return object && kind && objectOf(object, kind, model, complain);
}

/** main_tags/SnomIPPhoneBatch: the first is shown, the others have an id. */
function firstOf(batch: Element, complain: Complain): Element | undefined {
  const [first, ...others] = childrenOf(batch);
  if (!first) complain("a batch of nothing");
  if (others.some(({ attributes }) => attributes["id"] === undefined)) complain("a batch with an object without id");
  return first;
}

function objectOf(object: Element, kind: SnomDocument["kind"], model: Model, complain: Complain): SnomDocument {
  const input = kind === "input" ? inputOf(object, complain) : undefined;
  const title = titleOf(object, kind, input, complain);
  if (length(title) > model.titleColumns) complain(`a title too long: ${title}`);
  const items = itemsOf(object, complain);
  const lines = kind === "text" ? linesOf(object, model, complain) : [];
  const selections = named(object, "MenuItem").map(({ attributes }) => attributes["sel"] === "true");
  if (selections.filter(Boolean).length > 1) complain("two rows are preselected");
  const fetch = fetchOf(object, complain);
  // What is half typed would be gone.
  if (kind === "input" && fetch) complain("a fetch beside what is typed");
  if (kind === "silent" && named(object, "Fetch", "fetch", "Led").length === 0)
    complain("a silent document of nothing");
  const keys = keysOf(object, model, complain);
  return {
    ...{ kind, title, lines, items, selected: Math.max(0, selections.indexOf(true)), keys, input, fetch },
    lamps: lampsOf(object, complain),
    tracked: !["false", "no", "off"].includes(object.attributes["track"] ?? "yes"),
  };
}

/** main_tags/MainAttributes, title: it goes before the element. An input shows its DisplayName there. */
function titleOf(of: Element, kind: SnomDocument["kind"], input: Input | undefined, complain: Complain): string {
  const written = textIn(of, "Title");
  if (written !== undefined && /[\r\n]/.test(written.trim())) complain("a line break in the title");
  if (kind === "silent") return "";
  if (kind === "input") {
    if (written !== undefined || of.attributes["title"] !== undefined) complain("a title that an input does not show");
    return input?.prompt ?? "";
  }
  const title = (of.attributes["title"] ?? written ?? "").trim();
  if (title === "") complain("an empty title");
  return title;
}

/** main_tags/SnomIPPhoneMenu: MenuItem; main_tags/SnomIPPhoneDirectory. */
function itemsOf(object: Element, complain: Complain): readonly Item[] {
  const rows = named(object, "MenuItem").map((row): Item => {
    const { name } = row.attributes;
    // examples/SnomIPPhoneMenu: the attribute is required; `<Name>` is of firmware 7 and 8.
    if (name === undefined) complain("a row without a name");
    const url = textIn(row, "URL", "Url");
    const target: Target = url === undefined ? { does: "nothing" } : targetOf(url, `row "${name}"`, complain);
    if (target.does === "nothing" && named(row, "SoftKey").length === 0) complain(`a row that leads nowhere: ${name}`);
    return { name: name ?? "", target };
  });
  const entries = named(object, "DirectoryEntry").map((entry): Item => {
    return { name: textIn(entry, "Name") ?? "", target: { does: "nothing" } };
  });
  for (const menu of named(object, "Menu"))
    if (menu.attributes["name"] === undefined) complain("a menu without a name");
  const all = [...rows, ...entries];
  if (all.length > mostItems) complain(`${all.length} rows`);
  return all;
}

function keysOf(object: Element, { labelColumns }: Model, complain: Complain): readonly SoftKey[] {
  const keys = named(object, "SoftKeyItem").map((key): SoftKey => {
    const [name, label, url] = [textIn(key, "Name") ?? "", textIn(key, "Label"), textIn(key, "URL", "Url")];
    const context = contextKeys.includes(name);
    if (!context && !otherKeys.includes(name)) complain(`an unknown key ${name}`);
    if (context && (label ?? "").trim() === "") complain(`${name} without a label`);
    // main_tags/main_sub_tags, SoftKeyItem, Label: for context keys alone.
    if (!context && label !== undefined) complain(`a label on ${name}, where nobody sees it`);
    if (length(label ?? "") > labelColumns) complain(`a label too long: ${label}`);
    if (/[\r\n]/.test(label ?? "")) complain(`a line break in a label: ${label}`);
    if (url !== undefined && named(key, "SoftKey").length > 0) complain(`${name} leads to two things`);
    return {
      name,
      label: label ?? "",
      target: url === undefined ? { does: "nothing" } : targetOf(url, name, complain),
    };
  });
  if (new Set(keys.map(({ name }) => name)).size < keys.length) complain("one key twice");
  return keys.toSorted((one, other) => one.name.localeCompare(other.name));
}

/** main_tags/SnomIPPhoneText: Text, wrapped between words as a screen would. */
function linesOf(object: Element, { textColumns, textLines }: Model, complain: Complain): readonly string[] {
  const [text] = named(object, "Text");
  if (!text) return [];
  const parts: string[] = [""];
  for (const node of text.nodes) {
    if (typeof node === "string") parts[parts.length - 1] += node;
    else parts.push("");
  }
  const lines = parts.map((part) => part.replace(/\s+/g, " ").trim()).flatMap((line) => wrapped(line, textColumns));
  if (lines.every((line) => line === "")) complain("an empty text");
  // examples/SnomIPPhoneText: it is cut on a display in colour.
  if (lines.length > textLines) complain(`a text of ${lines.length} lines, which is cut`);
  return lines;
}

function wrapped(line: string, columns: number): readonly string[] {
  const rows: string[] = [];
  for (const word of line.split(" ")) {
    const last = rows.at(-1);
    if (last !== undefined && length(last) + 1 + length(word) <= columns) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows.flatMap((row) => {
    const letters = [...graphemes.segment(row)].map(({ segment }) => segment);
    const count = Math.max(1, Math.ceil(letters.length / columns));
    return Array.from({ length: count }, (_, at) => letters.slice(at * columns, (at + 1) * columns).join(""));
  });
}

function inputOf(object: Element, complain: Complain): Input | undefined {
  const [item] = named(object, "InputItem");
  if (!item) return undefined;
  const url = (textIn(object, "URL", "Url") ?? "").trim();
  const [prompt, token] = [(textIn(item, "DisplayName") ?? "").trim(), textIn(item, "InputToken") ?? ""];
  const [flag, value] = [textIn(item, "InputFlags") ?? "a", textIn(item, "DefaultValue") ?? ""];
  if (prompt === "") complain("an input that does not say what for");
  if (!flags.includes(flag)) complain(`input flags ${flag}`);
  const places = token === "" ? 0 : url.split(token).length - 1;
  if (places !== 1) complain(`the token stands ${places} times in the URL`);
  if (/[^!-~]|[&<>"'#%]/.test(token)) complain(`a token that would need an escape: ${token}`);
  // examples/SnomIPPhoneInput: it would be asterisks.
  if (value !== "" && flag.startsWith("p")) complain("a default that a password field cannot have");
  const target = targetOf(token === "" ? url : url.replaceAll(token, "x"), "input", complain);
  if (target.does !== "fetch") complain(`an input that goes nowhere: ${url}`);
  return { prompt, token, flags: flag, value, url };
}

/** main_tags/main_sub_tags: Fetch; with nothing in it, it does nothing (examples/main_subelements: Fetch). */
function fetchOf(object: Element, complain: Complain): SnomDocument["fetch"] {
  const [fetch] = named(object, "Fetch", "fetch");
  if (!fetch || textOf(fetch).trim() === "") return undefined;
  const { mil } = fetch.attributes;
  if (mil === undefined) complain("a fetch that does not say when");
  return { afterMs: Number(mil ?? 1), target: targetOf(textOf(fetch), "fetch", complain) };
}

/** main_tags/main_sub_tags: Led; capitals as in service.snom.com, XML-Minibrowser-Led. */
function lampsOf(object: Element, complain: Complain): readonly Lamp[] {
  return named(object, "Led").map((led) => {
    const { number, color } = led.attributes;
    const state = textOf(led).trim().toLowerCase();
    if (number === undefined) complain("a lamp without a number");
    if (!["on", "off", "blink", "blinkfast", "blinkslow"].includes(state)) complain(`a lamp that is ${state}`);
    return { number: Number(number ?? 0), color, state };
  });
}
