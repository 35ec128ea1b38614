import { describe, expect, it } from "vitest";
import { tortureTexts } from "../../../src/http/torture.ts";
import { inputPage, type Page } from "../../../src/pages/index.ts";
import { length } from "../../lab/phones/yealink-document.ts";
import { modelOf } from "../../lab/phones/yealink-models.ts";
import { board, leg, session, token } from "../../unit/http/fixture.ts";
import { say, sheets } from "../../unit/http/words.ts";
import { profileOf, read, render } from "./documents.ts";

/** Every model of the sheet, each with every kind of page, before the strict phone of that model. */
const models = sheets.all().filter(({ vendor }) => vendor === "yealink");
const names = Object.values(tortureTexts).join(" ");
const typing = {
  title: names,
  prompt: names,
  back: { to: "home" },
  to: { to: "press", act: "listen-hidden", leg: leg("c81") },
} as const;

const pages: Readonly<Record<string, Page>> = {
  board: {
    ...board,
    title: names,
    rows: Array(10).fill({ text: names, link: { to: "call", leg: leg("c81") }, selection: leg("c81") }),
  },
  "board with nobody": { ...board, rows: [] },
  session: { ...session, title: names, lines: Object.values(tortureTexts) },
  "session with more behind OK": { ...session, title: names, lines: Object.values(tortureTexts), done: { to: "menu" } },
  "typing digits": inputPage({ say }, { ...typing, input: "digits" }),
  "typing text": inputPage({ say }, { ...typing, input: "text" }),
  "typing in secret": inputPage({ say }, { ...typing, input: "secret" }),
};
const cases = models.flatMap(({ model }) => Object.keys(pages).map((page) => [model, page] as const));

describe("a page of every kind on every model", () => {
  it.each(cases)("%s: %s", (model, name) => {
    const page = pages[name];
    if (!page) throw new Error(name);
    const { document, complaints } = read(render(page, model, token), model);
    expect(complaints).toEqual([]);
    const { columns, titleColumns } = profileOf(model).screen;
    expect(length(document?.title ?? "")).toBeLessThanOrEqual(titleColumns);
    expect(document?.items.filter(({ prompt }) => length(prompt) > columns)).toEqual([]);
  });
});

describe("the sheet says of a model what yealink.md says", () => {
  it.each(models)("$model", ({ model, profile }) => {
    const known = modelOf(model);
    expect({
      label: profile.screen.labelColumns,
      ok: profile.traits["okKey"] === "yes",
      keys: profile.traits["keyLabel"] !== "no",
    }).toEqual({
      label: known.labelColumns,
      ok: known.okKey,
      keys: known.lineKeys > 0,
    });
    expect({ yes: "yes", uncertain: "screen", no: "no" }[profile.traits["lineLamps"] ?? "no"]).toBe(known.lamps);
    expect([profile.softkeys, profile.limits.documentBytes, profile.sizes["items"]]).toEqual([4, 10_000, 30]);
  });
});
