import { describe, expect, test } from "vitest";
import { tortureTexts } from "../../../src/http/torture.ts";
import { languages } from "../../../src/model/index.ts";
import { length, type YealinkDocument } from "../../lab/phones/yealink-document.ts";
import { sure, token } from "../../unit/http/fixture.ts";
import { sheets, texts } from "../../unit/http/words.ts";
import { profileOf, read, render } from "./documents.ts";
import { everyPage, type Names } from "./every-page.ts";

/** Longer than any place, and with beginnings that no word of ours has. */
const long: Names = {
  agent: "Zxaviera-Qzoltana Zxcvbnmlkjhgf Qwxyzzzzz",
  supervisor: "Qzebedeus Zxylophonowitsch-Qwertyuiopasdf",
  other: "Xzq Qzconsolidated Zxmanufacturing Xzholdings",
  number: "00442079460958000000000000000001",
  queue: "qzxqueue-of-the-longest-name-there-is",
};
const models = sure(sheets.knownModels()["yealink"]);
const pages = Object.keys(everyPage);

function shown(page: string, model: string, language: (typeof languages)[number], names: Names) {
  const { screen } = profileOf(model);
  const made = sure(everyPage[page])(names, screen, texts.to({ language }, screen));
  return { made, ...read(render(made, model, token), model) };
}

/** What a reader sees, one text each. */
function visible({ title, items, keys, text, fields }: YealinkDocument): readonly string[] {
  return [
    title,
    text,
    ...items.map(({ prompt }) => prompt),
    ...keys.map(({ label }) => label),
    ...fields.map(({ prompt }) => prompt),
  ];
}

/** Words that were cut and are no part of a name; a text may have an ellipsis of its own behind a space. */
function cutWords(document: YealinkDocument, names: Names): readonly string[] {
  const parts = Object.values(names).flatMap((name: string) => name.split(/\s+/));
  return visible(document)
    .flatMap((text) => [...text.matchAll(/(\S*)…/g)].map(([, word = ""]) => word.replace(/^[(«»"]/, "")))
    .filter((word) => word !== "" && !parts.some((part) => part.startsWith(word)));
}

const cases = languages.flatMap((language) =>
  models.flatMap((model) => pages.map((page) => [language, model, page] as const)),
);

describe("every page, on every model, in every language", () => {
  test.each(cases)("%s %s: %s", (language, model, page) => {
    const { document, complaints, made } = shown(page, model, language, long);
    expect(complaints).toEqual([]);
    const of = sure(document);
    expect(cutWords(of, long)).toEqual([]);
    expect(of.keys.filter(({ label }) => label.includes("…"))).toEqual([]);
    expect(visible(of).filter((text) => /[{}]|undefined/.test(text))).toEqual([]);
    expect(length(of.title)).toBeLessThanOrEqual(profileOf(model).screen.titleColumns);
    if (made.kind === "list") expect(of.items.length).toBe(made.rows.length);
  });
});

/** Each page with each text that is meant to break it, as all the names there are. */
const torture = languages.flatMap((language) =>
  pages.flatMap((page, place) => {
    const all = Object.keys(tortureTexts);
    return [0, 5, 10].map((step) => [language, page, sure(all[(place + step) % all.length])] as const);
  }),
);

describe("whatever people are called, in every language", () => {
  test.each(torture)("%s: %s with %s", (language, page, name) => {
    const text = tortureTexts[name] ?? "";
    const names = { agent: text, supervisor: text, other: text, number: text, queue: text };
    const { document, complaints } = shown(page, "T42U", language, names);
    expect(complaints).toEqual([]);
    expect(document).toBeDefined();
  });
});

describe("golden documents in other languages", () => {
  const names: Names = {
    agent: "Zoë Söhne",
    supervisor: "Kim Osei",
    other: "Müller & Co",
    number: "0441 555",
    queue: "support",
  };
  test.each([
    ["de", "board"],
    ["de", "coaching, open"],
    ["fr", "what to do"],
    ["fr", "participants"],
    ["es", "agent, asked"],
    ["es", "find"],
  ] as const)("%s: %s", async (language, page) => {
    const { screen } = profileOf("T42U");
    const made = sure(everyPage[page])(names, screen, texts.to({ language }, screen));
    await expect(render(made, "T42U", token)).toMatchFileSnapshot(
      `golden/yealink-${language}-${page.replace(/[ ,]+/g, "-")}.xml`,
    );
  });
});
