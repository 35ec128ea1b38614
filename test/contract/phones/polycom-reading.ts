import { SaxesParser } from "saxes";
import { length } from "../../lab/phones/yealink-document.ts";
import { profileOf } from "./rendering.ts";

/** What a phone makes of a page. */
export interface PolycomPage {
  readonly title: string;
  /** Every link of the body, in order. */
  readonly links: readonly { readonly href: string; readonly text: string }[];
  /** What is read in the body, line by line, links included. */
  readonly lines: readonly string[];
  readonly softkeys: readonly { readonly index: number; readonly label: string; readonly action: string }[];
  readonly form: { readonly action: string; readonly fields: readonly Readonly<Record<string, string>>[] } | undefined;
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Elements and their attributes that production pages are known to use (polycom.md 1.2, 2.1). */
const known: Readonly<Record<string, readonly string[]>> = {
  html: [],
  head: [],
  title: [],
  body: [],
  p: [],
  br: [],
  a: ["href"],
  form: ["method", "action"],
  input: ["type", "name", "value"],
  softkey: ["index", "label", "action"],
};
const actions = /^SoftKey:(Exit|Submit|Fetch;https?:\/\/[\x21-\x7e]+)$/;

/** Reads a page by what the model sheet and the reference say of its model; `complaints` is what a phone would choke on. */
export function readPage(xml: string, model: string): { readonly page: PolycomPage; readonly complaints: string[] } {
  const { limits, sizes, screen, traits, secretInput } = profileOf({ vendor: "polycom", model });
  const complaints: string[] = [];
  const complain = (wrong: boolean, what: string): void => {
    if (wrong) complaints.push(what);
  };
  const page = {
    title: "",
    links: [] as { href: string; text: string }[],
    lines: [""],
    softkeys: [] as { index: number; label: string; action: string }[],
    form: undefined as { action: string; fields: Record<string, string>[] } | undefined,
  };
  const open: Element[] = [];
  let nodes = 0;
  const isUrl = (text: string | undefined): boolean =>
    text !== undefined && /^https?:\/\/[\x21-\x7e]+$/.test(text) && text.length <= limits.urlLength;

  const parser = new SaxesParser();
  parser.on("error", (error) => complaints.push(`not well-formed: ${error.message}`));
  parser.on("opentag", ({ name, attributes }) => {
    const given = attributes as Record<string, string>;
    nodes += 1;
    const allowed = Object.hasOwn(known, name) ? known[name] : undefined;
    complain(allowed === undefined, `an element <${name}>`);
    for (const attribute of Object.keys(given)) {
      complain(allowed !== undefined && !allowed.includes(attribute), `an attribute ${attribute} of <${name}>`);
    }
    if (name === "a") {
      complain(!isUrl(given["href"]), `a link to ${given["href"]}`);
      complain(
        open.some((one) => one.name === "a"),
        "a link in a link",
      );
      page.links.push({ href: given["href"] ?? "", text: "" });
    }
    if (name === "br" || name === "p") page.lines.push("");
    if (name === "form") {
      complain(page.form !== undefined, "two forms");
      complain(given["method"] !== "get" || !isUrl(given["action"]), "a form that is no GET of a URL");
      page.form = { action: given["action"] ?? "", fields: [] };
    }
    if (name === "input") {
      const type = given["type"] ?? "";
      complain(!["text", "submit", ...(secretInput === "no" ? [] : ["password"])].includes(type), `a field of ${type}`);
      complain(!open.some((one) => one.name === "form"), "a field outside a form");
      page.form?.fields.push(given);
    }
    if (name === "softkey") {
      const { index = "", label = "", action = "" } = given;
      const inForm = open.some((one) => one.name === "form");
      complain(traits["softkeyElements"] === "no", "a softkey, which this browser does not take");
      complain(!actions.test(action), `the action ${action}`);
      complain(action.replace(/^SoftKey:Fetch;/, "").length > limits.urlLength, "a softkey's long URL");
      complain(inForm !== (action === "SoftKey:Submit"), "Submit belongs into its form, and nothing else");
      complain(!/^[1-8]$/.test(index), `a softkey of index ${index}`);
      complain(length(label) > 9 || label.trim() === "", `the label ${label}`);
      page.softkeys.push({ index: Number(index), label, action });
    }
    open.push({ name, attributes: given });
  });
  parser.on("closetag", () => {
    open.pop();
  });
  parser.on("text", (text) => {
    const names = open.map((one) => one.name);
    complain(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text), "a control character");
    if (names.includes("title")) page.title += text;
    const link = page.links.at(-1);
    if (names.includes("a") && link) link.text += text;
    if (names.includes("body")) page.lines[page.lines.length - 1] += text;
  });
  parser.write(xml).close();

  complain(Buffer.byteLength(xml) > limits.documentBytes, `${Buffer.byteLength(xml)} bytes`);
  complain(nodes > (sizes["nodes"] ?? 0), `${nodes} elements`);
  complain(page.title.trim() === "" || length(page.title) > screen.titleColumns, `the title ${page.title}`);
  complain(new Set(page.softkeys.map(({ index }) => index)).size < page.softkeys.length, "two softkeys at one place");
  for (const { text } of page.links) complain(text.trim() === "", "a link without a word");
  const lines = page.lines.map((line) => line.replaceAll("\n", "").trim());
  return { page: { ...page, lines }, complaints };
}
