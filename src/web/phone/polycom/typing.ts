import type { Typing } from "../typing.js";
import { type Field, type Pair, type PolycomDocument, type Spot, spotsOf } from "./document.js";

/** Where something can be typed. */
export type FieldSpot = Extract<Spot, { readonly kind: "field" }>;

/** What stands in the forms of a page, and how the keypad types it. */
export interface Typed {
  /** By form and field. */
  readonly values: readonly (readonly string[])[];
  readonly keypad: Pick<Typing, "mode" | "last">;
}

/** As the page has it. Digits first: a Polycom is not told which of the two a field takes. */
export function typedAtFirst({ forms }: PolycomDocument): Typed {
  return { values: forms.map(({ fields }) => fields.map(({ value }) => value)), keypad: { mode: "123" } };
}

export function fieldOf({ forms }: PolycomDocument, { form, field }: FieldSpot): Field | undefined {
  return forms[form]?.fields[field];
}

/** The highlighted field, or the first that can be typed into. */
export function fieldToType(document: PolycomDocument, highlighted: Spot | undefined): FieldSpot | undefined {
  const takes = (spot: Spot): spot is FieldSpot => {
    const kind = spot.kind === "field" ? fieldOf(document, spot)?.kind : undefined;
    return kind === "text" || kind === "password";
  };
  return highlighted?.kind === "field" ? (takes(highlighted) ? highlighted : undefined) : spotsOf(document).find(takes);
}

/** What stands in a field, as the keypad goes on with it. */
export function typingIn({ values, keypad }: Typed, { form, field }: FieldSpot): Typing {
  return { field, text: values[form]?.[field] ?? "", digits: false, ...keypad };
}

/** With what a field holds now. */
export function typedInto(typed: Typed, { form, field }: FieldSpot, { text, mode, last }: Typing): Typed {
  const values = typed.values.map((of, at) => (at === form ? of.with(field, text) : of));
  return { values, keypad: { mode, ...(last && { last }) } };
}

/** A form as the page had it. */
export function cleared(document: PolycomDocument, typed: Typed, form: number): Typed {
  const { values } = typedAtFirst(document);
  return { ...typed, values: typed.values.map((of, at) => (at === form ? (values[at] ?? of) : of)) };
}

/** Where a form goes with all that is in it, and with the button that was pressed, as application/x-www-form-urlencoded. */
export function formUrl({ forms }: PolycomDocument, { values }: Typed, form: number, pair?: Pair): string {
  const { action, fields } = forms[form] ?? { action: "", fields: [] };
  const pairs = fields.map(({ name }, at): [string, string] => [name, values[form]?.[at] ?? ""]);
  if (pair) pairs.push([...pair]);
  return `${action.split("?")[0]}?${new URLSearchParams(pairs)}`;
}
