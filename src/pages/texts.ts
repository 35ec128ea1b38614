import type { Language, Person, PersonId } from "../model/index.js";
import { cut } from "./fit.js";
import type { Screen } from "./page.js";
import { type Brace, type Place, type TextId, type TextUse, textUses } from "./text-table.js";

/** The wordings of one text, longest first: one to three. */
export type Wordings = readonly string[];

/** The texts of one language. */
export type Catalogue = ReadonlyMap<string, Wordings>;

export type Values = Readonly<Partial<Record<Brace, string | number>>>;

/**
 * Says a text in the reader's language, with the values put in, in the longest wording that fits the place, which is the
 * text's own unless told: a name, or a number of characters. Where the shortest is too long for what is put in, that is
 * cut, and never a word of the text.
 */
export type Say = (id: TextId, values?: Values, place?: Place | number) => string;

/** Text that a phone wraps has room; this bounds what one hostile name may take of it. */
const lineColumns = 240;
/** With a name in it, small enough for one packet, and, with the time before it, for the smallest screen. */
const noticeColumns = 54;

/** Characters that a name, or a number, must at least have room for beside a text, where that does not wrap. */
const leastRoom: Readonly<Record<Brace, number>> = {
  ...{ agent: 6, name: 6, who: 6, other: 6, queue: 4, text: 4, extension: 4, role: 6, line: 6, key: 4 },
  ...{ count: 4, left: 1, minutes: 2, duration: 7 },
};

/** How many characters there are at a place of this screen. */
export function columnsAt(place: Place, screen: Screen): number {
  switch (place) {
    case "label":
      return screen.labelColumns;
    case "title":
      return screen.titleColumns;
    case "heading":
      return Math.min(screen.titleColumns, screen.labelColumns * 2);
    case "row":
      return screen.columns;
    case "line":
      return lineColumns;
    case "notice":
      return noticeColumns;
    default:
      return place satisfies never;
  }
}

/** What is wrong with a catalogue, in words that name the text; empty when it is whole. */
export function catalogueProblems(catalogue: Catalogue): readonly string[] {
  const known: ReadonlyMap<string, TextUse> = textUses;
  return [
    ...[...known.keys()].filter((id) => !catalogue.has(id)).map((id) => `the text ${id} is missing`),
    ...[...catalogue].flatMap(([id, wordings]) => {
      const use = known.get(id);
      return use ? wordingProblems(id, use, wordings) : [`no page uses the text ${id}`];
    }),
  ];
}

function wordingProblems(id: string, use: TextUse, wordings: Wordings): readonly string[] {
  const forms = wordings.map(formOf);
  const may = use.braces.length > 0 ? `; there are ${use.braces.map((name) => `{${name}}`).join(", ")}` : "";
  return [
    ...forms.flatMap(({ names }) =>
      names.filter((name) => !use.braces.some((one) => one === name)).map((name) => `${id} knows no {${name}}${may}`),
    ),
    ...(wordings.some((text) => /[{}]/.test(text.replace(/\{[a-z]+\}/g, "")))
      ? [`${id} has a brace that is alone`]
      : []),
    ...(wordings.some((text) => text !== text.trim() || text === "")
      ? [`${id} is empty, or has a space around it`]
      : []),
    ...(forms.some(({ size }, n) => size > (forms[n - 1]?.size ?? size))
      ? [`${id} has a shorter wording that is longer than the one before`]
      : []),
  ];
}

/** Where the shortest wording has no room on this screen, in words that name the text; empty when all fit. */
export function fitProblems(catalogue: Catalogue, screen: Screen): readonly string[] {
  return [...textUses].flatMap(([id, { places }]) => {
    const form = formOf(catalogue.get(id)?.at(-1) ?? "");
    const needs = form.names.reduce((sum, name) => sum + (leastRoom[name as Brace] ?? 0), form.size);
    return places
      .filter((place) => needs > columnsAt(place, screen))
      .map((place) => {
        const room = form.names.length > 0 ? ", with room for what is put in," : "";
        return `${id} needs a wording that${room} has at most ${columnsAt(place, screen)} characters, not ${needs}, for a ${place}`;
      });
  });
}

/** A wording taken apart: `parts[0] {names[0]} parts[1] …`, and how many characters the parts have. */
interface Form {
  readonly parts: readonly string[];
  readonly names: readonly string[];
  readonly size: number;
}

/** What is said of a text at one place: final, or to be filled. */
type Chosen = string | { readonly forms: readonly Form[]; readonly columns: number };

/**
 * A speaker of one catalogue for one screen. What fits where is settled once, here.
 * @throws when the catalogue is not whole.
 */
export function speaker(catalogue: Catalogue, screen: Screen): Say {
  const problems = catalogueProblems(catalogue);
  if (problems.length > 0) throw new Error(problems.join("; "));
  const forms = new Map([...catalogue].map(([id, wordings]) => [id, wordings.map(formOf)]));
  const own = new Map<string, Chosen>();
  const elsewhere = new Map<Place, Map<string, Chosen>>();
  for (const [id, { places }] of textUses) {
    own.set(id, choose(forms.get(id) ?? [], columnsAt(places[0], screen)));
    for (const place of places) {
      const there = elsewhere.get(place) ?? new Map<string, Chosen>();
      elsewhere.set(place, there.set(id, choose(forms.get(id) ?? [], columnsAt(place, screen))));
    }
  }
  const columnsOf = (place: Place | number = "line"): number =>
    typeof place === "number" ? place : columnsAt(place, screen);
  return (id, values = {}, place) => {
    const known = place === undefined ? own.get(id) : typeof place === "string" && elsewhere.get(place)?.get(id);
    const chosen = known === undefined || known === false ? choose(forms.get(id) ?? [], columnsOf(place)) : known;
    return typeof chosen === "string" ? chosen : filled(chosen, values);
  };
}

function formOf(wording: string): Form {
  const pieces = wording.split(/\{([a-z]+)\}/);
  const parts = pieces.filter((_, n) => n % 2 === 0);
  return {
    parts,
    names: pieces.filter((_, n) => n % 2 === 1),
    size: parts.reduce((sum, part) => sum + part.length, 0),
  };
}

/** The longest that fits; the shortest where none does. One with something to put in is chosen when that is there. */
function choose(forms: readonly Form[], columns: number): Chosen {
  if (forms.some(({ names }) => names.length > 0)) return { forms, columns };
  const form = forms.find(({ size }) => size <= columns) ?? forms.at(-1);
  return form?.parts[0] ?? "";
}

function filled({ forms, columns }: Exclude<Chosen, string>, values: Values): string {
  for (const form of forms) {
    const given = form.names.map((name) => put(values, name));
    if (given.reduce((sum, value) => sum + value.length, form.size) <= columns) return joined(form, given);
  }
  const shortest = forms.at(-1);
  if (!shortest) return "";
  return joined(
    shortest,
    shared(
      shortest.names.map((name) => put(values, name)),
      columns - shortest.size,
    ),
  );
}

/** The values cut so that they fit together, the longest first. */
function shared(given: readonly string[], columns: number): readonly string[] {
  const cuts = new Map<number, string>();
  let room = columns;
  const byLength = [...given.keys()].sort((one, other) => (given[one]?.length ?? 0) - (given[other]?.length ?? 0));
  for (const [done, at] of byLength.entries()) {
    const part = Math.max(1, Math.floor(room / (given.length - done)));
    const value = cut(given[at] ?? "", part);
    cuts.set(at, value);
    room -= Math.min(value.length, part);
  }
  return given.map((value, at) => cuts.get(at) ?? value);
}

function joined({ parts }: Form, given: readonly string[]): string {
  return parts.reduce((text, part, n) => `${text}${given[n - 1] ?? ""}${part}`);
}

function put(values: Values, name: string): string {
  return String(values[name as Brace] ?? `{${name}}`);
}

/** Speaks to one person, or to whoever is not known, as a screen has room; without one, where no place is narrow. */
export type SayTo = (person: PersonId | undefined, screen?: Screen) => Say;

/** All that the house can say, to each reader in their language and as their screen has room. */
export interface Texts {
  /** Without a reader, in the site's language; without a screen, where no place is narrow. */
  to(reader: Pick<Person, "language"> | undefined, screen?: Screen): Say;
}

const wide: Screen = { columns: lineColumns, titleColumns: lineColumns, rows: 10, labelColumns: 40, selection: false };

/**
 * The texts of all languages; `site` is that of whoever has none of their own. Each screen's are chosen once.
 * @throws when a catalogue is not whole.
 */
export function textsOf(catalogues: Readonly<Record<Language, Catalogue>>, site: Language): Texts {
  const speakers = new WeakMap<Screen, Map<Language, Say>>();
  return {
    to: (reader, screen = wide) => {
      const language = reader?.language ?? site;
      const ofScreen = speakers.get(screen) ?? new Map<Language, Say>();
      const say = ofScreen.get(language) ?? speaker(catalogues[language], screen);
      speakers.set(screen, ofScreen.set(language, say));
      return say;
    },
  };
}
