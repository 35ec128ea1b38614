import fc from "fast-check";
import { SaxesParser } from "saxes";
import { expect, test } from "vitest";
import { languages } from "../../../src/model/index.ts";
import type { Page } from "../../../src/pages/index.ts";
import type { Profile } from "../../../src/phones/index.ts";
import { length } from "../../lab/phones/yealink-document.ts";
import { sure, token } from "../../unit/http/fixture.ts";
import { sheets, texts } from "../../unit/http/words.ts";
import { anyCalls, anyName, type ListedCall, listPages, settingOf } from "./call-lists.ts";
import { everyPage } from "./every-page.ts";
import * as rendering from "./rendering.ts";
import { strictPhoneOf } from "./strict-phones.ts";

const seed = 20_261_126;
const lists = 10_000;
const models = sheets.all();
const alone = Object.keys(everyPage);
const ofLists = Object.keys(listPages);

/** A page of the house on a model in a language, of a random list of calls. */
interface Case {
  readonly calls: readonly ListedCall[];
  readonly page: string;
  readonly model: (typeof models)[number];
  readonly language: (typeof languages)[number];
}
// Made once, as most of the time would go into making them.
const names = fc.constantFrom(...fc.sample(anyName, { seed, numRuns: 3_000 }));
const anyCase: fc.Arbitrary<Case> = fc.record({
  calls: anyCalls(names, 14),
  page: fc.oneof(fc.constantFrom(...ofLists), fc.constantFrom(...alone)),
  model: fc.constantFrom(...models),
  language: fc.constantFrom(...languages),
});

function made({ calls, page, model, language }: Case): Page | undefined {
  const { screen } = model.profile;
  const say = texts.to({ language }, screen);
  const ofList = listPages[page];
  if (ofList) return ofList(settingOf(calls, screen, say));
  const [one] = calls;
  const called = one ?? { agent: "", other: "", number: "", queue: "" };
  return sure(everyPage[page])({ ...called, supervisor: called.agent }, screen, say);
}

/** All that a parser which forgives nothing says; it knows the five entities of XML alone. */
function illFormed(xml: string): readonly string[] {
  const errors: string[] = [];
  const parser = new SaxesParser();
  parser.on("error", ({ message }) => void errors.push(message));
  parser.write(xml).close();
  return errors;
}

/** What is over the limits of the model's entry in the sheet, or has got lost. */
function beyond(page: Page, xml: string, { profile, ...of }: (typeof models)[number]): readonly string[] {
  const { title, labels, others, hrefs, complaints } = strictPhoneOf(of.vendor).read(xml, of.model);
  const { screen, limits }: Profile = profile;
  const bytes = Buffer.byteLength(xml);
  const rows = page.kind === "list" ? page.rows.map(({ link }) => rendering.hrefOf(link, token)) : [];
  return [
    ...complaints,
    ...(bytes > limits.documentBytes ? [`${bytes} bytes`] : []),
    ...(title === "" || length(title) > screen.titleColumns ? [`the title ${title}`] : []),
    ...labels.filter((label) => length(label) > screen.labelColumns).map((label) => `the label ${label}`),
    ...[...hrefs].filter((href) => href.length > limits.urlLength).map((href) => `the address ${href}`),
    ...rows.filter((href) => !hrefs.has(href)).map((href) => `no way to ${href}`),
    ...[title, ...labels, ...others].filter((text) => /undefined|\[object /.test(text)),
  ];
}

test("10,000 random call lists are shown by every make without a complaint", () => {
  const tried = new Set<string>();
  fc.assert(
    fc.property(anyCase, (one) => {
      const page = made(one);
      if (!page) return;
      const xml = rendering.render(page, one.model, token);
      expect([...illFormed(xml), ...beyond(page, xml, one.model)]).toEqual([]);
      tried.add(one.page).add(one.language).add(`${one.model.vendor} ${one.model.model}`);
    }),
    { seed, numRuns: lists },
  );
  const all = [...alone, ...ofLists, ...languages, ...models.map(({ vendor, model }) => `${vendor} ${model}`)];
  expect(all.filter((what) => !tried.has(what))).toEqual([]);
}, 180_000);
