import { length, type SnomDocument, type SoftKey } from "./snom-document.ts";

/** Characters that each kind of field takes from the keys (examples/SnomIPPhoneInput: Input flag). */
const typedBy: Readonly<Record<string, RegExp>> = { n: /^[0-9*#]*$/, pn: /^[0-9*#]*$/, t: /^[0-9*#+]*$/ };

/** What is on the screen of a phone, where its cursor is, and what was typed. */
export class Screen {
  /** A call lies over it. */
  covered = false;
  #document: SnomDocument | undefined;
  #row = 0;
  #typed = "";

  get document(): SnomDocument | undefined {
    return this.#document;
  }

  /** A page that comes anew has its cursor where it says (main_tags/SnomIPPhoneMenu: MenuItem, sel). */
  show(document: SnomDocument): void {
    this.#document = document;
    this.#row = document.selected;
    this.#typed = document.input?.value ?? "";
  }

  close(): void {
    this.#document = undefined;
    this.covered = false;
  }

  /** @throws where no page can be seen. */
  page(): SnomDocument {
    if (this.covered) throw new Error("a call covers the page of this phone");
    if (!this.#document) throw new Error("no page is open on this phone");
    return this.#document;
  }

  get row(): number {
    return this.#row;
  }

  select(row: number): void {
    if (!this.page().items[row]) throw new Error(`no row ${row} on\n${this.draw()}`);
    this.#row = row;
  }

  /** A key by the label that stands over it. @throws where there is none. */
  key(label: string): SoftKey {
    const key = this.contextKeys().find((each) => each.label === label);
    if (!key) throw new Error(`no key "${label}" on\n${this.draw()}`);
    return key;
  }

  contextKeys(): readonly SoftKey[] {
    return this.page().keys.filter(({ name }) => /^F[1-4]$/.test(name));
  }

  type(text: string): void {
    const { input } = this.page();
    if (!input) throw new Error(`nothing can be typed on\n${this.draw()}`);
    if (!(typedBy[input.flags] ?? /^[^\p{C}]*$/u).test(text)) throw new Error(`"${text}" into ${input.flags}`);
    this.#typed += text;
  }

  get typed(): string {
    return this.#typed;
  }

  text(): string {
    const { kind, lines, items, input } = this.page();
    if (kind === "input") return this.#field(input?.flags ?? "");
    return (items.length > 0 ? items.map(({ name }) => name) : lines).join("\n");
  }

  /** Drawn for a report. */
  draw(): string {
    if (this.covered) return "(a call)";
    if (!this.#document) return "(no page)";
    const { title, items, lines, input } = this.#document;
    const field = input ? [this.#field(input.flags)] : lines;
    const body = items.length > 0 ? items.map(({ name }, at) => `${at === this.#row ? ">" : " "} ${name}`) : field;
    const keys = this.contextKeys()
      .map(({ label }) => `[${label}]`)
      .join(" ");
    const width = Math.max(...[title, keys, ...body].map((line) => length(line) + 2));
    const boxed = (line: string) => `| ${line}${" ".repeat(width - 2 - length(line))} |`;
    const rule = `+${"-".repeat(width)}+`;
    return [rule, boxed(title), rule, ...body.map(boxed), rule, boxed(keys), rule].join("\n");
  }

  #field(flags: string): string {
    return flags.startsWith("p") ? "*".repeat(this.#typed.length) : this.#typed;
  }
}
