import { type Complain, childrenOf, type Element } from "./snom-xml.ts";

type Attributes = Readonly<Record<string, RegExp>>;

/** What one element may hold. `from` is a page of docs.snom.io/xml_minibrowser and its section. */
interface Rule {
  readonly from: string;
  readonly attributes?: Attributes;
  readonly may?: readonly string[];
  /** One of each of these; spellings apart by a bar. */
  readonly must?: readonly string[];
  /** It has words of its own. */
  readonly words?: true;
}

const yesNo = /^(true|false|yes|no|on|off)$/;
const any = /^/;
const number = /^\d{1,3}$/;
/** main_tags/MainAttributes; `document_id` in the built-in templates of 10.1.64 (service.snom.com). */
const main: Attributes = {
  "xmlns:xsi": any,
  "xsi:noNamespaceSchemaLocation": any,
  title: /\S/,
  sort: yesNo,
  selectable: yesNo,
  predict: yesNo,
  dtmf: yesNo,
  id: /./,
  document_id: /./,
  track: yesNo,
  state: /^(relevant|only_mb|others_except_mb)$/,
  show_line_info_layer: /^(on|off|smart)$/,
};
/** main_tags/main_sub_tags. `fetch` stands so in examples/Fetch1. */
const below = ["Title", "Fetch", "fetch", "SoftKeyItem", "Led"];
const speedselect = /^(off|select|enter)$/;
const selected: Attributes = { on_selected: any, on_deselected: any };
const row: Attributes = { ...selected, name: /\S/, id: /./ };

const grammar: Readonly<Record<string, Rule>> = {
  SnomIPPhoneText: {
    from: "main_tags/SnomIPPhoneText",
    attributes: { ...main, has_scrollbar: yesNo },
    may: [...below, "Text", "LocationX", "LocationY", "Image"],
    must: ["Text"],
  },
  SnomIPPhoneMenu: {
    from: "main_tags/SnomIPPhoneMenu",
    attributes: { ...main, has_scrollbar: yesNo, speedselect },
    may: [...below, "Menu", "MenuItem"],
    must: ["MenuItem|Menu"],
  },
  SnomIPPhoneInput: {
    from: "main_tags/SnomIPPhoneInput",
    attributes: main,
    may: [...below, "Url", "URL", "InputItem"],
    must: ["Url|URL", "InputItem"],
  },
  SnomIPPhoneDirectory: {
    from: "main_tags/SnomIPPhoneDirectory",
    attributes: { ...main, speedselect },
    may: [...below, "DirectoryEntry"],
    must: ["DirectoryEntry"],
  },
  SnomIPPhoneImageFile: {
    from: "main_tags/SnomIPPhoneImageFile",
    attributes: main,
    may: [...below, "LocationX", "LocationY", "URL", "Url"],
    must: ["URL|Url"],
  },
  SnomIPPhoneSilent: {
    from: "service.snom.com, XML Minibrowser",
    attributes: { document_id: /./ },
    may: ["Fetch", "fetch", "Led"],
  },
  SnomIPPhoneBatch: {
    from: "main_tags/SnomIPPhoneBatch",
    attributes: main,
    may: ["SnomIPPhoneText", "SnomIPPhoneMenu", "SnomIPPhoneInput", "SnomIPPhoneDirectory", "SnomIPPhoneImageFile"],
    must: [],
  },
  Title: { from: "main_tags/main_sub_tags: Title", words: true },
  Text: { from: "main_tags/SnomIPPhoneText: Text", may: ["br"], words: true },
  br: { from: "main_tags/SnomIPPhoneText: Text" },
  LocationX: { from: "main_tags/SnomIPPhoneText: LocationX", words: true },
  LocationY: { from: "main_tags/SnomIPPhoneText: LocationY", words: true },
  Image: { from: "main_tags/SnomIPPhoneMenu: Image", attributes: { default: any }, words: true },
  Fetch: { from: "main_tags/main_sub_tags: Fetch", attributes: { mil: /^[1-9]\d{0,6}$/ }, words: true },
  SoftKeyItem: {
    from: "main_tags/main_sub_tags: SoftKeyItem",
    may: ["Name", "Label", "SoftKey", "Url", "URL", "Led"],
    must: ["Name", "Url|URL|SoftKey"],
  },
  Name: { from: "main_tags/main_sub_tags: SoftKeyItem", words: true },
  Label: { from: "main_tags/main_sub_tags: SoftKeyItem", words: true },
  SoftKey: { from: "main_tags/main_sub_tags: SoftKeyItem", words: true },
  Led: {
    from: "main_tags/main_sub_tags: Led",
    attributes: { number, color: /^(red|green|orange|redgreen|greenorange)$/ },
    words: true,
  },
  Menu: {
    from: "main_tags/SnomIPPhoneMenu: Menu",
    attributes: { ...row, speedselect, has_scrollbar: any },
    may: ["Title", "SoftKeyItem", "Menu", "MenuItem"],
  },
  MenuItem: {
    from: "main_tags/SnomIPPhoneMenu: MenuItem",
    attributes: { ...row, sel: /^(true|false)$/, sort_key: any },
    may: ["URL", "Url", "SoftKey", "Icon", "Image"],
    must: ["URL|Url|SoftKey"],
  },
  Icon: { from: "main_tags/SnomIPPhoneMenu: Icon", words: true },
  URL: {
    from: "main_tags/SnomIPPhoneMenu: URL",
    attributes: { new_context: yesNo, track: yesNo, sel: any, input_required: /^(yes|no)$/ },
    words: true,
  },
  InputItem: {
    from: "main_tags/SnomIPPhoneInput: InputItem",
    may: ["DisplayName", "DefaultValue", "InputToken", "InputMask", "InputFlags", "InputModeFixed"],
    must: ["DisplayName", "InputToken"],
  },
  DisplayName: { from: "main_tags/SnomIPPhoneInput: InputItem", words: true },
  DefaultValue: { from: "main_tags/SnomIPPhoneInput: InputItem", words: true },
  InputToken: { from: "main_tags/SnomIPPhoneInput: InputItem", words: true },
  InputMask: { from: "main_tags/SnomIPPhoneInput: InputItem", words: true },
  InputFlags: { from: "main_tags/SnomIPPhoneInput: InputItem", words: true },
  InputModeFixed: { from: "service.snom.com, IPPhoneInput", words: true },
  DirectoryEntry: { from: "main_tags/SnomIPPhoneDirectory", may: ["Name", "Telephone"], must: ["Name", "Telephone"] },
  Telephone: { from: "main_tags/SnomIPPhoneDirectory", words: true },
};
/** The second spelling of the maker's own pages. */
const alike: Readonly<Record<string, string>> = { fetch: "Fetch", Url: "URL" };
const often = ["MenuItem", "Menu", "SoftKeyItem", "Led", "DirectoryEntry", "br"];

/** wiki.snom.com, Minibrowser: no control characters in a text; XML 1.0 forbids most of them anyhow. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/;
/** callbacks: the phone puts a value of its own in the place of either, wherever it stands. */
const evaluated = /\$[([]/;

/** Whether a document of this name can be read at all. */
export function isObject(name: string): boolean {
  return name.startsWith("SnomIPPhone") && Object.hasOwn(grammar, name);
}

/** Every element, attribute and value that a phone may not know. */
export function checkElement(of: Element, complain: Complain): void {
  const name = alike[of.name] ?? of.name;
  const rule = Object.hasOwn(grammar, name) ? grammar[name] : undefined;
  if (!rule) {
    complain(`an unknown element <${of.name}>`);
    return;
  }
  checkAttributes(of, rule.attributes ?? {}, complain);
  const children = childrenOf(of);
  const found = children.map((child) => child.name);
  for (const child of children) {
    if (!rule.may?.includes(child.name)) complain(`<${child.name}> in <${of.name}>`);
    else checkElement(child, complain);
  }
  for (const wanted of rule.must ?? []) {
    const there = found.filter((each) => wanted.split("|").includes(each));
    if (there.length === 0) complain(`<${of.name}> without <${wanted}>`);
  }
  for (const single of new Set(found)) {
    const many = found.filter((each) => (alike[each] ?? each) === (alike[single] ?? single)).length > 1;
    if (many && !often.includes(single) && of.name !== "SnomIPPhoneBatch")
      complain(`<${of.name}> with two <${single}>`);
  }
  // A line break between two of its words is none of them.
  const words = of.nodes.map((node) => (typeof node === "string" ? node : "\n")).join("");
  checkWords(words, of, rule.words === true, complain);
}

function checkAttributes(of: Element, allowed: Attributes, complain: Complain): void {
  for (const [name, value] of Object.entries(of.attributes)) {
    const shape = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (!shape) complain(`<${of.name}> has an unknown attribute ${name}`);
    else if (!shape.test(value)) complain(`<${of.name}> has ${name}="${value}"`);
    // main_tags/SnomIPPhoneMenu, MenuItem, name: no line break.
    if (/[\r\n\t]/.test(value)) complain(`a line break in ${name} of <${of.name}>`);
    if (controls.test(value)) complain(`a control character in ${name} of <${of.name}>`);
    if (evaluated.test(value)) complain(`evaluated in ${name} of <${of.name}>: ${value}`);
  }
}

function checkWords(text: string, of: Element, has: boolean, complain: Complain): void {
  if (!has && text.trim() !== "") complain(`words in <${of.name}>: ${text.trim()}`);
  if (controls.test(text)) complain(`a control character in <${of.name}>`);
  if (evaluated.test(text)) complain(`evaluated in <${of.name}>: ${text.trim()}`);
}
