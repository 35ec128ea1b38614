import { describe, expect, test } from "vitest";
import { tortureTexts } from "../../../src/http/torture.ts";
import { type Language, languages } from "../../../src/model/index.ts";
import type { Page } from "../../../src/pages/index.ts";
import { vendors } from "../../../src/phones/index.ts";
import { length } from "../../lab/phones/yealink-document.ts";
import { sure, token } from "../../unit/http/fixture.ts";
import { sheets, texts } from "../../unit/http/words.ts";
import { profileOf, read, render } from "./documents.ts";
import { everyPage, type Names } from "./every-page.ts";
import { readPage } from "./polycom-reading.ts";
import * as rendering from "./rendering.ts";

/** Longer than any place, and with beginnings that no word of ours has. */
const long: Names = {
  agent: "Zxaviera-Qzoltana Zxcvbnmlkjhgf Qwxyzzzzz",
  supervisor: "Qzebedeus Zxylophonowitsch-Qwertyuiopasdf",
  other: "Xzq Qzconsolidated Zxmanufacturing Xzholdings",
  number: "00442079460958000000000000000001",
  queue: "qzxqueue-of-the-longest-name-there-is",
};
/** What a reader of one make sees of a document, a text each, and what its strict phone complains about. */
interface Seen {
  readonly title: string;
  readonly labels: readonly string[];
  readonly others: readonly string[];
  readonly rows: number;
  readonly complaints: readonly string[];
}
type Reader = (page: Page, model: string) => Seen;

const readers: Readonly<Record<string, Reader>> = {
  yealink: (page, model) => {
    const { document, complaints } = read(render(page, model, token), model);
    const { title, items, keys, text, fields } = sure(document);
    const others = [text, ...items.map(({ prompt }) => prompt), ...fields.map(({ prompt }) => prompt)];
    return { title, labels: keys.map(({ label }) => label), others, rows: items.length, complaints };
  },
  polycom: (made, model) => {
    const { page, complaints } = readPage(rendering.render(made, { vendor: "polycom", model }, token), model);
    const there = new Set(page.links.map(({ href }) => href));
    const rows = made.kind === "list" ? made.rows.filter(({ link }) => there.has(rendering.hrefOf(link, token))) : [];
    const labels = page.softkeys.map(({ label }) => label);
    return { title: page.title, labels, others: page.lines, rows: rows.length, complaints };
  },
};

/** Models whose sheet entries are the same get the same documents: they are one case, by all their names. */
const shapeOf = ({ vendor, profile }: ReturnType<typeof sheets.all>[number]) => JSON.stringify([vendor, profile]);
const kinds = [...new Map(sheets.all().map((entry) => [shapeOf(entry), entry])).values()].map((kind) => {
  const alike = sheets.all().filter((entry) => shapeOf(entry) === shapeOf(kind));
  return { ...kind, names: alike.map(({ model }) => model).join(" ") };
});
const pages = Object.keys(everyPage);

function shown(page: string, of: (typeof kinds)[number], language: Language, names: Names): Seen & { made: Page } {
  const { screen } = of.profile;
  const made = sure(everyPage[page])(names, screen, texts.to({ language }, screen));
  return { made, ...sure(readers[of.vendor])(made, of.model) };
}

/** Words that were cut and are no part of a name; a text may have an ellipsis of its own behind a space. */
function cutWords({ title, labels, others }: Seen, names: Names): readonly string[] {
  const parts = Object.values(names).flatMap((name: string) => name.split(/\s+/));
  return [title, ...labels, ...others]
    .flatMap((text) => [...text.matchAll(/(\S*)…/g)].map(([, word = ""]) => word.replace(/^[(«»"]/, "")))
    .filter((word) => word !== "" && !parts.some((part) => part.startsWith(word)));
}

const cases = languages.flatMap((language) =>
  kinds.flatMap((kind) => pages.map((page) => [language, kind.vendor, kind.names, page, kind] as const)),
);

test("every make of phone is read here", () => expect(Object.keys(readers)).toEqual(Object.keys(vendors)));

describe("every page, on every model, in every language", () => {
  test.each(cases)("%s, %s %s: %s", (language, _vendor, _models, page, kind) => {
    const seen = shown(page, kind, language, long);
    expect(seen.complaints).toEqual([]);
    expect(cutWords(seen, long)).toEqual([]);
    expect(seen.labels.filter((label) => label.includes("…"))).toEqual([]);
    expect([seen.title, ...seen.labels, ...seen.others].filter((text) => /[{}]|undefined/.test(text))).toEqual([]);
    expect(length(seen.title)).toBeLessThanOrEqual(kind.profile.screen.titleColumns);
    if (seen.made.kind === "list") expect(seen.rows).toBe(seen.made.rows.length);
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
  const narrowest = sure(kinds.find(({ vendor, names }) => vendor === "yealink" && names.includes("T42U")));
  test.each(torture)("%s: %s with %s", (language, page, name) => {
    const text = tortureTexts[name] ?? "";
    const names = { agent: text, supervisor: text, other: text, number: text, queue: text };
    expect(shown(page, narrowest, language, names).complaints).toEqual([]);
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
