import type { Complain, Element } from "./yealink-xml.ts";

type Attributes = Readonly<Record<string, RegExp>>;

/** What one element may hold; `from` is the section and line of yealink.md. */
interface Rule {
  readonly from: string;
  readonly attributes?: Attributes;
  /** Child elements; without them it holds text alone. */
  readonly may?: readonly string[];
  readonly must?: readonly string[];
}

const yesNo = /^(yes|no)$/;
const whole = /^\d{1,6}$/;
const any = /^/;
const fieldType = /^(string|number|IP|empty)$/;
/** Beep is yes where it is not said (1.1, l. 54), and a page that is shown again must not beep (8, l. 318). */
const shown: Attributes = { Beep: /^no$/, Timeout: whole, LockIn: yesNo, destroyOnExit: yesNo };
const left: Attributes = { ...shown, cancelAction: any };
/** 1.4, l. 79. */
const line: Attributes = {
  Size: /^(small|normal|double|large)$/,
  Align: /^(left|center|right)$/,
  Color: /^(white|black|brown|cyan|(light)?(red|green|blue|magenta|gray)|yellow|darkgray|lightcyan)$/,
};

/** Names are case-sensitive (1.1, l. 50). `parent/name` is a rule for that place alone. */
const grammar: Readonly<Record<string, Rule>> = {
  YealinkIPPhoneTextMenu: {
    from: "1.2, l. 67-68",
    attributes: { ...left, wrapList: yesNo, defaultIndex: whole, style: /^(numbered|none)$/ },
    may: ["Title", "MenuItem", "SoftKey"],
    must: ["Title", "MenuItem"],
  },
  YealinkIPPhoneTextScreen: {
    from: "1.3, l. 75",
    attributes: { ...left, wrapList: yesNo, doneAction: any },
    may: ["Title", "Text", "SoftKey"],
    must: ["Title", "Text"],
  },
  YealinkIPPhoneInputScreen: {
    from: "1.5, l. 83-84",
    attributes: { ...left, defaultIndex: whole, type: fieldType, Password: yesNo },
    may: ["Title", "URL", "InputField", "SoftKey"],
    must: ["Title", "URL", "InputField"],
  },
  YealinkIPPhoneFormattedTextScreen: {
    from: "1.4, l. 78",
    attributes: { ...left, doneAction: any },
    may: ["Line", "Scroll", "SoftKey"],
  },
  YealinkIPPhoneDirectory: {
    from: "1.6, l. 91; 1.1, l. 61",
    attributes: { ...left, defaultIndex: whole },
    may: ["Title", "DirectoryEntry", "MenuItem", "SoftKey"],
  },
  YealinkIPPhoneImageScreen: {
    from: "1.7, l. 94",
    attributes: { ...shown, Mode: /^(regular|fullscreen)$/ },
    may: ["Image", "SoftKey"],
    must: ["Image"],
  },
  YealinkIPPhoneImageMenu: {
    from: "1.7, l. 94-95",
    attributes: shown,
    may: ["Image", "URIList", "SoftKey"],
    must: ["Image"],
  },
  YealinkIPPhoneStatus: {
    from: "3.1, l. 153",
    attributes: { Beep: /^no$/, SessionID: /./, Timeout: whole, wrapList: yesNo },
    may: ["Message"],
    must: ["Message"],
  },
  YealinkIPPhoneExecute: {
    from: "3.2, l. 159",
    attributes: { Beep: /^no$/ },
    may: ["ExecuteItem"],
    must: ["ExecuteItem"],
  },
  YealinkIPPhoneConfiguration: {
    from: "1.8, l. 99",
    attributes: { Beep: /^no$/, setType: /^config$/ },
    may: ["Item"],
    must: ["Item"],
  },
  Title: { from: "1.2, l. 68", attributes: { wrap: yesNo } },
  MenuItem: { from: "1.2, l. 69", may: ["Prompt", "URI", "Dial", "Selection"], must: ["Prompt"] },
  SoftKey: {
    from: "2.1, l. 116",
    attributes: { index: /^[1-9]\d?$/ },
    may: ["Label", "URI"],
    must: ["Label", "URI"],
  },
  InputField: {
    from: "1.5, l. 84",
    attributes: { type: fieldType, password: yesNo, editable: yesNo },
    may: ["Prompt", "Parameter", "Default", "Selection"],
    must: ["Prompt", "Parameter"],
  },
  Line: { from: "1.4, l. 78", attributes: line },
  Scroll: { from: "1.4, l. 78", may: ["Line"], must: ["Line"] },
  DirectoryEntry: { from: "1.6, l. 91", may: ["Name", "Telephone"], must: ["Name", "Telephone"] },
  Image: {
    from: "1.7, l. 94",
    attributes: { verticalAlign: any, horizontalAlign: any, height: whole, width: whole },
  },
  URIList: { from: "1.7, l. 95", attributes: { base: any }, may: ["URI"], must: ["URI"] },
  "URIList/URI": { from: "1.7, l. 95", attributes: { key: /^[0-9*#]$/ } },
  Message: {
    from: "3.1, l. 154",
    attributes: { ...line, Account: /@/, Icon: any, Index: /^([1-9]|10)$/, Type: /^alert$/ },
  },
  ExecuteItem: { from: "3.2, l. 159", attributes: { URI: any } },
};

/** What is of Aastra's XML and may be passed over or refused by a Yealink: UNCERTAIN. */
const aastra: Readonly<Record<string, Attributes>> = {
  // 1.1, l. 64.
  YealinkIPPhoneTextMenu: { refresh: whole, url: any },
  YealinkIPPhoneTextScreen: { refresh: whole, url: any },
  // 1.2, l. 71.
  MenuItem: { icon: any },
  Prompt: { Align: line["Align"] ?? any },
  // 1.5, l. 85.
  InputField: { type: /^(date|time)\w*$/ },
  // 1.6, l. 91.
  YealinkIPPhoneDirectory: { next: any, previous: any },
  // 2.3, l. 142.
  ExecuteItem: { interruptCall: yesNo, title: any },
};
/** 1.2, l. 71. */
const aastraElements = ["IconList"];

const often = [
  ...["MenuItem", "InputField", "SoftKey", "Line", "DirectoryEntry", "URI"],
  ...["Message", "ExecuteItem", "Item"],
];
/** 8, l. 316: control characters are stripped by whoever sends. */
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufffe\uffff]/;

function checkAttributes(of: Element, allowed: Attributes, more: Attributes, complain: Complain): void {
  for (const [name, value] of Object.entries(of.attributes)) {
    const shapes = [allowed, more].flatMap((set) => (Object.hasOwn(set, name) ? [set[name]] : []));
    if (shapes.length === 0) complain(`<${of.name}> has an unknown attribute ${name}`);
    else if (!shapes.some((shape) => shape?.test(value))) complain(`<${of.name}> has ${name}="${value}"`);
    if (controls.test(value)) complain(`a control character in ${name} of <${of.name}>`);
  }
}

/** Whether the document is an object that a phone knows. */
export function isObject(name: string): boolean {
  return name.startsWith("YealinkIPPhone") && Object.hasOwn(grammar, name);
}

/** Every element, attribute and value that a phone may not know; `knowsAastra` is what it takes of Aastra's. */
export function checkElement(of: Element, knowsAastra: boolean, complain: Complain, parent = ""): void {
  const rule = grammar[`${parent}/${of.name}`] ?? grammar[of.name];
  const more = knowsAastra ? (aastra[of.name] ?? {}) : {};
  checkAttributes(of, rule?.attributes ?? {}, more, complain);
  if (controls.test(of.text)) complain(`a control character in <${of.name}>`);
  if (!rule?.may) {
    for (const child of of.children) complain(`<${of.name}> has an unknown element <${child.name}>`);
    return;
  }
  if (of.text.trim() !== "") complain(`<${of.name}> has loose text`);
  const seen = new Set<string>();
  for (const child of of.children) {
    if (knowsAastra && aastraElements.includes(child.name)) continue;
    if (!rule.may.includes(child.name)) complain(`<${of.name}> has an unknown element <${child.name}>`);
    else if (seen.has(child.name) && !often.includes(child.name)) {
      complain(`<${of.name}> has more than one <${child.name}>`);
    }
    seen.add(child.name);
    checkElement(child, knowsAastra, complain, of.name);
  }
  for (const name of rule.must ?? []) if (!seen.has(name)) complain(`<${of.name}> has no <${name}>`);
  if (of.name === "MenuItem" && !seen.has("URI") && !seen.has("Dial")) complain("<MenuItem> has no <URI>");
}
