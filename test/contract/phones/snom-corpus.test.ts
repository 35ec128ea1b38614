import { describe, expect, it } from "vitest";
import { readDocument } from "../../lab/phones/snom-document.ts";
import { modelOf } from "../../lab/phones/snom-models.ts";
import { readNotified } from "../../lab/phones/snom-push.ts";
import { accepted } from "./snom-corpus/accepted.ts";
import type { Entry, Pushed } from "./snom-corpus/pieces.ts";
import { pushed } from "./snom-corpus/pushed.ts";
import { refused } from "./snom-corpus/refused.ts";

/** The strict phone against documents that were fixed from the maker's own pages before it had read a page of ours. */
function complaints({ xml, model = "D785" }: Entry): readonly string[] {
  const found: string[] = [];
  readDocument(xml, modelOf(model), (text) => found.push(text));
  return found;
}

const notify = ({ xml, model = "D785", event = "xml", contentType = "application/snomxml" }: Pushed) =>
  readNotified({ event, contentType, body: xml }, modelOf(model));

describe("a Snom takes", () => {
  it.each(accepted)("$what ($from)", (entry) => expect(complaints(entry)).toEqual([]));
});

describe("a Snom does not take", () => {
  it.each(refused)("$what ($from)", (entry) => expect(complaints(entry).join("\n")).toMatch(entry.complaint));
});

describe("a Snom takes by NOTIFY", () => {
  it.each(pushed.filter(({ complaint }) => !complaint))("$what ($from)", (entry) =>
    expect(notify(entry)).toBeDefined(),
  );
});

describe("a Snom does not take by NOTIFY", () => {
  it.each(pushed.filter(({ complaint }) => complaint))("$what ($from)", (entry) =>
    expect(() => notify(entry)).toThrow(entry.complaint),
  );
});

describe("the corpus", () => {
  it("has at least 30 documents that are taken and 40 that are not, each with its source and told apart by name", () => {
    expect(accepted.length).toBeGreaterThanOrEqual(30);
    expect(refused.length).toBeGreaterThanOrEqual(40);
    const all = [...accepted, ...refused, ...pushed];
    expect(all.filter(({ from }) => from.length < 8)).toEqual([]);
    expect(new Set(all.map(({ what }) => what)).size).toBe(all.length);
  });
});
