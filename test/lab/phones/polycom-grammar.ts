import type { Form, Switches } from "./polycom-switches.ts";

/** The names of elements that may stand in one; `text` where text may. */
export type Holds = ReadonlySet<string>;

interface Grammar {
  readonly attributes: Readonly<Record<string, RegExp>>;
  readonly holds: Holds;
}

const any = /^/;
const whole = /^\d{1,4}$/;
const wide = /^\d{1,4}%?$/;
const name = /^[A-Za-z][\w.-]*$/;
const align = /^(left|center|right)$/;
const of = (...names: string[]): Holds => new Set(names);
const nothing = of();
const phrases = ["a", "b", "u", "br", "img", "input", "select", "span", "label", "softkey", "button"];
const inline = of("text", ...phrases);
const flow = of("text", ...phrases, "p", "h1", "hr", "form", "table", "ol", "ul");
const cell = { attributes: { width: wide, align }, holds: flow };
const rows = { attributes: {}, holds: of("tr", "softkey") };
const plain = { attributes: {}, holds: inline };

/** Tags reported working, with the attributes seen in production apps (1.2); softkey by 2.1. */
const subset: Readonly<Record<string, Grammar>> = {
  html: { attributes: { xmlns: /^http:\/\/www\.w3\.org\/1999\/xhtml$/ }, holds: of("head", "body", "softkey") },
  head: { attributes: {}, holds: of("title", "softkey") },
  title: { attributes: {}, holds: of("text") },
  body: { attributes: {}, holds: flow },
  p: plain,
  h1: plain,
  b: plain,
  u: plain,
  span: plain,
  label: plain,
  a: { attributes: { href: any, title: any }, holds: inline },
  br: { attributes: {}, holds: nothing },
  hr: { attributes: {}, holds: nothing },
  img: { attributes: { src: any, width: wide, height: wide, align: any }, holds: nothing },
  form: { attributes: { method: any, action: any, name, "accept-charset": /^utf-8$/i }, holds: flow },
  input: { attributes: { type: any, name, value: any, size: whole, id: name }, holds: nothing },
  select: { attributes: { name }, holds: of("option") },
  option: { attributes: { value: any, selected: /^selected$/ }, holds: of("text") },
  table: {
    attributes: { border: whole, cellspacing: whole, cellpadding: whole, width: wide },
    holds: of("caption", "thead", "tbody", "tfoot", "tr", "softkey"),
  },
  caption: plain,
  thead: rows,
  tbody: rows,
  tfoot: rows,
  tr: { attributes: {}, holds: of("th", "td", "softkey") },
  th: cell,
  td: cell,
  ol: { attributes: {}, holds: of("li", "softkey") },
  ul: { attributes: {}, holds: of("li", "softkey") },
  li: { attributes: {}, holds: flow },
  softkey: { attributes: { index: any, label: any, action: any }, holds: nothing },
};

/** On a VVX: the button (CPAN, 1.2), and the body's colours. */
const onVvx: Readonly<Record<string, Grammar>> = {
  body: { attributes: { bgcolor: any, text: any }, holds: flow },
  button: { attributes: { type: any, name, value: any }, holds: of("text", "b", "u", "span", "br", "img") },
};

const richer = ["strong", "em", "i", "small", "div", "h2", "h3"];
const richFlow = of(...flow, ...richer);
const richInline = of(...inline, ...richer.slice(0, 4));
const wider: Readonly<Record<string, Grammar>> = Object.fromEntries(
  Object.entries({ ...subset, ...onVvx }).map(([element, { attributes, holds }]) => [
    element,
    { attributes, holds: holds === flow ? richFlow : holds === inline ? richInline : holds },
  ]),
);
/** In a WebKit: "simple HTML ok" (1.1), CSS (1.2). */
const inWebkit: Readonly<Record<string, Grammar>> = {
  ...wider,
  head: { attributes: {}, holds: of("title", "meta", "style", "softkey") },
  meta: { attributes: { charset: /^utf-8$/i, "http-equiv": any, content: any, name: any }, holds: nothing },
  style: { attributes: { type: /^text\/css$/ }, holds: of("text") },
  strong: { attributes: {}, holds: richInline },
  em: { attributes: {}, holds: richInline },
  i: { attributes: {}, holds: richInline },
  small: { attributes: {}, holds: richInline },
  div: { attributes: { align }, holds: richFlow },
  h2: { attributes: {}, holds: richInline },
  h3: { attributes: {}, holds: richInline },
};

/** What HTML closes by itself; a softkey is nothing to a WebKit, and stands behind all else. */
export const voids: ReadonlySet<string> = of("br", "hr", "img", "input", "meta", "softkey");

/** What an element may have and hold on that phone; undefined where the phone does not know it. */
export function grammarOf(
  element: string,
  { form, switches }: { readonly form: Form; readonly switches: Switches },
): Grammar | undefined {
  const grammar = form === "microbrowser" ? subset : switches.webkit ? inWebkit : { ...subset, ...onVvx };
  return Object.hasOwn(grammar, element) ? grammar[element] : undefined;
}
