import { describe, expect, it } from "vitest";
import { judge } from "../../lab/phones/yealink-judge.ts";
import { modelOf } from "../../lab/phones/yealink-models.ts";
import { switched } from "../../lab/phones/yealink-switches.ts";
import { accepted } from "./yealink-corpus/accepted.ts";
import type { Entry } from "./yealink-corpus/pieces.ts";
import { refused } from "./yealink-corpus/refused.ts";

/** The strict phone against documents that were fixed from yealink.md before it had read a single page. */
const complaints = ({ xml, model = "T46U", given }: Entry): readonly string[] =>
  judge(xml, modelOf(model), switched(given)).complaints;

describe("a Yealink takes", () => {
  it.each(accepted)("$what ($from)", (entry) => expect(complaints(entry)).toEqual([]));
});

describe("a Yealink does not take", () => {
  it.each(refused)("$what ($from)", (entry) => expect(complaints(entry).join("\n")).toMatch(entry.complaint));
});

describe("the corpus", () => {
  it("has at least 30 documents that are taken and 40 that are not, each with its line and told apart by name", () => {
    expect(accepted.length).toBeGreaterThanOrEqual(30);
    expect(refused.length).toBeGreaterThanOrEqual(40);
    const all = [...accepted, ...refused];
    expect(all.filter(({ from }) => !/l\. \d/.test(from))).toEqual([]);
    expect(new Set(all.map(({ what }) => what)).size).toBe(all.length);
  });
});
