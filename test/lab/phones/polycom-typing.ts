import type { Field, Pair, PolycomForm, Spot } from "./polycom-page.ts";

interface Place {
  readonly form: number;
  readonly field: number;
}

/** What stands in the forms of a page. */
export class Typing {
  readonly #forms: readonly PolycomForm[];
  #values: string[][];

  constructor(forms: readonly PolycomForm[]) {
    this.#forms = forms;
    this.#values = forms.map(initially);
  }

  /** Types into the highlighted field, or the first that can be typed into; whether there was one. */
  type(highlighted: Spot | undefined, text: string): boolean {
    const place = highlighted?.kind === "field" ? highlighted : this.#first();
    const field = place && this.#forms[place.form]?.fields[place.field];
    const values = place && this.#values[place.form];
    if (!place || !field || !values || !typed(field)) return false;
    values[place.field] = `${values[place.field] ?? ""}${text}`;
    return true;
  }

  /** A field as the screen shows it. */
  shown({ form, field }: Place, dots: boolean): string {
    const value = this.#values[form]?.[field] ?? "";
    return dots && this.#forms[form]?.fields[field]?.kind === "password" ? "*".repeat(value.length) : value;
  }

  clear(form: number): void {
    this.#values = this.#values.map((values, at) => (at === form ? initially(this.#forms[at]) : values));
  }

  /** Where a form goes with all that is in it, as application/x-www-form-urlencoded. */
  address(form: number, pair: Pair | undefined, keepsQuery: boolean): string {
    const { action, fields } = this.#forms[form] ?? { action: "", fields: [] };
    if (action === "") throw new Error(`there is no form ${form} to send`);
    const pairs = fields.map(({ name }, at): [string, string] => [name, this.#values[form]?.[at] ?? ""]);
    if (pair) pairs.push([...pair]);
    const [address = "", query] = action.split("?");
    const before = keepsQuery && query !== undefined ? `${query}&` : "";
    return `${address}?${before}${new URLSearchParams(pairs)}`;
  }

  #first(): Place | undefined {
    const places = this.#forms.flatMap(({ fields }, form) => fields.map((_, field) => ({ form, field })));
    return places.find(({ form, field }) => typed(this.#forms[form]?.fields[field]));
  }
}

function initially(form: PolycomForm | undefined): string[] {
  return form?.fields.map(({ value }) => value) ?? [];
}

function typed(field: Field | undefined): boolean {
  return field?.kind === "text" || field?.kind === "password";
}
