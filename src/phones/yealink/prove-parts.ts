import { type LegId, type ProbeAsked, parseLegId } from "../../model/index.js";
import type { Key, ListPage, Page, Row } from "../../pages/index.js";
import type { Profile } from "../profile.js";
import { type ProbePage, type ProveStep, probeLink } from "../prove.js";

export const launcher = "Press the key that opens earshot.";
const names = ["One", "Two", "Three"] as const;

function selectionOf(name: string): { readonly selection?: LegId } {
  const selection = parseLegId(`probe-${name.toLowerCase()}`);
  return selection ? { selection } : {};
}

/** Three rows, whose words are `row-one` and so on. */
export function rows(step: string): readonly Row[] {
  return names.map((text) => {
    return { text, link: probeLink(step, `row-${text.toLowerCase()}`), ...selectionOf(text) };
  });
}

export function key(step: string, label: string, word = label.toLowerCase()): Key {
  return { label, link: probeLink(step, word) };
}

/** A list of three rows, titled Probe. */
export function list(step: string, keys: readonly Key[], more: Partial<ListPage> = {}): ListPage {
  return { kind: "list", title: "Probe", rows: rows(step), keys, ...more };
}

/** The step's first page alone. */
export function first(page: Page, more: Omit<ProbePage, "page"> = {}): NonNullable<ProveStep["pages"]> {
  return { "": { page: () => page, ...more } };
}

const found = (all: readonly ProbeAsked[], word: string) => all.find((one) => one.word === word);

/** Whether what was asked for by that word came with something behind its path, or without. */
export const cameWith =
  (word: string, mark: RegExp): NonNullable<ProveStep["sees"]> =>
  (all) => {
    const one = found(all, word);
    return one && (mark.test(one.tail) ? "yes" : "no");
  };

/** As if the entry said so. */
export const listTimeout =
  (seconds: number) =>
  (profile: Profile): Profile => ({ ...profile, sizes: { ...profile.sizes, listTimeout: seconds } });

/** As if the entry said that the phone sends the highlighted row's selection. */
export const withSelection = (profile: Profile): Profile => ({
  ...profile,
  screen: { ...profile.screen, selection: true },
});
