import { describe, expect, test } from "vitest";
import { tortureTexts } from "../../../src/http/torture.ts";
import { type Language, languages } from "../../../src/model/index.ts";
import type { Page } from "../../../src/pages/index.ts";
import { vendors } from "../../../src/phones/index.ts";
import { length } from "../../lab/phones/yealink-document.ts";
import { sure, token } from "../../unit/http/fixture.ts";
import { sheets, texts } from "../../unit/http/words.ts";
import { profileOf, render } from "./documents.ts";
import { everyPage, type Names } from "./every-page.ts";
import * as rendering from "./rendering.ts";
import { type Seen, strictPhoneOf, strictPhones } from "./strict-phones.ts";

/** Longer than any place, and with beginnings that no word of ours has. */
const long: Names = {
  agent: "Zxaviera-Qzoltana Zxcvbnmlkjhgf Qwxyzzzzz",
  supervisor: "Qzebedeus Zxylophonowitsch-Qwertyuiopasdf",
  other: "Xzq Qzconsolidated Zxmanufacturing Xzholdings",
  number: "00442079460958000000000000000001",
  queue: "qzxqueue-of-the-longest-name-there-is",
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
  return { made, ...strictPhoneOf(of.vendor).read(rendering.render(made, of, token), of.model) };
}

/** Rows that nobody at the phone can reach. */
function lost({ made, hrefs }: Seen & { made: Page }): readonly string[] {
  const rows = made.kind === "list" ? made.rows : [];
  return rows.filter(({ link }) => !hrefs.has(rendering.hrefOf(link, token))).map(({ text }) => text);
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

test("every make of phone has its strict phone", () => expect(Object.keys(strictPhones)).toEqual(Object.keys(vendors)));

describe("every page, on every model, in every language", () => {
  test.each(cases)("%s, %s %s: %s", (language, _vendor, _models, page, kind) => {
    const seen = shown(page, kind, language, long);
    expect(seen.complaints).toEqual([]);
    expect(cutWords(seen, long)).toEqual([]);
    expect(seen.labels.filter((label) => label.includes("…"))).toEqual([]);
    expect([seen.title, ...seen.labels, ...seen.others].filter((text) => /[{}]|undefined/.test(text))).toEqual([]);
    expect(length(seen.title)).toBeLessThanOrEqual(kind.profile.screen.titleColumns);
    expect(lost(seen)).toEqual([]);
    if (seen.made.kind === "list") expect(seen.others.length).toBeGreaterThanOrEqual(seen.made.rows.length);
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
