import type { XmlElement } from "../xml-element.js";

type Complain = (text: string) => void;
type Shapes = Readonly<Record<string, RegExp>>;

const yesNo = /^(yes|no)$/;
const whole = /^\d{1,6}$/;
const anything = /^/;
const fieldType = /^(string|number|IP|empty)$/;
const onEveryObject: Shapes = {
  // A refreshed page that beeps is unbearable.
  Beep: /^no$/,
  Timeout: whole,
  LockIn: yesNo,
  destroyOnExit: yesNo,
  cancelAction: anything,
};

interface Rule {
  readonly attributes?: Shapes;
  /** Children: with `!` they must be there, with `*` there may be several. Without this, there are none. */
  readonly children?: readonly string[];
}

/** The objects that earshot's phones show, as the XML Browser Developer's Guide and its grammar have them. */
const rules: Readonly<Record<string, Rule>> = {
  YealinkIPPhoneTextMenu: {
    attributes: { ...onEveryObject, wrapList: yesNo, defaultIndex: whole, style: /^(numbered|none)$/ },
    children: ["Title!", "MenuItem!*", "SoftKey*"],
  },
  YealinkIPPhoneTextScreen: {
    attributes: { ...onEveryObject, wrapList: yesNo, doneAction: anything },
    children: ["Title!", "Text!", "SoftKey*"],
  },
  YealinkIPPhoneInputScreen: {
    attributes: { ...onEveryObject, defaultIndex: whole, type: fieldType, Password: yesNo },
    children: ["Title!", "URL!", "InputField!*", "SoftKey*"],
  },
  InputField: {
    attributes: { type: fieldType, password: yesNo, editable: yesNo },
    children: ["Prompt!", "Parameter!", "Default", "Selection"],
  },
  MenuItem: { children: ["Prompt!", "URI!", "Dial", "Selection"] },
  SoftKey: { attributes: { index: /^[1-9]\d?$/ }, children: ["Label!", "URI!"] },
  Title: { attributes: { wrap: yesNo } },
};
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufffe\uffff]/;

/** Complains about everything in the tree that the grammar does not have. */
export function checkGrammar(element: XmlElement, complain: Complain): void {
  const { name, text } = element;
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  checkAttributes(element, rule?.attributes ?? {}, complain);
  if (controls.test(text)) complain(`a control character in <${name}>`);
  if (!rule?.children) {
    for (const child of element.children) complain(`<${name}> has an unknown element <${child.name}>`);
    return;
  }
  if (text.trim() !== "") complain(`<${name}> has loose text`);
  checkChildren(element, rule.children, complain);
}

function checkAttributes(element: XmlElement, shapes: Shapes, complain: Complain): void {
  for (const [name, value] of element.attributes) {
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (!shape) complain(`<${element.name}> has an unknown attribute ${name}`);
    else if (!shape.test(value)) complain(`<${element.name}> has ${name}="${value}"`);
    if (controls.test(value)) complain(`a control character in ${name} of <${element.name}>`);
  }
}

function checkChildren(element: XmlElement, allowed: readonly string[], complain: Complain): void {
  const marks = new Map(allowed.map((entry) => [entry.replace(/[!*]/g, ""), entry]));
  const seen = new Set<string>();
  for (const child of element.children) {
    const mark = marks.get(child.name);
    if (mark === undefined) complain(`<${element.name}> has an unknown element <${child.name}>`);
    else if (seen.has(child.name) && !mark.includes("*")) {
      complain(`<${element.name}> has more than one <${child.name}>`);
    }
    seen.add(child.name);
    checkGrammar(child, complain);
  }
  for (const [name, mark] of marks) {
    if (mark.includes("!") && !seen.has(name)) complain(`<${element.name}> has no <${name}>`);
  }
}
