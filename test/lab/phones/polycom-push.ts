import { Complaints } from "./polycom-facts.ts";
import { type Element, elementsOf, parse, textOf } from "./polycom-markup.ts";
import { type ModelName, models } from "./polycom-models.ts";
import { lineText, type PolycomPage, pageOf, usualLimits } from "./polycom-page.ts";
import type { Switches } from "./polycom-switches.ts";
import { checkUrl, type Deed, readUris } from "./polycom-uris.ts";

/** From the most urgent on (3). */
export const priorities = ["Critical", "High", "Important", "Normal"] as const;
export type Priority = (typeof priorities)[number];

/** What a phone has been sent, once it was taken. */
export interface Push {
  readonly priority: Priority;
  readonly shows: /** `text` is all that it says, line by line. */
    | { readonly kind: "notice"; readonly page: PolycomPage; readonly text: string }
    | { readonly kind: "open"; readonly url: string }
    | { readonly kind: "uris"; readonly deeds: readonly Deed[] };
}

/** What is configured of pushes at a phone (`apps.push.*`), and its software. */
export interface PushSettings {
  readonly model: ModelName;
  readonly switches: Switches;
  /** `apps.push.serverRootURL`; undefined is Null. */
  readonly serverRootUrl: string | undefined;
  /** Whether the site has said that pushes may be Critical. */
  readonly criticalAllowed: boolean;
  readonly software: "UCS 5" | "SIP 3.1";
}

const spipx = "application/x-com-polycom-spipx";
const xhtml = "application/xhtml+xml";
const pageTypes = { microbrowser: [xhtml], vvx: [xhtml, "text/xml", "application/xml"] } as const;
/** The most bytes of a whole push, and which priorities there are (3). */
const bySoftware = {
  "UCS 5": { bytes: 2048, priorities },
  "SIP 3.1": { bytes: 1024, priorities: ["Critical", "Normal"] },
} as const;

/**
 * Reads a push as strictly as the hardware might, from the reference alone. @throws PolycomComplaint with all that a real
 * phone may not take.
 */
export function readPush(body: string, contentType: string, settings: PushSettings): Push {
  const complaints = new Complaints();
  const push = new PushReader(contentType, settings, complaints).read(body);
  complaints.settle("/push", body);
  if (!push) throw new Error("a push that is none, and no complaint");
  return push;
}

class PushReader {
  readonly #type: string;
  readonly #settings: PushSettings;
  readonly #complaints: Complaints;

  constructor(type: string, settings: PushSettings, complaints: Complaints) {
    this.#type = type;
    this.#settings = settings;
    this.#complaints = complaints;
  }

  get #complain() {
    return this.#complaints.complain;
  }

  read(body: string): Push | undefined {
    const bytes = Buffer.byteLength(body);
    if (bytes > bySoftware[this.#settings.software].bytes) this.#complain("push-too-large", `${bytes} bytes`);
    const root = parse(body, this.#complain);
    if (!root) return undefined;
    if (root.name !== "PolycomIPPhone") {
      this.#complain("push-root", `<${root.name}>`);
      return undefined;
    }
    const [child, ...more] = elementsOf(root);
    if (!child || more.length > 0 || !["Data", "URL"].includes(child.name)) {
      const names = elementsOf(root).map(({ name }) => name);
      this.#complain("push-children", names.join(", "));
      return undefined;
    }
    const priority = this.#priority(child);
    if (textOf(child) === "") {
      this.#complain("push-empty", `<${child.name}>`);
      return undefined;
    }
    return { priority, shows: child.name === "URL" ? this.#open(child) : this.#data(child) };
  }

  #priority({ attributes }: Element): Priority {
    for (const name of Object.keys(attributes)) if (name !== "priority") this.#complain("unknown-attribute", name);
    const { priority: said = "Normal" } = attributes;
    const known: readonly Priority[] = bySoftware[this.#settings.software].priorities;
    const priority = known.find((one) => one.toLowerCase() === said.toLowerCase());
    if (!priority) this.#complain("push-priority", said);
    if (priority === "Critical" && !this.#settings.criticalAllowed) this.#complain("push-critical", said);
    return priority ?? "Normal";
  }

  #open(element: Element): Push["shows"] {
    const path = element.nodes.filter((node) => typeof node === "string").join("");
    const { serverRootUrl } = this.#settings;
    if (!models[this.#settings.model].browser) this.#complain("push-no-browser", path);
    if (this.#type !== spipx) this.#complain("push-content-type", this.#type);
    if (elementsOf(element).length > 0 || !/^\/[^/]/.test(path)) this.#complain("push-url", path);
    else if (serverRootUrl === undefined) this.#complain("push-no-root", path);
    else checkUrl(`${serverRootUrl}${path}`, "URL", this.#complain);
    return { kind: "open", url: `${serverRootUrl ?? ""}${path}` };
  }

  #data(element: Element): Push["shows"] {
    const { form, browser } = models[this.#settings.model];
    const marked = elementsOf(element).length > 0;
    if (this.#type === spipx && !marked) {
      return { kind: "uris", deeds: readUris(rawTextOf(element), form, this.#complain) };
    }
    const types: readonly string[] = browser ? pageTypes[form] : [xhtml];
    if (!types.includes(this.#type)) this.#complain("push-content-type", this.#type);
    else if (!marked && onlyUris(rawTextOf(element))) this.#complain("push-content-type", `URIs as ${this.#type}`);
    return this.#notice(element);
  }

  /** Raw markup (3): a body or what stands in one, with a title and softkeys or none. */
  #notice(element: Element): Push["shows"] {
    const { model, switches } = this.#settings;
    const { form, notice } = models[model];
    const of = (name: string) => elementsOf(element).filter((each) => each.name === name);
    const body = of("body")[0];
    const rest = element.nodes.filter((node) => {
      return typeof node === "string" ? !body || node.trim() !== "" : !["title", "body", "softkey"].includes(node.name);
    });
    const made = (name: string, nodes: Element["nodes"], attributes = {}): Element => {
      return { name, nodes, attributes, selfClosed: false };
    };
    const inner = made("body", [...(body?.nodes ?? []), ...rest], body?.attributes);
    const html = made("html", [made("head", of("title")), inner, ...of("softkey")]);
    const reading = { form, switches, asHtml: false, tables: true };
    const page = pageOf(html, reading, usualLimits, this.#complain);
    const text = textOf(inner);
    const inBody = headings(inner).map(textOf).join(" ");
    const heading = [...of("title").map(textOf), inBody].join(" ").trim();
    if (notice && (heading.length > notice.heading || text.length - inBody.length > notice.text)) {
      this.#complain("push-text-too-long", `heading "${heading}", text "${text}"`);
    }
    return { kind: "notice", page, text: page.lines.map((line) => lineText(line)).join("\n") };
  }
}

/** The text as it stands, line by line. */
function rawTextOf({ nodes }: Element): string {
  return nodes.filter((node) => typeof node === "string").join("");
}

function headings(element: Element): readonly Element[] {
  return elementsOf(element).flatMap((child) => (child.name === "h1" ? [child] : headings(child)));
}

function onlyUris(text: string): boolean {
  const complaints = new Complaints();
  return readUris(text, "microbrowser", complaints.complain).length > 0 && complaints.found.length === 0;
}
