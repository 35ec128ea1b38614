import { lineText, type PolycomDocument } from "../../../src/web/phone/polycom/document.ts";
import { Complaints } from "../../lab/phones/polycom-facts.ts";
import { type PolycomPage, readPage, lineText as strictLine, usualLimits } from "../../lab/phones/polycom-page.ts";
import { type Form, switchesOf } from "../../lab/phones/polycom-switches.ts";

/** What two readers of a page are compared by. */
export interface Seen {
  readonly page: object | undefined;
  /** Of the complaints, each once, sorted. */
  readonly codes: readonly string[];
}

type Deed = { readonly does: string; readonly url?: string };
const deed = (of: Deed | undefined) => (of?.does === "fetch" ? of.url : of?.does === "internal" ? "phone" : of?.does);

/** A page as the usual strict phone reads it. */
export function strictly(xml: string, form: Form, asHtml: boolean): Seen {
  const { found, complain } = new Complaints();
  const page = readPage(xml, { form, switches: switchesOf(), asHtml, tables: true }, usualLimits, complain);
  return { page: page && strictSeen(page), codes: [...new Set(found.map(([code]) => code))].sort() };
}

function strictSeen({ title, lines, forms, softKeys }: PolycomPage): object {
  return {
    title,
    lines: lines.map((line) => strictLine(line)),
    spots: lines.flatMap(({ spots }) =>
      spots.map((spot) => [spot.kind, "label" in spot ? spot.label : "", "deed" in spot ? deed(spot.deed) : ""]),
    ),
    forms: forms.map(({ action, fields }) => ({ action, fields })),
    softKeys: softKeys.map(({ index, label, deed: of, form }) => ({ index, label, deed: deed(of), form })),
  };
}

/** A page as the drawn phone has read it. */
export function drawnSeen({ title, lines, forms, softKeys }: PolycomDocument): object {
  const spots = lines.flatMap(({ parts }) => parts.filter((part) => typeof part !== "string"));
  return {
    title,
    lines: lines.map((line) => lineText(line, () => "")),
    spots: spots.map((spot) => [spot.kind, "label" in spot ? spot.label : "", "deed" in spot ? deed(spot.deed) : ""]),
    forms: forms.map(({ action, fields }) => ({ action, fields })),
    softKeys: softKeys.map(({ index, label, deed: of, form }) => ({ index, label, deed: deed(of), form })),
  };
}
