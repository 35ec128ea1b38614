import type { Deed } from "./deeds.js";

/** What can be highlighted in the body, and pressed. */
export type Spot =
  | { readonly kind: "link"; readonly label: string; readonly deed: Deed | undefined }
  | { readonly kind: "send"; readonly label: string; readonly form: number; readonly pair: Pair | undefined }
  | { readonly kind: "field"; readonly form: number; readonly field: number };

/** What a button adds to what was typed. */
export type Pair = readonly [name: string, value: string];

/** One line of the body. What can be highlighted stands in it at its place. */
export interface Line {
  readonly parts: readonly (string | Spot)[];
}

export interface Field {
  readonly kind: "text" | "password" | "hidden" | "choice";
  readonly name: string;
  /** What stands in it at first. */
  readonly value: string;
}

export interface PolycomForm {
  readonly action: string;
  readonly fields: readonly Field[];
}

export interface SoftKey {
  /** Its place, from 1; those above the fourth are behind More. */
  readonly index: number;
  readonly label: string;
  readonly deed: Deed;
  /** The form that it stands in. */
  readonly form: number | undefined;
}

/** A page as the drawn phone shows it. */
export interface PolycomDocument {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly forms: readonly PolycomForm[];
  /** By place. */
  readonly softKeys: readonly SoftKey[];
}

/** Everything in the body that can be highlighted, in its order. */
export function spotsOf(document: PolycomDocument): readonly Spot[] {
  return document.lines.flatMap(({ parts }) => parts.filter((part) => typeof part !== "string"));
}

/** A line as it is read, its fields as `shown` has them. */
export function lineText({ parts }: Line, shown: (field: Extract<Spot, { kind: "field" }>) => string): string {
  const text = parts.map((part) => {
    if (typeof part === "string") return part;
    return part.kind === "field" ? `[${shown(part)}]` : part.kind === "send" ? ` ${part.label} ` : part.label;
  });
  return text.join("").replace(/\s+/g, " ").trim();
}
