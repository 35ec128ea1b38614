import { type Line, lineText, type Pair, type PolycomPage, type SoftKey, type Spot } from "./polycom-page.ts";
import { drawn, latin } from "./polycom-screen.ts";
import type { Form, Switches } from "./polycom-switches.ts";
import { Typing } from "./polycom-typing.ts";

/** A page on the screen of a phone: what is seen of it, what is highlighted, and what was typed. */
export class ShownPage {
  readonly #page: PolycomPage;
  readonly #form: Form;
  readonly #switches: Switches;
  readonly #typing: Typing;
  #focus = 0;

  constructor(page: PolycomPage, form: Form, switches: Switches) {
    this.#page = page;
    this.#form = form;
    this.#switches = switches;
    this.#typing = new Typing(page.forms);
  }

  get title(): string {
    return this.#seen(this.#page.title);
  }

  lines(): string[] {
    return this.#page.lines.map((line) => this.#textOf(line));
  }

  rows(): string[] {
    return this.#rows().map((line) => this.#textOf(line));
  }

  /** The page's own, and the phone's Back behind them. */
  softKeys(): readonly Omit<SoftKey, "index">[] {
    const { softKeys } = this.#page;
    if (this.#form === "vvx") return this.#switches.takesSoftkeys ? softKeys : [];
    const back = { label: "Back", deed: { does: "back" }, form: undefined } as const;
    return this.#switches.ownBackKey ? [...softKeys, back] : softKeys;
  }

  /** Labels of the links and buttons in the body. */
  bodyLabels(): string[] {
    return this.#spots().flatMap((spot) => (spot.kind === "field" ? [] : [spot.label]));
  }

  /** The first link or button of that label. */
  labelled(label: string): Spot | undefined {
    return this.#spots().find((spot) => spot.kind !== "field" && spot.label === label);
  }

  /** The button that sends a form. */
  sender(form: number): Spot | undefined {
    return this.#spots().find((spot) => spot.kind === "send" && spot.form === form);
  }

  get focused(): Spot | undefined {
    return this.#spots()[this.#focus];
  }

  get focus(): number {
    return this.#focus;
  }

  /** Highlights what has that place, or the last where the page has grown shorter. */
  moveTo(place: number): void {
    this.#focus = Math.min(place, Math.max(0, this.#spots().length - 1));
  }

  /** Highlights the first link or button of a row; whether there is one. */
  select(rowIndex: number): boolean {
    const spot = this.#rows()[rowIndex]?.spots.find(({ kind }) => kind !== "field");
    if (spot) this.#focus = this.#spots().indexOf(spot);
    return spot !== undefined;
  }

  /** Types into the highlighted field, or the first that can be typed into; whether there is one. */
  type(text: string): boolean {
    return this.#typing.type(this.focused, text);
  }

  clear(form: number): void {
    this.#typing.clear(form);
  }

  /** Where a form goes with all that is in it, and with the button that was pressed. */
  address(form: number, button?: Pair): string {
    const keepsQuery = this.#form === "microbrowser" && this.#switches.formKeepsQuery;
    return this.#typing.address(form, button, keepsQuery);
  }

  drawn(keysAtOnce: number): string {
    const { focused } = this;
    const lines = this.#page.lines.map((line) => {
      return [focused !== undefined && line.spots.includes(focused), this.#textOf(line)] as const;
    });
    const keys = this.softKeys().map(({ label }) => label);
    return drawn(this.title, lines, keys, keysAtOnce);
  }

  #rows(): readonly Line[] {
    return this.#page.lines.filter(({ spots }) => spots.some(({ kind }) => kind !== "field"));
  }

  #spots(): readonly Spot[] {
    return this.#page.lines.flatMap(({ spots }) => spots);
  }

  #textOf(line: Line): string {
    const dots = this.#form === "vvx" || this.#switches.knowsPassword;
    return this.#seen(lineText(line, (field) => this.#typing.shown(field, dots)));
  }

  #seen(text: string): string {
    return this.#switches.allGlyphs ? text : latin(text);
  }
}
