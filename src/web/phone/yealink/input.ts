import type { Typing } from "../typing.js";
import type { YealinkDocument } from "./document.js";

/** The field that keys type into, as the document has it; undefined on a page without one. */
export function typingOn(document: YealinkDocument | undefined): Typing | undefined {
  const first = (document?.defaultIndex ?? 1) - 1;
  const field =
    document?.fields.findIndex(({ type, editable }, at) => editable && type !== "empty" && at >= first) ?? -1;
  const of = document?.fields[field];
  const digits = of?.type === "number";
  return of && { field, text: of.value, mode: digits ? "123" : "abc", digits };
}

/** The URL that sends what was typed, with whatever the other fields hold. */
export function sendUrl({ url = "", fields }: YealinkDocument, typing: Typing): string {
  const value = (at: number): string =>
    encodeURIComponent(at === typing.field ? typing.text : (fields[at]?.value ?? ""));
  const query = fields.map(({ parameter }, at) => `${parameter}=${value(at)}`).join("&");
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}
