import type { PageSeen } from "../form.js";
import type { PolycomForm } from "./deeds.js";
import { type Line, lineText, type PolycomDocument, type Spot, spotsOf } from "./document.js";

/**
 * A page as whoever looks on sees it: with a field it is one to type on; with a link that is a whole line and not the heading
 * or a command, a list.
 */
export function seenOf(
  { document, focus }: { readonly document: PolycomDocument | undefined; readonly focus: number },
  form: PolycomForm,
): PageSeen | undefined {
  if (!document) return undefined;
  const { title, lines, forms, softKeys } = document;
  const spots = spotsOf(document);
  const labels = spots.flatMap((spot) => (spot.kind === "field" ? [] : [spot.label]));
  const keys = form === "microbrowser" ? softKeys.map(({ label }) => label) : [];
  const typed = forms.some(({ fields }) => fields.some(({ kind }) => kind !== "hidden"));
  const texts = lines.filter((line) => !line.parts.some(isSpot)).map((line) => lineText(line, () => ""));
  const calls = lines.some((line) =>
    line.parts.some((part) => isSpot(part) && part.kind === "link" && /\d:\d\d/.test(part.label)),
  );
  const kind = typed ? "input" : calls || texts.every((text) => text === "–") ? "list" : "text";
  const highlighted = spots[focus];
  const rows = lines.filter(({ parts }) => parts.some((part) => isSpot(part) && part.kind !== "field"));
  return {
    ...{ kind, title },
    rows: rows.map((line) => lineText(line, () => "")),
    row: Math.max(
      0,
      rows.findIndex((line: Line) => highlighted !== undefined && line.parts.includes(highlighted)),
    ),
    lines: texts,
    labels: [...keys, ...labels],
  };
}

function isSpot(part: string | Spot): part is Spot {
  return typeof part !== "string";
}
