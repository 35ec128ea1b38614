import type { ProbeAsked } from "../../model/index.js";
import type { Key, ListPage, Row, TextPage } from "../../pages/index.js";
import type { Profile } from "../profile.js";
import { type ProveStep, probeLink } from "../prove.js";

export const launcher = "Open earshot, by its key or from the Applications.";
export const leave = "Leave every page, so that the idle screen is there.";
export const callIt = "Call this phone from another one, and answer it.";
export const exit: Key = { label: "Exit", link: { to: "exit" } };

/** Rows of these words; each asks for `row-` and its word. */
export function rows(step: string, words: readonly string[] = ["One", "Two", "Three"]): readonly Row[] {
  return words.map((text) => ({ text, link: probeLink(step, `row-${text.toLowerCase()}`) }));
}

/** A list titled Probe. */
export function list(step: string, more: Partial<ListPage> = {}): ListPage {
  return { kind: "list", title: "Probe", rows: rows(step), keys: [exit], ...more };
}

/** A text titled Probe. */
export function text(step: string, lines: readonly string[], more: Partial<TextPage> = {}): TextPage {
  return { kind: "text", title: "Probe", lines, keys: [exit], done: probeLink(step, "ok"), ...more };
}

/** Yes once that word of the step was asked for. */
export const asked =
  (word: string): NonNullable<ProveStep["sees"]> =>
  (all: readonly ProbeAsked[]) =>
    all.some((one) => one.word === word) ? "yes" : undefined;

/** As if the sheet said that a page can have softkeys. */
export const withSoftkeys = (profile: Profile): Profile => ({
  ...profile,
  traits: { ...profile.traits, softkeyElements: "yes" },
});

/** A text exactly as long as the model's entry says that fits, with a bar at its end. */
export function ruler(columns: number): string {
  const digits = Array.from({ length: columns - 1 }, (_, at) => String((at + 1) % 10)).join("");
  return `${digits}|`;
}
