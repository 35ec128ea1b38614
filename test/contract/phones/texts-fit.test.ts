import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadTexts, templatesFolder } from "../../../src/http/index.ts";
import { languages } from "../../../src/model/index.ts";
import { columnsAt, type Screen, type TextId, textUses } from "../../../src/pages/index.ts";
import { sheets, texts } from "../../unit/http/words.ts";

/** The texts as they are written, read here and not by what is tested. */
const written = Object.fromEntries(
  languages.map((language) => {
    const all = parse(readFileSync(`${templatesFolder()}texts/${language}.yaml`, "utf8")) as Record<
      string,
      string | object
    >;
    return [language, all];
  }),
);
const wordings = (language: string, id: TextId): readonly string[] => {
  const text = written[language]?.[id];
  return typeof text === "string" ? [text] : Object.values(text ?? {});
};

/** A wording with anything where it has braces. */
function shape(wording: string): RegExp {
  const parts = wording.split(/\{[a-z]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("([^]*)")}$`);
}

/** Narrower than any sheet has it, for models to come. */
const narrow: Screen = { columns: 17, titleColumns: 16, rows: 4, labelColumns: 8, selection: false };
const screens: readonly (readonly [string, Screen])[] = [
  ...sheets.all().map(({ vendor, model, profile }) => [`${vendor} ${model}`, profile.screen] as const),
  ["a narrow phone", narrow],
];
const long = Object.fromEntries(
  ["agent", "name", "who", "other", "queue", "text", "role", "line", "key"].map((name) => [
    name,
    "Wolfeschlegelsteinhausen ".repeat(9),
  ]),
);
const values = { ...long, extension: "9".repeat(40), count: 9_999, left: 4, minutes: 30, duration: "9:59:59" };

const cases = languages.flatMap((language) => screens.map(([model, screen]) => [language, model, screen] as const));

/** Each text at each of its places, that is too long there, or has no whole wording in what is said. */
function misfits(language: (typeof languages)[number], screen: Screen): readonly string[] {
  const say = texts.to({ language }, screen);
  return [...textUses].flatMap(([id, { places }]) =>
    places
      .map((place) => ({ place, said: say(id, values, place) }))
      .filter(({ place, said }) => {
        const whole = wordings(language, id).some((wording) => shape(wording).test(said));
        return !whole || [...said].length > columnsAt(place, screen);
      })
      .map(({ place, said }) => `${id} as a ${place}: ${said}`),
  );
}

test.each(cases)("%s, %s: every text has room at each of its places, its words whole", (language, _model, screen) => {
  expect(misfits(language, screen)).toEqual([]);
});

test("a model of the narrowest screen there is can come, and names have room on it", async () => {
  const all = sheets.all().map((entry) => ({ ...entry, profile: { ...entry.profile, screen: narrow } }));
  await expect(loadTexts({ ...sheets, all: () => all })).resolves.toBeDefined();
});

/** Yealink's own documents are in ISO-8859-1: what its fonts have for sure. */
test.each(languages)("%s has letters that every phone has", (language) => {
  const said = [...textUses.keys()].flatMap((id) => wordings(language, id));
  expect(said.filter((text) => /[^\x20-\x7e\u00a0-\u00ff…]/.test(text))).toEqual([]);
});

/** Keys that sentences call by their name have one wording, so that it is the one on the phone. */
test.each(languages)("%s calls a key as it is on the phone", (language) => {
  const named = ["label.listen", "label.coach", "label.join"] as const;
  expect(named.map((id) => wordings(language, id).length)).toEqual([1, 1, 1]);
  const [listen, coach, join] = named.map((id) => wordings(language, id)[0] ?? "");
  expect(wordings(language, "refusal.hide-only-in-listen")[0]).toContain(listen);
  expect(wordings(language, "refusal.mode-has-no-mic")[0]).toContain(coach);
  expect(wordings(language, "refusal.mode-has-no-mic")[0]).toContain(join);
});
