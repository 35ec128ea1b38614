import type { XmlElement } from "../xml-element.js";
import type { Complain, PolycomForm } from "./deeds.js";

interface Rule {
  readonly attributes: Readonly<Record<string, RegExp>>;
  /** What may stand in it; `text` where text may. */
  readonly holds: ReadonlySet<string>;
}

const anything = /^/;
const whole = /^\d{1,4}$/;
const width = /^\d{1,4}%?$/;
const identifier = /^[A-Za-z][\w.-]*$/;
const align = /^(left|center|right)$/;
const names = (text: string): ReadonlySet<string> => new Set(text.split(" ").filter((name) => name !== ""));
const none = names("");

/** What both browsers have; a WebKit adds to what may stand in a line and in a block. */
function rulesOf(moreInLine: string, moreInBlock: string): Readonly<Record<string, Rule>> {
  const line = names(`text a b u br img input select span label softkey button ${moreInLine}`);
  const block = names(`${[...line].join(" ")} p h1 hr form table ol ul ${moreInBlock}`);
  const inLine = { attributes: {}, holds: line };
  const rows = { attributes: {}, holds: names("tr softkey") };
  const cell = { attributes: { width, align }, holds: block };
  const list = { attributes: {}, holds: names("li softkey") };
  return {
    html: { attributes: { xmlns: /^http:\/\/www\.w3\.org\/1999\/xhtml$/ }, holds: names("head body softkey") },
    head: { attributes: {}, holds: names("title softkey") },
    title: { attributes: {}, holds: names("text") },
    body: { attributes: {}, holds: block },
    ...{ p: inLine, h1: inLine, b: inLine, u: inLine, span: inLine, label: inLine, caption: inLine },
    a: { attributes: { href: anything, title: anything }, holds: line },
    br: { attributes: {}, holds: none },
    hr: { attributes: {}, holds: none },
    img: { attributes: { src: anything, width, height: width, align: anything }, holds: none },
    form: {
      attributes: { method: anything, action: anything, name: identifier, "accept-charset": /^utf-8$/i },
      holds: block,
    },
    input: {
      attributes: { type: anything, name: identifier, value: anything, size: whole, id: identifier },
      holds: none,
    },
    select: { attributes: { name: identifier }, holds: names("option") },
    option: { attributes: { value: anything, selected: /^selected$/ }, holds: names("text") },
    table: {
      attributes: { border: whole, cellspacing: whole, cellpadding: whole, width },
      holds: names("caption thead tbody tfoot tr softkey"),
    },
    ...{ thead: rows, tbody: rows, tfoot: rows, th: cell, td: cell, ol: list, ul: list },
    tr: { attributes: {}, holds: names("th td softkey") },
    li: { attributes: {}, holds: block },
    softkey: { attributes: { index: anything, label: anything, action: anything }, holds: none },
  };
}

const microbrowser = rulesOf("", "");

function webkitRules(): Readonly<Record<string, Rule>> {
  const common = rulesOf("strong em i small", "div h2 h3");
  const line = common["p"]?.holds ?? none;
  const block = common["li"]?.holds ?? none;
  const inLine = { attributes: {}, holds: line };
  return {
    ...common,
    body: { attributes: { bgcolor: anything, text: anything }, holds: block },
    button: {
      attributes: { type: anything, name: identifier, value: anything },
      holds: names("text b u span br img"),
    },
    head: { attributes: {}, holds: names("title meta style softkey") },
    meta: {
      attributes: { charset: /^utf-8$/i, "http-equiv": anything, content: anything, name: anything },
      holds: none,
    },
    style: { attributes: { type: /^text\/css$/ }, holds: names("text") },
    div: { attributes: { align }, holds: block },
    ...{ strong: inLine, em: inLine, i: inLine, small: inLine, h2: inLine, h3: inLine },
  };
}

const webkit = webkitRules();
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/;

/** Whether a browser of that form knows the element. */
export function isKnown(name: string, form: PolycomForm): boolean {
  return Object.hasOwn(form === "vvx" ? webkit : microbrowser, name);
}

/** Complains about everything in the tree that a phone of that form is not known to show. */
export function checkGrammar(element: XmlElement, form: PolycomForm, complain: Complain): void {
  const rules = form === "vvx" ? webkit : microbrowser;
  const ruleOf = (name: string): Rule | undefined => (Object.hasOwn(rules, name) ? rules[name] : undefined);
  check(element, []);

  function check(of: XmlElement, above: readonly string[]): void {
    const { name, children } = of;
    const refused = refusal(of);
    if (refused) {
      complain(refused, `<${name}>`);
      return;
    }
    const rule = ruleOf(name);
    if (!rule) {
      complain("unknown-element", `<${name}>`);
      return;
    }
    checkAttributes(of, rule);
    if (controls.test(of.text)) complain("control-character", `in <${name}>`);
    if (!rule.holds.has("text") && of.text.trim() !== "") complain("loose-text", `in <${name}>`);
    for (const child of children) {
      const twice = (child.name === "a" || child.name === "form") && [name, ...above].includes(child.name);
      if (ruleOf(child.name) && (twice || !rule.holds.has(child.name)))
        complain("nesting", `<${child.name}> in <${name}>`);
      check(child, [name, ...above]);
    }
  }

  function refusal({ name, attributes }: XmlElement): string | undefined {
    if (name !== name.toLowerCase()) return "upper-case";
    if (name === "script") return "script";
    if (form === "vvx") return undefined;
    if (name === "style") return "css";
    if (name !== "meta") return undefined;
    return /refresh|cache|expires|pragma/i.test(attributes.get("http-equiv") ?? "") ? "meta-refresh" : undefined;
  }

  function checkAttributes({ name, attributes }: XmlElement, rule: Rule): void {
    for (const [attribute, value] of attributes) {
      const shape = Object.hasOwn(rule.attributes, attribute) ? rule.attributes[attribute] : undefined;
      const where = `${attribute}="${value}" of <${name}>`;
      if (controls.test(value)) complain("control-character", where);
      if (attribute !== attribute.toLowerCase()) complain("upper-case", where);
      else if (attribute.startsWith("on")) complain("script", where);
      else if (attribute === "style" || attribute === "class") {
        if (form !== "vvx") complain("css", where);
      } else if (!shape) complain("unknown-attribute", where);
      else if (!shape.test(value)) complain("attribute-value", where);
    }
  }
}
