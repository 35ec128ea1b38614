import { type Item, length, type SoftKey, type YealinkDocument } from "./yealink-document.ts";

/** A page with what only matters to the phone that shows it. */
export interface Showing {
  readonly document: YealinkDocument;
  readonly lockIn: boolean;
  readonly refreshUrl: string | undefined;
}

/** Softkeys of the phone's own (yealink.md 2.1, l. 116; 2.2, l. 124-127). */
const ownKeys: Readonly<Record<YealinkDocument["kind"], readonly (readonly [label: string, uri: string])[]>> = {
  menu: [
    ["Select", "SoftKey:Select"],
    ["Exit", "SoftKey:Exit"],
  ],
  screen: [["Exit", "SoftKey:Exit"]],
  input: [
    ["Submit", "SoftKey:Submit"],
    ["Exit", "SoftKey:Exit"],
  ],
  formatted: [["Exit", "SoftKey:Exit"]],
  directory: [["Exit", "SoftKey:Exit"]],
  image: [["Exit", "SoftKey:Exit"]],
};

/** What is on the screen of a phone, where its cursor is, and what was typed. */
export class Screen {
  /** What is there in place of a page. */
  instead: "nothing" | "loading" | "error" = "nothing";
  /** A call lies over it. */
  covered = false;
  #showing: Showing | undefined;
  #row = 0;
  /** What stands in the fields of an input screen. */
  #typed: string[] = [];
  readonly #keepsOwnKeys: boolean;

  constructor(keepsOwnKeys: boolean) {
    this.#keepsOwnKeys = keepsOwnKeys;
  }

  get showing(): Showing | undefined {
    return this.#showing;
  }

  /** A page that comes anew has its cursor where it says, whatever was there before (8, l. 319). */
  show(showing: Showing): void {
    this.#showing = showing;
    const { fields, items, defaultIndex } = showing.document;
    this.#typed = fields.map(({ value }) => value);
    this.#row = Math.min(Math.max(0, defaultIndex - 1), Math.max(0, items.length - 1));
  }

  close(instead: Screen["instead"] = "nothing"): void {
    this.#showing = undefined;
    this.instead = instead;
    this.covered = false;
    this.#typed = [];
  }

  /** @throws where no page can be seen. */
  page(): YealinkDocument {
    if (this.covered) throw new Error("a call covers the page of this phone");
    if (!this.#showing) throw new Error(`no page is open on this phone (${this.instead})`);
    return this.#showing.document;
  }

  get row(): number {
    return this.#row;
  }

  select(row: number): void {
    if (!this.page().items[row]) throw new Error(`no row ${row} on\n${this.draw()}`);
    this.#row = row;
  }

  item(): Item {
    const item = this.page().items[this.#row];
    if (!item) throw new Error(`no row is highlighted on\n${this.draw()}`);
    return item;
  }

  key(label: string): SoftKey {
    const { keys, kind } = this.page();
    const key = keys.find((each) => each.label === label);
    if (key) return key;
    const own = ownKeys[kind].findIndex(([name]) => name === label);
    const [name, uri] = ownKeys[kind][own] ?? [];
    const free = keys.length === 0 || (this.#keepsOwnKeys && keys.length < 4);
    if (!free || name === undefined || uri === undefined) throw new Error(`no softkey "${label}" on\n${this.draw()}`);
    return { index: own + 1, label: name, uri };
  }

  /** Types behind what stands in the field that can be typed into. @throws where it has no such key. */
  type(text: string): void {
    const at = this.#field();
    const { type } = this.page().fields[at] ?? {};
    if (!(type === "number" ? /^[0-9*#]*$/ : /^[^\p{C}]*$/u).test(text)) throw new Error(`"${text}" into a ${type}`);
    this.#typed[at] = `${this.#typed[at]}${text}`;
  }

  erase(): void {
    this.#typed[this.#field()] = this.#typed[this.#field()]?.slice(0, -1) ?? "";
  }

  /** Parameters and what was typed for each. */
  typed(): readonly (readonly [parameter: string, value: string])[] {
    return this.page().fields.map(({ parameter }, at) => [parameter, this.#typed[at] ?? ""] as const);
  }

  /** The text of a text screen; the rows of a menu, or the fields of an input screen, a line each. */
  text(): string {
    const { kind, text, items } = this.page();
    return kind === "input" ? this.#fields().join("\n") : text || items.map(({ prompt }) => prompt).join("\n");
  }

  #fields(): string[] {
    return this.page().fields.map(({ prompt, password }, at) => {
      const typed = this.#typed[at] ?? "";
      return `${prompt} ${password ? "*".repeat(typed.length) : typed}`;
    });
  }

  /** Drawn for a report. */
  draw(): string {
    if (this.covered) return "(a call)";
    const page = this.#showing?.document;
    if (!page) return `(no page: ${this.instead})`;
    const lines =
      page.items.length > 0
        ? page.items.map((item, at) => `${at === this.#row ? ">" : " "} ${item.prompt}`)
        : (page.kind === "input" ? this.#fields() : page.text.split("\n")).map((line) => `  ${line}`);
    const keys = page.keys.map((key) => `[${key.label}]`).join(" ");
    const width = Math.max(40, ...[page.title, keys, ...lines].map((line) => length(line) + 2));
    const boxed = (line: string) => `| ${line}${" ".repeat(width - 2 - length(line))} |`;
    const rule = `+${"-".repeat(width)}+`;
    return [rule, boxed(page.title), rule, ...lines.map(boxed), rule, boxed(keys), rule].join("\n");
  }

  #field(): number {
    const { fields, defaultIndex } = this.page();
    const at = fields.findIndex(
      ({ type, editable }, place) => editable && type !== "empty" && place >= defaultIndex - 1,
    );
    if (at === -1) throw new Error(`nothing can be typed on\n${this.draw()}`);
    return at;
  }
}
