import { type Limits, readDocument, replacesPage } from "./yealink-document.ts";
import { checkElement, isObject } from "./yealink-grammar.ts";
import { type Model, modelOf } from "./yealink-models.ts";
import { type Switches, switched } from "./yealink-switches.ts";
import { isOwn, lineLamp } from "./yealink-uri.ts";
import { type Complain, type Element, named, parseXml } from "./yealink-xml.ts";

/** What a pushed document tells a phone to do, in order. */
export type PushedAct =
  | { readonly act: "led"; readonly line: number; readonly colour: string; readonly state: string }
  | { readonly act: "open"; readonly url: string }
  | { readonly act: "label"; readonly line: number; readonly text: string }
  | {
      readonly act: "screen";
      readonly title: string;
      readonly text: string;
      readonly done: string;
      readonly keys: string[];
    }
  | { readonly act: "status"; readonly text: string; readonly timeout: number }
  /** What the phone does by itself, such as `Dial:2001`; nothing, where it is empty. */
  | { readonly act: "own"; readonly uri: string };

/** What a document may be on a model; longer URLs and documents are nobody's. */
export function limitsOf({ labelColumns }: Model, { sixKeys, aastra }: Switches): Limits {
  return { bytes: 10_000, items: 30, softKeys: sixKeys ? 6 : 4, labelColumns, urlLength: 255, aastra };
}

/**
 * Reads a pushed document as strictly as this model might, from yealink.md alone: it knows nothing of the code that makes
 * them. @throws Error with all that a real phone may not take.
 */
export function readPush(xml: string, model = modelOf("T46U"), has = switched()): readonly PushedAct[] {
  const complaints: string[] = [];
  const acts = actsOf(xml, model, has, (text) => complaints.push(text));
  if (complaints.length > 0) throw new Error(`${complaints.join("; ")}:\n${xml}`);
  return acts;
}

/** The same of a document that may come either way; what is wrong with it is told to `complain`. */
export function actsOf(xml: string, model: Model, has: Switches, complain: Complain): readonly PushedAct[] {
  const limits = limitsOf(model, has);
  const root = parseXml(xml, complain);
  if (!root) return [];
  if (replacesPage(root.name)) {
    const told: string[] = [];
    const document = readDocument(xml, limits, (text) => told.push(text));
    for (const text of told.filter((one) => !one.startsWith("not well-formed"))) complain(text);
    if (root.attributes["LockIn"] === "yes") complain("LockIn takes line keys and off-hook away");
    if (root.attributes["Timeout"] === undefined) complain("no Timeout");
    if (document && document.text.trim() === "" && document.kind === "screen") complain("an empty text");
    const { title = "", text = "", doneAction = "", keys = [] } = document ?? {};
    return [{ act: "screen", title, text, done: doneAction, keys: keys.map(({ uri }) => uri) }];
  }
  if (Buffer.byteLength(xml) > limits.bytes) complain(`${Buffer.byteLength(xml)} bytes`);
  if (!isObject(root.name)) {
    complain(`an unknown object <${root.name}>`);
    return [];
  }
  checkElement(root, has.aastra, complain);
  if (root.attributes["Beep"] === undefined) complain("it beeps: Beep is yes where it is not said");
  switch (root.name) {
    case "YealinkIPPhoneExecute":
      return named(root, "ExecuteItem").flatMap(({ attributes }) => executed(attributes["URI"], model, has, complain));
    case "YealinkIPPhoneConfiguration":
      return named(root, "Item").flatMap(({ text }) => labelled(text, model, complain));
    case "YealinkIPPhoneStatus":
      return statusOf(root, complain);
    default:
      complain(`an object that nobody reads <${root.name}>`);
      return [];
  }
}

/** 3.2, l. 159; 2.3, l. 132-141. */
function executed(uri: string | undefined, model: Model, has: Switches, complain: Complain): readonly PushedAct[] {
  if (uri === undefined) {
    complain("an ExecuteItem without URI");
    return [];
  }
  const lamp = lineLamp(uri);
  if (lamp) {
    // 8, l. 321: another number lights another lamp; 3.3, l. 165: n is the line key's number.
    checkKey(lamp.line, model, complain);
    return [{ act: "led", ...lamp }];
  }
  if (uri === "" || isOwn(uri, has.aastra)) return [{ act: "own", uri }];
  if (/^https?:\/\/[^/]/.test(uri) && URL.canParse(uri) && /^[\x21-\x7e]*$/.test(uri) && uri.length <= 255) {
    return [{ act: "open", url: uri }];
  }
  complain(`a URI that a phone does not know: ${uri}`);
  return [];
}

/** 1.8, l. 99-101: anything else may need a restart, or change more than a key. */
function labelled(item: string, model: Model, complain: Complain): readonly PushedAct[] {
  const [, line, text] = /^linekey\.(\d{1,2})\.label = (.+)$/.exec(item) ?? [];
  if (line === undefined || text === undefined) {
    complain(`an item that is no label: ${item}`);
    return [];
  }
  checkKey(Number(line), model, complain);
  return [{ act: "label", line: Number(line), text }];
}

function checkKey(line: number, { name, lineKeys }: Model, complain: Complain): void {
  if (line < 1 || line > lineKeys) complain(`there is no line key ${line} on a ${name}`);
}

/** 3.1, l. 153-156. */
function statusOf(root: Element, complain: Complain): readonly PushedAct[] {
  const messages = named(root, "Message");
  if (!root.attributes["SessionID"]) complain("a Status without SessionID");
  if (messages.length > 10) complain(`${messages.length} messages`);
  const timeout = Number(root.attributes["Timeout"] ?? "30");
  // A gateway that dies leaves it there.
  if (timeout === 0) complain("a Status that stays for ever");
  return messages.map(({ text }) => ({ act: "status", text, timeout }) as const);
}
