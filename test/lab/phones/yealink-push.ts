import { SaxesParser } from "saxes";

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
  | { readonly act: "status"; readonly text: string; readonly timeout: number };

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const led = /^Led:LINE(\d{1,2})_(GREEN|RED|ORANGE)=(on|off|slowflash|fastflash)$/;
const mostBytes = 10_000;

/**
 * Reads a pushed document as strictly as a phone might, from the manual pages and grammar alone: it knows nothing of the
 * code that makes them. @throws Error with all that a real phone may not take.
 */
export function readPush(xml: string): readonly PushedAct[] {
  const root = parse(xml);
  const complaints: string[] = [];
  if (Buffer.byteLength(xml) > mostBytes) complaints.push(`${Buffer.byteLength(xml)} bytes`);
  if (root.attributes["Beep"] !== "no") complaints.push("it beeps: Beep is yes where it is not said");
  if (root.attributes["LockIn"] === "yes") complaints.push("LockIn takes line keys and off-hook away");
  const acts = actsOf(root, (text) => complaints.push(text));
  if (complaints.length > 0) throw new Error(`${complaints.join("; ")}:\n${xml}`);
  return acts;
}

function actsOf(root: Element, complain: (text: string) => void): readonly PushedAct[] {
  const only = (allowed: readonly string[]): void => {
    for (const { name } of root.children) if (!allowed.includes(name)) complain(`an unknown element <${name}>`);
  };
  switch (root.name) {
    case "YealinkIPPhoneExecute":
      only(["ExecuteItem"]);
      return root.children.flatMap(({ attributes }) => executed(attributes["URI"] ?? "", complain));
    case "YealinkIPPhoneConfiguration":
      only(["Item"]);
      return root.children.flatMap(({ text }) => {
        const [, line, label] = /^linekey\.(\d{1,2})\.label = (.+)$/.exec(text) ?? [];
        if (line === undefined || label === undefined) complain(`an item that is no label: ${text}`);
        return line && label ? [{ act: "label", line: Number(line), text: label } as const] : [];
      });
    case "YealinkIPPhoneStatus": {
      only(["Message"]);
      if (!root.attributes["SessionID"]) complain("a Status without SessionID");
      const timeout = Number(root.attributes["Timeout"] ?? "30");
      if (timeout === 0) complain("a Status that stays for ever");
      return root.children.map(({ text }) => ({ act: "status", text, timeout }) as const);
    }
    case "YealinkIPPhoneTextScreen":
      only(["Title", "Text", "SoftKey"]);
      return [screenOf(root, complain)];
    default:
      complain(`an unknown object <${root.name}>`);
      return [];
  }
}

function executed(uri: string, complain: (text: string) => void): readonly PushedAct[] {
  const [, line, colour, state] = led.exec(uri) ?? [];
  if (line && colour && state) return [{ act: "led", line: Number(line), colour, state }];
  if (/^https?:\/\//.test(uri) && URL.canParse(uri) && uri.length <= 255) return [{ act: "open", url: uri }];
  complain(`a URI that a phone does not know: ${uri}`);
  return [];
}

function screenOf(root: Element, complain: (text: string) => void): PushedAct {
  const done = root.attributes["doneAction"] ?? "";
  if (!URL.canParse(done)) complain(`OK would say "Invalid URI": ${done}`);
  if (root.attributes["Timeout"] === undefined) complain("no Timeout");
  const inside = (of: Element, name: string): string => of.children.find((one) => one.name === name)?.text ?? "";
  const [title, text] = [inside(root, "Title"), inside(root, "Text")];
  if (title.trim() === "" || text.trim() === "") complain("an empty title or text");
  const keys = root.children.filter(({ name }) => name === "SoftKey").map((key) => inside(key, "URI"));
  return { act: "screen", title, text, done, keys };
}

function parse(xml: string): Element {
  const parser = new SaxesParser();
  const open: Element[] = [];
  let root: Element | undefined;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw new Error("has a DOCTYPE");
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element: Element = { name, attributes: attributes as Record<string, string>, children: [], text: "" };
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
    open.push(element);
  });
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(xml).close();
  if (!root) throw new Error("no document");
  return root;
}
